"""What may be saved: the rules that forms and the API share. Each raises `RuleError`."""

import re
from collections.abc import Iterable

from accounts.models import User
from webhooks import hooks
from webhooks.bodies.placeholders import TemplateError, check_template
from webhooks.events import EventType
from webhooks.models.endpoint import FlatAnswer
from webhooks.outbound.addresses import AddressError, check_url

MAX_HEADERS = 10
MAX_HEADER_LENGTH = 1000
MAX_ENDPOINTS_PER_USER = 50
MAX_TEMPLATES_PER_USER = 200
MAX_TEMPLATE_LENGTH = 20_000
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")
RESERVED_HEADERS = {
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
MAX_FLAT_ANSWERS = 20
MIN_FLAT_TEXT, MAX_FLAT_TEXT = 3, 200
JSON_PATH = re.compile(r"[^.\s]+(\.[^.\s]+)*")
RESERVED_PREFIXES = ("webhook-", "x-ror-", "proxy-")


class RuleError(Exception):
    """Why a value can't be saved, in words for the user."""


def clean_url(url: str) -> tuple[str, str]:
    """The address and a warning, empty when there is none."""
    url = url.strip()
    try:
        return url, check_url(url)
    except AddressError as problem:
        raise RuleError(problem.message) from None


def clean_template_text(text: str) -> str:
    """The text as it is stored; empty stays empty and means the default message."""
    if len(text) > MAX_TEMPLATE_LENGTH:
        raise RuleError(f"A template is at most {MAX_TEMPLATE_LENGTH:,} characters long.")
    if not text.strip():
        return ""
    try:
        check_template(text)
    except TemplateError as problem:
        raise RuleError(str(problem)) from None
    return text


def clean_headers(headers: dict[str, str]) -> dict[str, str]:
    if len(headers) > MAX_HEADERS:
        raise RuleError(f"At most {MAX_HEADERS} headers can be added.")
    for name, value in headers.items():
        _check_header(name, value)
    if len({name.lower() for name in headers}) < len(headers):
        raise RuleError("A header is given twice.")
    return headers


def _check_header(name: str, value: str) -> None:
    if not HEADER_NAME.fullmatch(name):
        raise RuleError(f"“{name[:80]}” is not a header name.")
    if name.lower() in RESERVED_HEADERS or name.lower().startswith(RESERVED_PREFIXES):
        raise RuleError(f"The header {name} is set by the sender.")
    if len(value) > MAX_HEADER_LENGTH:
        raise RuleError(f"The header {name} is longer than {MAX_HEADER_LENGTH:,} characters.")
    if not value.isascii() or not value.isprintable():
        raise RuleError(f"The header {name} may hold printable ASCII characters only.")


def parse_header_lines(text: str) -> dict[str, str]:
    """`Name: value` lines, as the form takes them."""
    headers: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            raise RuleError(f"“{line[:40]}” has no colon. Write one header per line: Name: value")
        if name.strip() in headers:
            raise RuleError(f"The header {name.strip()} is given twice.")
        headers[name.strip()] = value.strip()
    return clean_headers(headers)


def clean_events(names: Iterable[str]) -> list[str]:
    """The chosen events in their usual order."""
    chosen = set(names)
    unknown = chosen - set(EventType.values)
    if unknown:
        raise RuleError(f"Unknown event: {sorted(unknown)[0]}.")
    if not chosen:
        raise RuleError("Choose at least one event.")
    return [name for name in EventType.values if name in chosen]


def clean_subjects(user: User, chosen: Iterable[str]) -> list[str]:
    """Only what the user owns; empty means everything."""
    known = [subject for subject, _ in hooks.choices(user)]
    wanted = set(chosen)
    unknown = wanted - set(known)
    if unknown:
        raise RuleError(f"There is no {sorted(unknown)[0]}.")
    return [subject for subject in known if subject in wanted]


def clean_success_path(path: str) -> str:
    path = path.strip()
    if path and not JSON_PATH.fullmatch(path):
        raise RuleError("Names joined by dots, such as success or result.ok.")
    return path


def clean_flat_answers(answers: Iterable[FlatAnswer]) -> list[FlatAnswer]:
    cleaned = [FlatAnswer(status=one["status"], text=one["text"].strip()) for one in answers]
    if len(cleaned) > MAX_FLAT_ANSWERS:
        raise RuleError(f"At most {MAX_FLAT_ANSWERS} answers can be named.")
    for one in cleaned:
        if not 200 <= one["status"] <= 599:
            raise RuleError(f"{one['status']} is no status of an answer: 200 to 599.")
        if not MIN_FLAT_TEXT <= len(one["text"]) <= MAX_FLAT_TEXT:
            raise RuleError(
                f"After the status {one['status']} comes a text of {MIN_FLAT_TEXT} to "
                f"{MAX_FLAT_TEXT} characters that stands in the answer: a status alone may mean "
                "something else."
            )
    return cleaned


def parse_flat_lines(text: str) -> list[FlatAnswer]:
    """`404 no position` lines, as the form takes them."""
    answers = []
    for line in filter(None, map(str.strip, text.splitlines())):
        status, _, words = line.partition(" ")
        if not (status.isascii() and status.isdigit() and len(status) == 3):
            raise RuleError(f"“{line[:40]}” does not begin with a status, such as 404 no position.")
        answers.append(FlatAnswer(status=int(status), text=words))
    return clean_flat_answers(answers)
