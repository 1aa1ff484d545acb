"""Who is at the other end of a socket, asked at the start and again every minute."""

from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts.keys import find_key
from accounts.models import User

API_KEY_HEADER = b"x-api-key"


def api_key_of(scope: dict[str, Any]) -> str:
    for name, value in scope.get("headers", []):
        if name == API_KEY_HEADER:
            return bytes(value).decode("latin1")
    return ""


@database_sync_to_async  # type: ignore[untyped-decorator,unused-ignore]
def find_user_id(scope: dict[str, Any]) -> int | None:
    """The user behind the key or the session cookie; None when there is none (any more).

    The session is read from its store, not from the copy made when the socket was opened, so a
    log-out, a changed password or a revoked key is noticed.
    """
    key = api_key_of(scope)
    if key:
        row = find_key(key)
        return None if row is None else int(row.user_id)
    session = scope.get("session")
    session_key = getattr(session, "session_key", None)
    return None if not session_key else _user_of_session(str(session_key))


def _user_of_session(session_key: str) -> int | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    data = store.load()
    user = User.objects.filter(pk=data.get(SESSION_KEY) or 0, is_active=True).first()
    if user is None:
        return None
    stored = str(data.get(HASH_SESSION_KEY, ""))
    is_same = constant_time_compare(stored, user.get_session_auth_hash())
    return int(user.pk) if is_same else None
