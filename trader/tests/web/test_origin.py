"""Pages of other sites get no socket; scripts with a key need no origin."""

from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from trader.web.origin import OriginOrKey


async def let_in(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})


async def is_let_in(*headers: tuple[bytes, bytes]) -> bool:
    socket = WebsocketCommunicator(OriginOrKey(let_in), "/ws/feed/", headers=list(headers))
    connected, _ = await socket.connect()
    await socket.disconnect()
    return connected


# Whoever is refused is refused by a Channels consumer, which looks after its connections.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([(b"origin", b"http://localhost")], True),
        ([(b"origin", b"http://evil.example")], False),
        ([], False),
        ([(b"x-api-key", b"ror_anything")], True),
    ],
)
async def test_a_socket_needs_our_origin_or_a_key(
    headers: list[tuple[bytes, bytes]], expected: bool
) -> None:
    assert await is_let_in(*headers) is expected
