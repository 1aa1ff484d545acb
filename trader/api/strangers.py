"""Calls of the API by nobody known, counted by address before anybody looks for a key.

A wrong key costs a query, and the limits per user come after it. An address that has been told so
often enough is told to wait; keys that were right lately are still heard from there, so that a
forgotten script does not silence the bot beside it.
"""

import time
from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from trader.api.errors import MESSAGES, error_response
from trader.observability.request import client_ip

WINDOW_SECONDS = 60
KNOWN_SECONDS = 3600
# Asked by whoever watches over the process.
UNCOUNTED = ("/api/health", "/api/v1/health")


class StrangersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") or request.path.startswith(UNCOUNTED):
            return self.get_response(request)
        key = request.headers.get("X-API-Key", "").strip()
        name = f"strangers:{client_ip(request)}"
        times = _recent(name)
        if len(times) >= settings.RATE_LIMIT_STRANGERS and not (key and cache.get(_known(key))):
            return _come_later(request, times)
        response = self.get_response(request)
        if response.status_code == 401:
            cache.set(name, [*_recent(name), time.time()], WINDOW_SECONDS)
        elif key and hasattr(request, "api_user"):
            cache.add(_known(key), True, KNOWN_SECONDS)
        return response


def _recent(name: str) -> list[float]:
    """When this address was refused within the last minute, the oldest first."""
    times: list[float] = cache.get(name) or []
    since = time.time() - WINDOW_SECONDS
    return [at for at in times if at > since][-settings.RATE_LIMIT_STRANGERS :]


def _known(key: str) -> str:
    return f"known-key:{sha256(key.encode()).hexdigest()}"


def _come_later(request: HttpRequest, times: list[float]) -> HttpResponse:
    response = error_response(request, 429, MESSAGES[429])
    wait_s = times[0] + WINDOW_SECONDS - time.time()
    response["Retry-After"] = str(max(1, int(wait_s) + 1))
    return response
