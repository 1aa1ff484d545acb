"""Health and metrics; never rate-limited, no session touched."""

import os
import platform
import time
from typing import Literal, TypedDict

import psutil
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.keys import find_key
from trader.api.errors import error_response
from trader.observability import metrics
from trader.observability.health import Entry, readiness
from trader.work.instants import iso

PROCESS_STARTED = time.time()
LOOPBACK = ("127.0.0.1", "::1")
NO_METRICS = (
    "Figures are for this machine, without a proxy in between, or for whoever sends the "
    "METRICS_TOKEN as `Authorization: Bearer`.\n"
)


class Liveness(TypedDict):
    status: Literal["ok", "degraded"]
    version: str
    timestamp: str


class Readiness(Liveness):
    checks: dict[str, Entry]


class ProcessFacts(TypedDict):
    pid: int
    python: str
    uptime_s: float
    memory_mb: float
    http_threads: int


class DetailedHealth(Readiness):
    environment: str
    process: ProcessFacts


def _now() -> str:
    return iso(timezone.now(), "milliseconds")


@csrf_exempt
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse(Liveness(status="ok", version=settings.VERSION, timestamp=_now()))


@csrf_exempt
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    is_ready, checks = readiness()
    body = _readiness(is_ready, checks)
    return JsonResponse(body, status=200 if is_ready else 503)


@csrf_exempt
@require_safe
@never_cache
def detailed(request: HttpRequest) -> HttpResponse:
    if find_key(request.headers.get("X-API-Key", "").strip()) is None:
        return error_response(request, 401, "Send a valid API key in X-API-Key.")
    is_ready, checks = readiness(with_details=True)
    memory = psutil.Process().memory_info()
    process = ProcessFacts(
        pid=os.getpid(),
        python=platform.python_version(),
        uptime_s=round(time.time() - PROCESS_STARTED, 1),
        memory_mb=round(memory.rss / 1e6, 1),
        http_threads=settings.HTTP_THREADS,
    )
    body: DetailedHealth = {
        **_readiness(is_ready, checks),
        "environment": settings.APP_ENV,
        "process": process,
    }
    return JsonResponse(body)


def _readiness(is_ready: bool, checks: dict[str, Entry]) -> Readiness:
    return Readiness(
        status="ok" if is_ready else "degraded",
        version=settings.VERSION,
        timestamp=_now(),
        checks=checks,
    )


@csrf_exempt
@require_safe
@never_cache
def prometheus(request: HttpRequest) -> HttpResponse:
    """In production for this machine, and for whoever brings the token."""
    if settings.IS_PRODUCTION and not (_is_this_machine(request) or _has_token(request)):
        return HttpResponse(NO_METRICS, status=403, content_type="text/plain; charset=utf-8")
    content_type = "text/plain; version=0.0.4; charset=utf-8"
    return HttpResponse(metrics.as_text(), content_type=content_type)


def _is_this_machine(request: HttpRequest) -> bool:
    """Not what a proxy on this machine passes on."""
    is_passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not is_passed_on


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, settings.METRICS_TOKEN)
