"""Instants as text: for JSON, and for people.

People read one form everywhere, with the year where it is not this one. `static/js/instants.js`
writes it likewise; `trader/tests/data/instants.json` holds both to it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEW_YORK = ("America/New_York", "US/Eastern")


def iso(instant: datetime | int, timespec: str = "auto") -> str:
    """An aware instant, or one in epoch seconds, as JSON carries it: ISO-8601 in UTC with `Z`."""
    moment = instant if isinstance(instant, datetime) else EPOCH + timedelta(seconds=instant)
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def day_text(day: date) -> str:
    """`Dec 18`, of another year `Dec 18 2020`; the year is that of the user's zone."""
    is_this_year = day.year == timezone.localdate().year
    return f"{day:%b %d}" if is_this_year else f"{day:%b %d} {day.year}"


def full_day_text(day: date) -> str:
    """With its year, for names that are stored: another year will read them."""
    return f"{day:%b %d} {day.year}"


def instant_text(instant: datetime, has_seconds: bool = False) -> str:
    """`Dec 18, 15:50` in the zone that is active, with seconds where they matter."""
    local = timezone.localtime(instant)
    return f"{day_text(local.date())}, {local:{'%H:%M:%S' if has_seconds else '%H:%M'}}"


def zone_text(name: str) -> str:
    """`ET` for New York, whose clocks traders name so all year, else the zone's short name."""
    return "ET" if name in NEW_YORK else f"{timezone.now().astimezone(ZoneInfo(name)):%Z}"
