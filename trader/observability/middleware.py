"""The outermost middleware: request id, time taken, version and limit headers, request log."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from trader.observability import metrics
from trader.observability.request import client_ip, new_request_id

log = structlog.get_logger("trader.request")
QUIET_PREFIXES = ("/health", "/metrics", "/static/", "/api/health", "/api/v1/health")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = new_request_id(request.headers.get("X-Request-ID"))
        request.request_id = identifier  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=identifier)
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = identifier
        response["X-API-Version"] = settings.API_VERSION
        _add_limit_headers(request, response)
        _record(request, response, time.perf_counter() - started)
        return response


def _add_limit_headers(request: HttpRequest, response: HttpResponse) -> None:
    limit = getattr(request, "rate_limit", None)
    if limit is not None:
        response["X-RateLimit-Limit"] = str(limit.allowed)
        response["X-RateLimit-Remaining"] = str(limit.remaining)
        response["X-RateLimit-Reset"] = str(limit.reset_ts)


def _record(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    metrics.count_request(request.method or "", response.status_code, seconds)
    is_quiet = request.path.startswith(QUIET_PREFIXES) and response.status_code != 500
    write = log.debug if is_quiet else log.info
    write(
        "request",
        method=request.method,
        path=request.path,
        status_code=response.status_code,
        duration_ms=round(seconds * 1000, 1),
        user_id=_user_id(request),
        ip=client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[:200],
    )


def _user_id(request: HttpRequest) -> int | None:
    # Only a user somebody already looked up: logging must not cost a query.
    user = getattr(request, "_cached_user", None) or getattr(request, "api_user", None)
    return getattr(user, "pk", None)
