"""Every address of the product's pages, from its own URL configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.urls import URLPattern, URLResolver, get_resolver

# The admin's pages are Django's own, and the API has no pages.
NOT_OURS = ("admin/", "api/v1/")


def routes(
    patterns: Iterable[URLPattern | URLResolver] | None = None, before: str = ""
) -> set[str]:
    """Each route as it is written: `alerts/<int:pk>/`."""
    found = set()
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if route.startswith(NOT_OURS):
            continue
        found |= routes(one.url_patterns, route) if isinstance(one, URLResolver) else {route}
    return found


def filled(examples: Mapping[str, list[str]]) -> Iterator[str]:
    """An address for each route and each example of what it asks for."""
    for route in sorted(routes()):
        begins = [begin for begin in examples if route.startswith(begin)]
        if begins:
            begin = max(begins, key=len)
            yield from (f"/{example}{route[len(begin) :]}" for example in examples[begin])
        else:
            assert not set("<(^") & set(route), f"tests/holdings.py has no example for {route}"
            yield f"/{route}"
