"""JSON with bounds: how deep it nests, how long its texts are, what they and its numbers hold."""

from collections.abc import Mapping
from typing import IO, cast

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from trader.api.json_text import JsonError, read_json


class BoundedJSONParser(JSONParser):
    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> dict[str, object]:
        """Always UTF-8, as JSON between programs is."""
        try:
            # A serializer is who finds that it is no object.
            return cast(dict[str, object], read_json(stream.read().decode()))
        except UnicodeDecodeError as error:
            raise ParseError("JSON parse error - this is no UTF-8.") from error
        except JsonError as error:
            if error.field:
                raise ValidationError({_shown(error.field): [error.message]}) from error
            raise ParseError(error.message) from error


def _shown(field: str) -> str:
    """A name that may itself be what is wrong, as far as it can be written."""
    return field.encode("ascii", "backslashreplace").decode().replace("\0", "\\0")[:200]
