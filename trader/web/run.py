"""Starts the server of this process."""

import gc

import daphne.server  # noqa: F401  (installs the asyncio reactor, so it comes first)
from daphne.endpoints import build_endpoint_description_strings
from django.conf import settings
from django.urls import get_resolver

from trader.asgi import application
from trader.web.server import DrainingServer

SOCKET_MAX_BYTES = 65_536


def settle_memory() -> None:
    """Load every view and take what is there for good out of the garbage collector's sight.

    It would look at all of it again now and then, with every thread and socket standing still.
    """
    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def serve(host: str, port: int) -> None:
    """Block until SIGTERM or SIGINT and the drain that follows."""
    settle_memory()
    server = DrainingServer(
        application=application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        max_body_bytes=settings.MAX_REQUEST_BODY_BYTES,
        websocket_max_message_size=SOCKET_MAX_BYTES,
        websocket_max_frame_size=SOCKET_MAX_BYTES,
        ping_interval=30,
        ping_timeout=30,
        verbosity=0,
        server_name="",
    )
    server.run()
    if server.abort_start:
        raise SystemExit(1)
