"""What the OpenAPI document says of every call: the ways to sign in, and how it fails."""

from typing import TypedDict

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from trader.api.errors import CODES, MESSAGES


# drf-spectacular finds the subclasses of its extension by itself, once this module is imported.
class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "trader.api.auth.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, object]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "Made on the settings page, or by `manage.py create_api_key`.",
        }


class Operation(TypedDict, total=False):
    """Of a call in the document, what is read and written here."""

    requestBody: object
    responses: dict[str, object]


class Components(TypedDict):
    schemas: dict[str, object]


class Document(TypedDict):
    """`paths` are operations by address and method."""

    components: Components
    paths: dict[str, dict[str, Operation]]


ERROR = {
    "type": "object",
    "description": "The one shape of every error.",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "enum": sorted(set(CODES.values()))},
                "message": {"type": "string"},
                "details": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "field": {"type": "string"},
                            "message": {"type": "string"},
                        },
                        "required": ["field", "message"],
                    },
                },
                "request_id": {"type": "string"},
                "timestamp": {"type": "string", "format": "date-time"},
            },
            "required": ["code", "message", "details", "request_id", "timestamp"],
        }
    },
    "required": ["error"],
}
ALWAYS = (401, 403, 404, 429)
FOR_WRITES = (409,)
WITH_BODY = (413, 415)
REASONS = {
    **MESSAGES,
    409: "The present state does not allow this, or a confirmation is missing.",
    415: "Send JSON.",
}


def declare_errors(result: Document, **_: object) -> Document:
    """Hook of drf-spectacular: each operation names the errors it answers with."""
    result["components"]["schemas"]["Error"] = ERROR
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status in _errors_of(method, operation):
                operation["responses"].setdefault(str(status), _error_response(status))
            operation["responses"].setdefault("default", _error_response(500))
    return result


def _errors_of(method: str, operation: Operation) -> list[int]:
    statuses = [400, *ALWAYS]
    if method != "get":
        statuses += FOR_WRITES
    if "requestBody" in operation:
        statuses += WITH_BODY
    return sorted(statuses)


def _error_response(status: int) -> dict[str, object]:
    reference = {"$ref": "#/components/schemas/Error"}
    return {
        "description": REASONS[status],
        "content": {"application/json": {"schema": reference}},
    }
