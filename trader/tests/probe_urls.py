"""Addresses that misbehave on purpose, for the tests about errors, limits and request ids."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from trader.api.errors import Conflict, Unprocessable
from trader.frame import error_pages


class StopSerializer(serializers.Serializer[dict[str, object]]):
    method = serializers.ChoiceField(["atr"])


class ProbeSerializer(serializers.Serializer[dict[str, object]]):
    name = serializers.CharField(max_length=5)
    stop = StopSerializer(many=True)


@api_view(["GET", "POST"])
def probe(request: Request) -> Response:
    if request.method == "POST":
        serializer = ProbeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
    return Response({"ok": True})


@api_view(["GET"])
def fail(request: Request, kind: str) -> Response:
    raise {
        "conflict": Conflict("Somebody was faster."),
        "meaning": Unprocessable("Bad.", [{"field": "symbol", "message": "Nobody knows it."}]),
        "forbidden": PermissionDenied(),
        "model": ValidationError({"name": ["Too short."]}),
        "bug": RuntimeError("password=hunter2"),
    }[kind]


def page_bug(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a page failed")


urlpatterns = [
    path("api/v1/probe/", probe),
    path("api/v1/fail/<str:kind>/", fail),
    path("page-bug/", page_bug),
    path("accounts/", include("allauth.urls")),
    path("", include("trader.observability.urls")),
]
handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler404 = error_pages.page_not_found
handler429 = error_pages.too_many_tries
handler500 = error_pages.server_error
