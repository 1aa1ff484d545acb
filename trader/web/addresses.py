"""Django's common middleware, kinder to programs that call without knowing our addresses."""

from collections.abc import Callable, Mapping
from functools import partial

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.middleware.common import CommonMiddleware

# The largest id a table can hold; beyond it a database answers with an error of its own.
MAX_ID = 2**63 - 1
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
HEALTH_PREFIXES = ("/health", "/api/health", "/api/v1/health", "/metrics")


class AddressMiddleware(CommonMiddleware):
    """A missing final slash is answered with 308, which keeps method and body: after a 301 many
    clients repeat a POST as a GET. Health is told under any host name, since load balancers ask
    by the machine's number. A number in an address that no row can have is the address of nothing.
    """

    response_redirect_class = partial(  # type: ignore[assignment]
        HttpResponsePermanentRedirect, preserve_request=True
    )

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]
        if request.method not in METHODS:
            # The check of the form's token would answer that it is forbidden.
            return HttpResponseNotAllowed(sorted(METHODS))
        if request.path_info.startswith(HEALTH_PREFIXES):
            return None
        return super().process_request(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> None:
        if any(isinstance(value, int) and value > MAX_ID for value in kwargs.values()):
            raise Http404
