"""What the OpenAPI document says of every call: the ways to sign in, and how it fails."""

from inspect import getdoc
from typing import TypedDict

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction

from trader.api.digits import LARGEST
from trader.api.errors import CODES, MESSAGES
from trader.api.json_text import LARGEST_WHOLE
from trader.api.strict import Strict

Schema = dict[str, object]


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


class StrictObject(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """What refuses fields that it does not know says so."""

    target_class = "trader.api.strict.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, object]:
        mapped: Schema = auto_schema._map_serializer(  # type: ignore[no-untyped-call]
            self.target, direction, bypass_extensions=True
        )
        if mapped.get("description") == getdoc(Strict):
            del mapped["description"]
        return {**mapped, "additionalProperties": False}


# "in" can't be a field of a class.
Parameter = TypedDict("Parameter", {"name": str, "in": str, "schema": Schema})


class Operation(TypedDict, total=False):
    """Of a call in the document, what is read and written here."""

    parameters: list[Parameter]
    requestBody: object
    responses: dict[str, object]


class Components(TypedDict):
    schemas: dict[str, Schema]


class Document(TypedDict):
    """`paths` are operations by address and method."""

    components: Components
    paths: dict[str, dict[str, Operation]]


ERROR: Schema = {
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
COUNTED_FROM_ONE = {"page", "page_size"}
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


def declare_bounds(result: Document, **_: object) -> Document:
    """Hook of drf-spectacular: what holds for every parameter and every number."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query":
                    _bound(parameter["name"], parameter["schema"])
    for schema in result["components"]["schemas"].values():
        fields = schema.get("properties")
        for field in fields.values() if isinstance(fields, dict) else ():
            _keep_whole(field)
    return result


def _bound(name: str, schema: Schema) -> None:
    """Pages are counted from one, and no parameter is empty."""
    if name in COUNTED_FROM_ONE:
        schema.update(minimum=1, maximum=LARGEST)
    elif schema == {"type": "string"}:
        schema["minLength"] = 1


def _keep_whole(schema: Schema) -> None:
    """A number that the database could hold and JSON could not is refused."""
    if schema.get("type") == "integer":
        for name, end in (("minimum", -LARGEST_WHOLE), ("maximum", LARGEST_WHOLE)):
            known = schema.get(name)
            if isinstance(known, int) and abs(known) > LARGEST_WHOLE:
                schema[name] = end


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
