"""Is this process alive, and can the deployment do its work?

Checks are registered by name; each returns a `Finding`. What fails readiness is decided by the
finding itself: `is_fatal` is False for what is only reported.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, NotRequired, TypedDict

import redis
import structlog
from django.conf import settings
from django.db import connection

log = structlog.get_logger(__name__)


class Entry(TypedDict):
    """A finding as the health documents show it."""

    status: Literal["ok", "error"]
    latency_ms: NotRequired[float]
    age_s: NotRequired[float]
    message: NotRequired[str]
    details: NotRequired[Mapping[str, object]]


class Finding(NamedTuple):
    is_ok: bool
    message: str = ""
    age_s: float | None = None
    latency_ms: float | None = None
    is_fatal: bool = True
    details: Mapping[str, object] | None = None

    def as_dict(self, with_details: bool) -> Entry:
        entry = Entry(status="ok" if self.is_ok else "error")
        if self.latency_ms is not None:
            entry["latency_ms"] = self.latency_ms
        if self.age_s is not None:
            entry["age_s"] = round(self.age_s, 1)
        if self.message:
            entry["message"] = self.message
        if with_details and self.details:
            entry["details"] = self.details
        return entry


Check = Callable[[], Finding]


def check_database() -> Finding:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return Finding(True, latency_ms=_ms_since(started), details={"vendor": connection.vendor})


def check_redis() -> Finding:
    if not settings.REDIS_URL:
        return Finding(True, "not configured")
    started = time.perf_counter()
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    with client:
        client.ping()
    return Finding(True, latency_ms=_ms_since(started))


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


# Composed above: the queue and the feed are added where their rooms are known.
checks: dict[str, Check] = {"database": check_database, "redis": check_redis}


def run_checks() -> dict[str, Finding]:
    return {name: _run(name, check) for name, check in checks.items()}


def _run(name: str, check: Check) -> Finding:
    try:
        return check()
    except Exception as error:  # A check that fails in any way is a failing check.
        log.warning("health_check_failed", check=name, reason=str(error))
        return Finding(False, f"{name} does not answer ({type(error).__name__})")


class _Last:
    """What the checks of this process found, for all who ask within a moment."""

    lock = threading.Lock()
    findings: Mapping[str, Finding] = {}
    good_until = 0.0


def recent_findings() -> Mapping[str, Finding]:
    """Found out by one of all who ask at once: their number costs nothing."""
    with _Last.lock:
        if time.monotonic() >= _Last.good_until:
            _Last.findings = run_checks()
            _Last.good_until = time.monotonic() + settings.READINESS_SECONDS
        return _Last.findings


def readiness(with_details: bool = False) -> tuple[bool, dict[str, Entry]]:
    """Whether work can be done, and each check's entry."""
    findings = recent_findings()
    is_ready = all(finding.is_ok or not finding.is_fatal for finding in findings.values())
    return is_ready, {name: item.as_dict(with_details) for name, item in findings.items()}
