"""Rewrite the shipped table of exchange holidays and early closes."""

import numpy as np
from django.core.management.base import BaseCommand

from market import calendar, eastern


class Command(BaseCommand):
    help = "Write market/reference/xnys.csv from the exchange-calendar library."

    def handle(self, **options: object) -> None:
        rows = library_exceptions()
        lines = ["date,close", *(f"{day},{close}" for day, close in rows)]
        calendar.TABLE_PATH.write_text("\n".join(lines) + "\n", encoding="ascii")
        self.stdout.write(f"{len(rows)} dates written to {calendar.TABLE_PATH.name}.")


def library_exceptions() -> list[tuple[str, str]]:
    """Weekdays without a session (close empty) and sessions that end early (HH:MM)."""
    # Half a second of imports that only this command needs.
    import exchange_calendars  # type: ignore[import-untyped]

    library = exchange_calendars.get_calendar(
        "XNYS", start=f"{eastern.FIRST_YEAR}-01-01", end=f"{eastern.LAST_YEAR}-12-31"
    )
    closes = {
        session.date(): row.tz_convert(calendar.ZONE_NAME).strftime("%H:%M")
        for session, row in library.schedule["close"].items()
    }
    weekdays = np.arange(
        f"{eastern.FIRST_YEAR}-01-01", f"{eastern.LAST_YEAR + 1}-01-01", dtype="datetime64[D]"
    )
    rows = []
    for day in weekdays[np.is_busday(weekdays)].tolist():
        close = closes.get(day, "")
        if close != calendar.REGULAR_CLOSE_TEXT:
            rows.append((day.isoformat(), close))
    return rows
