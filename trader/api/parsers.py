"""JSON with bounds: how deep it nests, how long its strings are and what they may hold."""

import re
from collections.abc import Mapping
from typing import IO

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# JSON can spell them, UTF-8 can't.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class BoundedJSONParser(JSONParser):
    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> dict[str, object]:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON nests too deeply.") from error
        check_bounds(data)
        return data


def check_bounds(data: object) -> None:
    """Refuse what nests deeper or holds longer strings than the settings allow, and text that
    no database stores."""
    pending: list[tuple[object, int]] = [(data, 0)]
    while pending:
        value, depth = pending.pop()
        if isinstance(value, str):
            _check_text(value)
        if not isinstance(value, dict | list):
            continue
        if depth >= settings.API_JSON_MAX_DEPTH:
            raise ParseError(f"The JSON nests deeper than {settings.API_JSON_MAX_DEPTH} levels.")
        children = [*value, *value.values()] if isinstance(value, dict) else value
        pending += [(child, depth + 1) for child in children]


def _check_text(text: str) -> None:
    if len(text) > settings.API_STRING_MAX_LENGTH:
        raise ParseError(f"A text is longer than {settings.API_STRING_MAX_LENGTH:,} characters.")
    # PostgreSQL stores none.
    if "\0" in text:
        raise ParseError("A text contains a null character.")
    if not text.isascii() and LONE_SURROGATE.search(text):
        raise ParseError("A text contains half of a character (a lone surrogate such as \\ud800).")
