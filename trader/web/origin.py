"""Which sockets are let in: pages of this site, and scripts that bring an API key.

A browser always names the page's origin and can't set the key's header, so a cookie is only ever
accepted together with an origin that is ours.
"""

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    WebSocketScope,
)
from channels.security.websocket import AllowedHostsOriginValidator

API_KEY_HEADER = b"x-api-key"


class OriginOrKey:
    """Sends sockets with a key straight on, all others through the check of their origin."""

    def __init__(self, application: ASGI3Application) -> None:
        self.application = application
        self.checked = AllowedHostsOriginValidator(application)

    async def __call__(
        self, scope: WebSocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        has_key = any(name == API_KEY_HEADER for name, _ in scope.get("headers", []))
        await (self.application if has_key else self.checked)(scope, receive, send)
