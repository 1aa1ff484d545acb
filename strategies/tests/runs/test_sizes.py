"""How many bars a window holds is counted among those that are stored."""

from datetime import datetime

import pytest
from django.utils import timezone

from market.models import Instrument
from market.store.writing import store_bars
from market.testing import wave
from strategies.bars import size_of
from strategies.record.lookback import EASTERN

pytestmark = pytest.mark.django_db
SOURCE = "import:holes"


def eastern(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=EASTERN).timestamp())


YEARS = (eastern(2023, 1, 1), eastern(2025, 1, 1))


@pytest.fixture
def a_hole():
    """Ten sessions in March, five in September, nothing in between."""
    Instrument.objects.get_or_create(symbol="SPY")
    for n_days, first in ((10, "2024-03-04T14:30:00Z"), (5, "2024-09-03T13:30:00Z")):
        store_bars(SOURCE, "SPY", "1Min", wave(n_days, first), timezone.now())


@pytest.mark.parametrize(
    ("timeframe", "session", "n_own", "n_stored"),
    [
        ("1Min", "RTH", 15 * 390, 15 * 390),
        ("5Min", "RTH", 15 * 78, 15 * 390),
        ("1Hour", "RTH", 15 * 7, 15 * 390),
        ("1Min", "24/7", 15 * 390, 15 * 390),
        ("1Day", "RTH", 15, 15),
        ("1Week", "RTH", 3, 15),
    ],
)
def test_stored_bars_are_counted(a_hole, timeframe, session, n_own, n_stored):
    size = size_of(SOURCE, "SPY", timeframe, session, YEARS)
    assert size == (n_own, n_stored, True)


def test_those_outside_the_window_are_not(a_hole):
    may = (eastern(2024, 3, 11), eastern(2024, 9, 4))
    assert size_of(SOURCE, "SPY", "1Min", "RTH", may).n_own == 6 * 390


def test_where_nothing_was_ever_stored_the_calendar_answers():
    size = size_of(SOURCE, "SPY", "5Min", "RTH", (eastern(2024, 1, 1), eastern(2025, 1, 1)))
    assert (size.is_counted, size.n_own) == (False, 252 * 78)
