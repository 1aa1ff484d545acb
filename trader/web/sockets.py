"""The answer to a socket at an address nobody serves."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import URLPattern, re_path

NO_SUCH_SOCKET = 4404


class UnknownSocket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Refuses the handshake; without it the router would raise and log a traceback."""

    async def connect(self) -> None:
        await self.close(NO_SUCH_SOCKET)

    @classmethod
    def route(cls) -> URLPattern:
        route: URLPattern = re_path(r"^", cls.as_asgi())
        return route
