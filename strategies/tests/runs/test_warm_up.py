"""Warm-up is counted in bars: what the source holds before the window, however long ago."""

from datetime import datetime

import pytest
from django.utils import timezone

from market.calendar import session_bounds
from market.models import Instrument
from market.store.writing import store_bars
from market.testing import wave
from strategies.bars import first_index, load_own, own_anchor
from strategies.engine.tests.builders import make_spec, pack, trigger
from strategies.record.lookback import EASTERN

pytestmark = pytest.mark.django_db
SOURCE = "import:holes"
SLOW = pack("ema_stack", "slow", short_period=10, mid_period=50, long_period=200)
WINDOW_TS = int(datetime(2024, 9, 3, tzinfo=EASTERN).timestamp())
LATER = WINDOW_TS + 40 * 86_400


def spec_of(**changes):
    return make_spec(symbol="SPY", entry=trigger(SLOW, "cross_bull"), packs=(SLOW,), **changes)


def n_before(spec):
    bars = load_own(SOURCE, spec, WINDOW_TS, LATER, LATER)
    return first_index(bars, WINDOW_TS)


@pytest.fixture
def a_hole():
    """Five sessions in March, nothing until September."""
    Instrument.objects.get_or_create(symbol="SPY")
    for first in ("2024-03-04T14:30:00Z", "2024-09-03T13:30:00Z"):
        store_bars(SOURCE, "SPY", "1Min", wave(5, first), timezone.now())


@pytest.mark.parametrize(
    ("timeframe", "seconds", "needed"), [("1Min", 60, 1000), ("5Min", 300, 1000)]
)
def test_bars_before_a_hole_count(a_hole, timeframe, seconds, needed):
    spec = spec_of(timeframe=timeframe, timeframe_seconds=seconds)
    assert spec.warm_up_bars == needed
    held = {"1Min": 5 * 390, "5Min": 5 * 78}[timeframe]
    assert n_before(spec) == held


def test_with_no_bars_before_the_window_it_begins_where_the_calendar_says(a_hole):
    march_ts = session_bounds(datetime(2024, 3, 4, tzinfo=EASTERN).date())[0]
    anchor = own_anchor(SOURCE, spec_of(), march_ts)
    assert anchor == int(datetime(2024, 2, 1, tzinfo=EASTERN).timestamp())


def test_enough_bars_before_the_window_need_no_others():
    Instrument.objects.get_or_create(symbol="SPY")
    for first in ("2024-03-04T14:30:00Z", "2024-08-19T13:30:00Z"):
        store_bars(SOURCE, "SPY", "1Min", wave(10, first), timezone.now())
    anchor = own_anchor(SOURCE, spec_of(), WINDOW_TS)
    assert anchor == int(datetime(2024, 8, 1, tzinfo=EASTERN).timestamp())


def test_a_strategy_without_periods_asks_for_no_bars(django_assert_num_queries):
    plain = make_spec(symbol="SPY", entry=trigger(pack("swing_123"), "bull_c2"))
    with django_assert_num_queries(0):
        own_anchor(SOURCE, plain, WINDOW_TS)
