"""The WSGI handler; `trader.asgi` runs it on a fixed thread pool."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trader.settings")
application = get_wsgi_application()
