"""What the server loads: the same pool of threads that the product answers HTTP with."""

from django.core.wsgi import get_wsgi_application

from trader.web.pool import WsgiPool

THREADS, BACKLOG, MAX_BODY_BYTES = 2, 64, 1_000_000
application = WsgiPool(
    get_wsgi_application(), threads=THREADS, backlog=BACKLOG, max_body_bytes=MAX_BODY_BYTES
)
