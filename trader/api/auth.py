"""Who calls: an API key in `X-API-Key`; the browser's session is checked by DRF itself."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.keys import find_key
from accounts.models import ApiKey, User


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        text = request.headers.get("X-API-Key", "").strip()
        if not text:
            return None
        row = find_key(text)
        if row is None:
            raise AuthenticationFailed("This API key is unknown or was revoked.")
        request._request.api_user = row.user  # type: ignore[attr-defined]
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 rather than 403 to a caller without credentials."""
        return 'ApiKey realm="api", header="X-API-Key"'
