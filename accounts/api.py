"""REST views of a user's own settings."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User, UserSettings
from accounts.serializers import SettingsSerializer


@extend_schema(methods=["GET"], responses=SettingsSerializer)
@extend_schema(methods=["PATCH"], request=SettingsSerializer, responses=SettingsSerializer)
@api_view(["GET", "PATCH"])
def settings_detail(request: Request) -> Response:
    """Your settings; PATCH changes those that are given."""
    row, _ = UserSettings.objects.get_or_create(user=cast(User, request.user))
    if request.method == "GET":
        return Response(SettingsSerializer(row).data)
    serializer = SettingsSerializer(row, data=request.data, partial=True)
    serializer.is_valid(raise_exception=True)
    serializer.save()
    return Response(serializer.data)
