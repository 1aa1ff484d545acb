"""Log lines: one JSON object each in production, readable ones in development.

Every record carries both sets of field names integrators know: `timestamp` and `ts`,
`status_code` and `status`. What is bound with `structlog.contextvars` (request id, user id)
appears on each line written meanwhile.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor

from trader.observability.redaction import redact_field

# Commands that run for ever log to stdout, where platforms collect it; the others keep stdout
# for their result.
SERVERS = {"web", "worker", "cluster", "feed", "dev", "runserver", "daphne"}


class OnlyWithTraceback(logging.Filter):
    """Of Django's own lines about requests, those that add something to ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def add_both_names(_logger: object, _method: str, event: EventDict) -> EventDict:
    event["ts"] = event.get("timestamp")
    if "event" in event:
        event["message"] = event.pop("event")
    if "status_code" in event:
        event["status"] = event["status_code"]
    return event


def hide_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    for key in list(event):
        if key not in {"_record", "_from_structlog", "exc_info"}:
            event[key] = redact_field(key, event[key])
    return event


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderers(as_json: bool) -> list[Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if as_json:
        return [
            strip,
            structlog.processors.format_exc_info,
            add_both_names,
            hide_secrets,
            structlog.processors.JSONRenderer(default=str),
        ]
    return [
        strip,
        structlog.processors.format_exc_info,
        hide_secrets,
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
    ]


def _stream() -> str:
    is_server = any(name in SERVERS for name in sys.argv[:2]) or "daphne" in sys.argv[0]
    return "ext://sys.stdout" if is_server else "ext://sys.stderr"


def logging_config(level: str, as_json: bool) -> dict[str, object]:
    """The `LOGGING` setting; configures structlog to end in the same handler."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    quiet = dict.fromkeys(
        ("daphne", "twisted", "asyncio", "httpx", "httpcore", "numba", "urllib3"), "WARNING"
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"only_with_traceback": {"()": OnlyWithTraceback}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared_processors(),
                "processors": _renderers(as_json),
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "stream": _stream(),
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR", "filters": ["only_with_traceback"]},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django-q": {"level": "WARNING"},
            **{name: {"level": wanted} for name, wanted in quiet.items()},
        },
    }
