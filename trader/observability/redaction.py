"""Keeps secrets out of logs: by the name of a field, by the look of a value, and by their place in
an address of ours.
"""

import re
from collections.abc import Iterable
from typing import TypeVar, cast

HIDDEN = "[redacted]"
SECRET_NAME = re.compile(
    r"(?i)(secret|password|passwd|authorization|cookie|signature|api[_-]?key|token|credential)"
)
# Our keys, signing secrets, bearer tokens, user:password@ in addresses, inbound hook tokens.
SECRET_TEXT = (
    (re.compile(r"\bror_[A-Za-z0-9]{20,}"), "ror_" + HIDDEN),
    (re.compile(r"\bwhsec_[A-Za-z0-9+/=_-]{8,}"), "whsec_" + HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"(://)[^/\s:@]+:[^/\s@]+@"), r"\1" + HIDDEN + "@"),
    (re.compile(r"(/hooks?/)[^/\s?\"']+"), r"\1" + HIDDEN),
    (
        re.compile(r"(?i)\b(password|secret|token|api_?key)(['\"]?\s*[=:]\s*['\"]?)[^\s'\",&}]+"),
        r"\1\2" + HIDDEN,
    ),
)
MAX_DEPTH = 6
Event = TypeVar("Event")


class _Addresses:
    """Filled when the addresses are known; other processes log none."""

    secret: re.Pattern[str] | None = None


def hide_in_addresses(prefixes: Iterable[str]) -> None:
    """From here on the part of an address that follows one of these expressions is hidden."""
    _Addresses.secret = re.compile(rf"((?:{'|'.join(sorted(prefixes))}))[^/\s?#&\"']+")


def redact_text(text: str) -> str:
    for pattern, replacement in SECRET_TEXT:
        text = pattern.sub(replacement, text)
    if _Addresses.secret is not None:
        text = _Addresses.secret.sub(rf"\1{HIDDEN}", text)
    return text


def redact_event(event: Event, _hint: object) -> Event:
    """What is sent to Sentry, its addresses included."""
    return cast(Event, redact(event))


def redact_field(name: object, value: object, depth: int = 1) -> object:
    """What is shown under a name; `depth` is how far the value lies below the whole."""
    return HIDDEN if SECRET_NAME.search(str(name)) and value else redact(value, depth)


def redact(value: object, depth: int = 0) -> object:
    """The same structure with secret fields and secret-looking text hidden."""
    if isinstance(value, str):
        return redact_text(value)
    if depth >= MAX_DEPTH:
        return value
    if isinstance(value, dict):
        return {key: redact_field(key, item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item, depth + 1) for item in value]
    return value
