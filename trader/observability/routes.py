"""Which addresses carry a secret in their path: a key that resets a password, a hook's token.

Numbers and UUIDs name rows, which only their owner can see; any other part of a path that a route
takes is held to be a secret, unless its name says that it is an id as well.
"""

import re

from django.urls import URLPattern, URLResolver
from django.urls.converters import IntConverter, UUIDConverter
from django.urls.resolvers import RoutePattern

NAMES_OF_IDS = {"pk", "id", "object_id", "content_type_id", "app_label", "url"}
# `<slug:token>` of a route, `(?P<key>[-:\w]+)` of a regular expression.
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^()]*\)")
SEGMENT = r"[^/\s]+"


def prefixes_of_secrets(patterns: list[URLPattern | URLResolver], above: str = "/") -> set[str]:
    """Expressions for what stands before a secret in an address, up to its first one."""
    found: set[str] = set()
    for one in patterns:
        text, secret = _up_to_the_secret(one)
        if secret:
            found.add(above + text)
        elif isinstance(one, URLResolver):
            found |= prefixes_of_secrets(one.url_patterns, above + text)
    return found


def _up_to_the_secret(one: URLPattern | URLResolver) -> tuple[str, bool]:
    expression, route = "", str(one.pattern)
    position = 0
    for match in PARAMETER.finditer(route):
        expression += _literal(one, route[position : match.start()])
        if _is_secret(one, match[1] or match[2]):
            return expression, True
        expression += SEGMENT
        position = match.end()
    return expression + _literal(one, route[position:]), False


def _literal(one: URLPattern | URLResolver, text: str) -> str:
    is_route = isinstance(one.pattern, RoutePattern)
    return re.escape(text) if is_route else text.removeprefix("^").removesuffix("$")


def _is_secret(one: URLPattern | URLResolver, name: str) -> bool:
    converter = getattr(one.pattern, "converters", {}).get(name)
    is_row = isinstance(converter, IntConverter | UUIDConverter)
    return not is_row and name not in NAMES_OF_IDS
