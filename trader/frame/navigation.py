"""The main navigation: an entry appears when its room has pages."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


class Entry(NamedTuple):
    """A page in the navigation; with `g` before it, `key` goes there."""

    label: str
    icon: str
    url: str
    key: str
    active: bool


ENTRIES = [
    ("Dashboard", "layout-dashboard", "dashboard", "d"),
    ("Strategies", "trending-up", "strategies:strategy-list", "s"),
    ("Packs", "packages", "strategies:pack-list", "p"),
    ("Alerts", "bell", "alerts:alert-list", "a"),
    ("Webhooks", "webhook", "webhooks:endpoint-list", "w"),
    ("Settings", "settings", "accounts:settings", ","),
]


def entries(request: HttpRequest) -> list[Entry]:
    """The entries whose pages exist, the current one marked."""
    found = []
    for label, icon, name, key in ENTRIES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        active = request.path == url or (url != "/" and request.path.startswith(url))
        found.append(Entry(label, icon, url, key, active))
    return found
