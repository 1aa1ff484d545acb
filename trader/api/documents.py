"""The OpenAPI document and the page that shows it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class MayReadDocument(BasePermission):
    """In production whoever has an account or a key: making it takes a tenth of a second."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return not settings.IS_PRODUCTION or bool(request.user.is_authenticated)


class DocumentView(SpectacularAPIView):
    permission_classes = [MayReadDocument]

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        """An error has the shape of all others, whatever form the document was asked for in."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if final.exception:
            final.accepted_renderer = JSONRenderer()
            final.accepted_media_type = "application/json"
        return final


class DocumentPage(SpectacularSwaggerSplitView):
    permission_classes = [MayReadDocument]
    template_name = "api/document.html"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Drawn in the theme that its reader has chosen."""
        page: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        settings_of = getattr(request.user, "settings", None)
        if isinstance(page.data, dict):
            page.data["theme"] = getattr(settings_of, "theme", "") or ""
        return page

    def options(  # type: ignore[override]
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        """There is no page to be drawn for this method."""
        return HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})
