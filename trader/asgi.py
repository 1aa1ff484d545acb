"""The ASGI application: sockets by Channels, HTTP by the WSGI handler on a thread pool.

Liveness has a thread to itself.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trader.settings")
# Loads the apps, which the imports below need.
wsgi_application = get_wsgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from alerts.socket.routing import websocket_urlpatterns  # noqa: E402
from trader.web.liveness import LivenessFirst  # noqa: E402
from trader.web.origin import OriginOrKey  # noqa: E402
from trader.web.pool import WsgiPool  # noqa: E402
from trader.web.sockets import UnknownSocket  # noqa: E402

http_pool = WsgiPool(
    wsgi_application,
    threads=settings.HTTP_THREADS,
    backlog=settings.HTTP_BACKLOG,
    max_body_bytes=settings.MAX_REQUEST_BODY_BYTES,
)
application = ProtocolTypeRouter(
    {
        "http": LivenessFirst(wsgi_application, http_pool),
        "websocket": OriginOrKey(
            AuthMiddlewareStack(URLRouter([*websocket_urlpatterns, UnknownSocket.route()]))
        ),
    }
)
