"""Liveness on a thread of its own.

The threads for HTTP can all be held up at once, by a database or a mail server that does not
answer. Who asks whether this process lives must not wait behind them, or it is restarted for the
fault of another.
"""

from typing import cast
from wsgiref.types import WSGIApplication

from asgiref.typing import HTTPScope

from trader.web.pool import Receive, Send, WsgiPool

PATHS = frozenset(("/health", "/health/", "/api/health", "/api/v1/health"))
# What would make Django look for a session, and so ask the database.
UNHEARD = frozenset({b"cookie", b"authorization", b"x-api-key"})
MAX_BODY_BYTES = 65_536
BACKLOG = 256


class LivenessFirst:
    """Sends questions about liveness to one thread, everything else to the pool."""

    def __init__(self, application: WSGIApplication, pool: WsgiPool) -> None:
        self.pool = pool
        self.own_pool = WsgiPool(application, 1, BACKLOG, MAX_BODY_BYTES)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if scope["path"] not in PATHS:
            await self.pool(scope, receive, send)
            return
        await self.own_pool(without_session(scope), receive, send)


def without_session(scope: HTTPScope) -> HTTPScope:
    headers = [header for header in scope["headers"] if header[0].lower() not in UNHEARD]
    return cast(HTTPScope, {**scope, "headers": headers})
