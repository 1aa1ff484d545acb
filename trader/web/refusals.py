"""What is answered before a request reaches Django: too large, or too many at once."""

import json
from typing import NamedTuple

from trader.api.errors import error_body
from trader.observability.request import new_request_id


class Refusal(NamedTuple):
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def refusal(
    path: str,
    status: int,
    text: str,
    *,
    given_id: str | None = None,
    retry_after: int | None = None,
) -> Refusal:
    """The error shape for the API, a line of text for everybody else; both with a request id."""
    identifier = new_request_id(given_id)
    is_api = path.startswith("/api/")
    shown = json.dumps(error_body(status, text, identifier=identifier)) if is_api else f"{text}\n"
    kind = "application/json" if is_api else "text/plain; charset=utf-8"
    body = shown.encode()
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "x-request-id": identifier,
    }
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return Refusal(status, [(k.encode(), v.encode()) for k, v in headers.items()], body)
