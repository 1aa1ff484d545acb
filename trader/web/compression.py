"""Pages, and what their charts load, go over the wire compressed.

Not the API: its callers are programs nearby that count milliseconds. Against guessing secrets from
lengths, Django adds random bytes and masks the token of every form.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)  # type: ignore[arg-type]
        return compressed
