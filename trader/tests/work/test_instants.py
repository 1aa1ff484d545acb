from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from trader.work.instants import iso


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (1_735_828_200, "2025-01-02T14:30:00Z"),
        (datetime(2025, 1, 2, 9, 30, tzinfo=ZoneInfo("America/New_York")), "2025-01-02T14:30:00Z"),
        (datetime(2025, 1, 2, 14, 30, 0, 250_000, UTC), "2025-01-02T14:30:00.250000Z"),
    ],
)
def test_an_instant_is_text_in_utc(instant, text):
    assert iso(instant) == text


def test_an_instant_is_cut_to_the_precision_asked_for():
    assert iso(datetime(2025, 1, 2, 14, 30, 0, 250_900, UTC), "milliseconds").endswith("00.250Z")
