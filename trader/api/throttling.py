"""Requests per minute and user, in a sliding window: reads and writes counted apart."""

import time
from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from trader.api.limits import RateLimit
from trader.observability.request import client_ip

WINDOW_SECONDS = 60


class _PerMinute(SimpleRateThrottle):
    """One class of requests of one user (or address, before anybody is known)."""

    is_write = False
    scope = "reads"

    def __init__(self) -> None:
        self.num_requests = self.allowed()
        self.duration = WINDOW_SECONDS
        self.rate = f"{self.num_requests}/min"

    def allowed(self) -> int:
        raise NotImplementedError

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if (request.method not in SAFE_METHODS) != self.is_write:
            return None
        user = request.user
        who = f"user-{user.pk}" if user.is_authenticated else f"ip-{client_ip(request._request)}"
        return f"rate:{self.scope}:{who}"

    def allow_request(self, request: Request, view: Any) -> bool:
        is_allowed = super().allow_request(request, view)
        if getattr(self, "key", None) is not None:
            request._request.rate_limit = self._state()  # type: ignore[attr-defined]
        return bool(is_allowed)

    def _state(self) -> RateLimit:
        oldest = self.history[-1] if self.history else self.now
        return RateLimit(
            allowed=self.num_requests,
            remaining=max(0, self.num_requests - len(self.history)),
            reset_ts=int(time.time() + max(0.0, oldest + self.duration - self.now)) + 1,
        )


class ReadThrottle(_PerMinute):
    def allowed(self) -> int:
        return int(settings.RATE_LIMIT_READS)


class WriteThrottle(_PerMinute):
    scope = "writes"
    is_write = True

    def allowed(self) -> int:
        return int(settings.RATE_LIMIT_WRITES)
