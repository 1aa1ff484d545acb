"""Zones in which a user may read times. Old alias names are read, new ones are written."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Debian ships the aliases apart from the zones themselves, so they are resolved here.
ALIASES = {
    "US/Eastern": "America/New_York",
    "US/Central": "America/Chicago",
    "US/Mountain": "America/Denver",
    "US/Pacific": "America/Los_Angeles",
}
EXCHANGE_ZONE = "America/New_York"
CHOICES = [
    ("US/Eastern", "US/Eastern (exchange time)"),
    ("US/Central", "US/Central"),
    ("US/Mountain", "US/Mountain"),
    ("US/Pacific", "US/Pacific"),
    ("UTC", "UTC"),
    ("America/Toronto", "Toronto"),
    ("America/Sao_Paulo", "São Paulo"),
    ("Europe/London", "London"),
    ("Europe/Berlin", "Berlin"),
    ("Europe/Athens", "Athens"),
    ("Africa/Johannesburg", "Johannesburg"),
    ("Asia/Dubai", "Dubai"),
    ("Asia/Kolkata", "India"),
    ("Asia/Singapore", "Singapore"),
    ("Asia/Hong_Kong", "Hong Kong"),
    ("Asia/Tokyo", "Tokyo"),
    ("Australia/Sydney", "Sydney"),
]


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone with this name; exchange time for a name nobody knows any more."""
    try:
        return ZoneInfo(ALIASES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(EXCHANGE_ZONE)
