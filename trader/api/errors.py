"""One shape for every error of the API.

`{"error": {"code", "message", "details": [{"field", "message"}], "request_id", "timestamp"}}`
"""

from typing import TypedDict

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from trader.observability.request import request_id
from trader.work.instants import iso

log = structlog.get_logger(__name__)
CODES = {
    400: "VALIDATION_ERROR",
    401: "AUTHENTICATION_REQUIRED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    414: "URI_TOO_LONG",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    429: "RATE_LIMITED",
    431: "HEADERS_TOO_LARGE",
    500: "INTERNAL_ERROR",
    502: "BROKER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}
MESSAGES = {
    400: "The request is not valid.",
    401: "Log in or send an API key.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    408: "The request did not arrive in time.",
    413: "The request is too large.",
    414: "The address is too long.",
    429: "Too many requests. Try again later.",
    431: "The headers of the request are too large.",
    500: "Something failed on our side. The request id helps us find it.",
}


class Detail(TypedDict):
    field: str
    message: str


class Error(TypedDict):
    code: str
    message: str
    details: list[Detail]
    request_id: str
    timestamp: str


class ErrorBody(TypedDict):
    error: Error


class HandlerContext(TypedDict):
    """Of what DRF tells about a failed call, what is read here."""

    request: Request


class Conflict(exceptions.APIException):
    """The row has changed meanwhile, or its state does not allow this."""

    status_code = 409
    default_detail = "This does not fit the present state."
    default_code = "conflict"


class Unprocessable(exceptions.APIException):
    """Well-formed, but the meaning is wrong, such as a symbol nobody knows.

    `details` names the fields at fault.
    """

    status_code = 422
    default_detail = "The request is well-formed but can't be carried out."
    default_code = "unprocessable"

    def __init__(self, message: str | None = None, details: list[Detail] | None = None) -> None:
        super().__init__(message)
        self.details = details or []


class TooLarge(exceptions.APIException):
    status_code = 413
    default_detail = MESSAGES[413]
    default_code = "too_large"


class Unavailable(exceptions.APIException):
    status_code = 503
    default_detail = "This can't be done right now."
    default_code = "unavailable"


def error_body(
    status: int, message: str = "", details: list[Detail] | None = None, identifier: str = ""
) -> ErrorBody:
    error = Error(
        code=CODES.get(status, "VALIDATION_ERROR" if status < 500 else "INTERNAL_ERROR"),
        message=message or MESSAGES.get(status, "The request failed."),
        details=details or [],
        request_id=identifier,
        timestamp=iso(timezone.now(), "milliseconds"),
    )
    return ErrorBody(error=error)


def error_response(
    request: HttpRequest, status: int, message: str = "", details: list[Detail] | None = None
) -> JsonResponse:
    """The error shape outside of a REST view."""
    return JsonResponse(error_body(status, message, details, request_id(request)), status=status)


def flatten(errors: object, field: str = "") -> list[Detail]:
    """Serializer errors as a flat list; nested fields are joined with dots."""
    if isinstance(errors, dict):
        rows: list[Detail] = []
        for name, item in errors.items():
            is_general = name == "non_field_errors"
            path = field if is_general else f"{field}.{name}" if field else str(name)
            rows += flatten(item, path)
        return rows
    if isinstance(errors, list | tuple):
        rows = []
        for index, item in enumerate(errors):
            path = f"{field}.{index}" if isinstance(item, dict) and field else field
            rows += flatten(item, path)
        return rows
    return [{"field": field, "message": str(errors)}]


def exception_handler(exc: Exception, context: HandlerContext) -> Response | None:
    """Turn what a REST view raised into the error shape; None lets Django answer with 500."""
    exc = _as_api_exception(exc)
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    request = context["request"]._request
    message, details = _explain(exc)
    if exc.status_code >= 500:
        log.error("api_error", status_code=exc.status_code, reason=str(exc))
    body = error_body(exc.status_code, message, details, request_id(request))
    return Response(body, status=exc.status_code, headers=_headers(exc))


def _as_api_exception(exc: Exception) -> Exception:
    if isinstance(exc, Http404):
        return exceptions.NotFound(MESSAGES[404])
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, RequestDataTooBig):
        return TooLarge()
    if isinstance(exc, ModelValidationError):
        return exceptions.ValidationError(getattr(exc, "message_dict", exc.messages))
    return exc


def _explain(exc: exceptions.APIException) -> tuple[str, list[Detail]]:
    if isinstance(exc, exceptions.ValidationError):
        details = flatten(exc.detail)
        return (details[0]["message"] if len(details) == 1 else MESSAGES[400]), details
    if isinstance(exc, Unprocessable):
        return str(exc.detail), exc.details
    if isinstance(exc, exceptions.Throttled):
        return MESSAGES[429], []
    return str(exc.detail), []


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(exc.auth_header)  # type: ignore[attr-defined]
    wait = getattr(exc, "wait", None)
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
