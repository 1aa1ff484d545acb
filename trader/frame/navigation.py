"""The main navigation: an entry appears when its room has pages."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


class Entry(NamedTuple):
    label: str
    icon: str
    url: str
    active: bool


ENTRIES = [
    ("Dashboard", "layout-dashboard", "dashboard"),
    ("Strategies", "trending-up", "strategies:strategy-list"),
    ("Packs", "packages", "strategies:pack-list"),
    ("Alerts", "bell", "alerts:alert-list"),
    ("Webhooks", "webhook", "webhooks:endpoint-list"),
    ("Settings", "settings", "accounts:settings"),
]


def entries(request: HttpRequest) -> list[Entry]:
    """The entries whose pages exist, the current one marked."""
    found = []
    for label, icon, name in ENTRIES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        active = request.path == url or (url != "/" and request.path.startswith(url))
        found.append(Entry(label, icon, url, active))
    return found
