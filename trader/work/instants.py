"""Instants as text."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(instant: datetime | int, timespec: str = "auto") -> str:
    """An aware instant, or one in epoch seconds, as JSON carries it: ISO-8601 in UTC with `Z`."""
    moment = instant if isinstance(instant, datetime) else EPOCH + timedelta(seconds=instant)
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
