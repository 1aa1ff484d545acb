"""Figures for Prometheus: what this process counted, and gauges read when asked."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

registry = CollectorRegistry()
REQUESTS = Counter(
    "ror_http_requests_total", "Requests answered", ["method", "status"], registry=registry
)
SECONDS = Histogram(
    "ror_http_request_seconds",
    "Time taken by a request",
    ["method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Read at each scrape: (name, help text, function). Composed above the rooms.
Reading = tuple[str, str, Callable[[], float]]
gauges: list[Reading] = []
_known: dict[str, Gauge] = {}


def count_request(method: str, status_code: int, seconds: float) -> None:
    label = method if method in METHODS else "other"
    REQUESTS.labels(label, str(status_code)).inc()
    SECONDS.labels(label).observe(seconds)


def as_text() -> bytes:
    """The exposition format; costs one call of each gauge's function."""
    for name, explanation, read in gauges:
        if name not in _known:
            _known[name] = Gauge(name, explanation, registry=registry)
        _known[name].set(read())
    return generate_latest(registry)
