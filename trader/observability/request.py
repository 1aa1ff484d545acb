"""Facts about the request at hand: its id and the visitor's address."""

import re
import uuid

from django.conf import settings
from django.http import HttpRequest

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def new_request_id(given: str | None) -> str:
    """The caller's id when it has a harmless form, a fresh UUID otherwise."""
    if given and ACCEPTED_ID.fullmatch(given):
        return given
    return str(uuid.uuid4())


def request_id(request: HttpRequest | None) -> str:
    """The id given by the middleware, empty outside a request."""
    return str(getattr(request, "request_id", ""))


def client_ip(request: HttpRequest) -> str:
    """The address of the visitor.

    `X-Forwarded-For` is believed only for as many entries, from the right, as there are proxies
    of ours; what stands further left was written by the visitor.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXY_COUNT
    if not count:
        return peer
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    chain = [part for part in chain if part]
    return chain[-count] if len(chain) >= count else peer
