"""Django's common middleware, kinder to programs that call without knowing our addresses."""

from functools import partial

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware

HEALTH_PREFIXES = ("/health", "/api/health", "/api/v1/health", "/metrics")


class AddressMiddleware(CommonMiddleware):
    """A missing final slash is answered with 308, which keeps method and body: after a 301 many
    clients repeat a POST as a GET. Health is told under any host name, since load balancers ask
    by the machine's number.
    """

    response_redirect_class = partial(  # type: ignore[assignment]
        HttpResponsePermanentRedirect, preserve_request=True
    )

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        if request.path_info.startswith(HEALTH_PREFIXES):
            return None
        return super().process_request(request)
