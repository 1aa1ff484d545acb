"""Who is at the other end of a socket, asked at the start and again every minute.

A log-out does not wait for that: it is an event like any other, so the sockets of that session
close at once, whichever process holds them.
"""

from collections.abc import Mapping
from hashlib import sha256
from importlib import import_module
from typing import TypedDict

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts import events
from accounts.keys import find_key
from accounts.models import User

API_KEY_HEADER = b"x-api-key"
SESSION_ENDED = "session.ended"


class Scope(TypedDict, total=False):
    """What is read of an ASGI connection."""

    headers: list[tuple[bytes, bytes]]
    session: SessionBase


def api_key_of(scope: Scope) -> str:
    for name, value in scope.get("headers", []):
        if name == API_KEY_HEADER:
            return bytes(value).decode("latin1")
    return ""


@database_sync_to_async  # type: ignore[untyped-decorator,unused-ignore]
def find_user_id(scope: Scope) -> int | None:
    """The user behind the key or the session cookie; None when there is none (any more).

    The session is read from its store, not from the copy made when the socket was opened, so a
    log-out, a changed password or a revoked key is noticed.
    """
    key = api_key_of(scope)
    if key:
        row = find_key(key)
        return None if row is None else int(row.user_id)
    session_key = session_key_of(scope)
    return None if not session_key else _user_of_session(session_key)


def session_key_of(scope: Scope) -> str:
    """The key in the cookie; empty where an API key or nothing was sent."""
    if api_key_of(scope):
        return ""
    return str(getattr(scope.get("session"), "session_key", None) or "")


def mark_of(session_key: str) -> str:
    """Names a session among the events without giving its key away."""
    return sha256(session_key.encode()).hexdigest()[:16]


def ends(message: Mapping[str, object], scope: Scope) -> bool:
    """Whether this event is the log-out of the session that the socket was opened with."""
    if message.get("type") != SESSION_ENDED:
        return False
    session_key, data = session_key_of(scope), message["data"]
    return bool(session_key) and data == {"session": mark_of(session_key)}


def announce_logout(request: HttpRequest | None, user: User | None, **kwargs: object) -> None:
    """Receiver of Django's `user_logged_out`; the session still exists at this moment."""
    session_key = request.session.session_key if request is not None else None
    if user is None or not session_key:
        return
    with transaction.atomic():
        events.publish(user.pk, SESSION_ENDED, {"session": mark_of(session_key)})


def _user_of_session(session_key: str) -> int | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    data = store.load()
    user = User.objects.filter(pk=data.get(SESSION_KEY) or 0, is_active=True).first()
    if user is None:
        return None
    stored = str(data.get(HASH_SESSION_KEY, ""))
    is_same = constant_time_compare(stored, user.get_session_auth_hash())
    return int(user.pk) if is_same else None
