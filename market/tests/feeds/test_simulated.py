import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from market import calendar
from market.errors import BarsError
from market.feeds.simulated import SimulatedFeed, _levels, simulated_day
from market.instruments import OFFERED
from market.testing import ts_of

SCRIPT = """
from datetime import date
from market.feeds.simulated import simulated_day
print(simulated_day(42, "SPY", date(2024, 3, 4)).close.sum().hex())
"""


def take(stream, count):
    return [next(stream) for _ in range(count)]


def test_another_process_invents_the_same_bars():
    here = simulated_day(42, "SPY", date(2024, 3, 4)).close.sum().hex()
    prelude = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'trader.settings_test';"
        "django.setup()"
    )
    # A different hash seed, since a salted hash is what would make the difference.
    there = subprocess.run(
        [sys.executable, "-c", prelude + SCRIPT],
        capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "1", "PATH": "/usr/bin"},
    )  # fmt: skip
    assert there.stdout.strip().splitlines()[-1] == here


def test_seeds_and_symbols_differ():
    day = date(2024, 3, 4)
    sums = {simulated_day(seed, s, day).close.sum() for seed in (1, 2) for s in ("SPY", "AAPL")}
    assert len(sums) == 4


def test_prices_are_whole_cents_inside_their_range():
    bars = simulated_day(42, "TSLA", date(2024, 3, 4))
    assert bars.n == 390
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert np.array_equal(np.round(bars.close, 2), bars.close)
    assert (bars.volume > 0).all()


def test_an_early_close_is_shorter_and_a_holiday_refused():
    assert simulated_day(42, "SPY", date(2020, 11, 27)).n == 210
    with pytest.raises(BarsError, match="2020-11-26 has no session"):
        simulated_day(42, "SPY", date(2020, 11, 26))


@pytest.mark.parametrize("one", OFFERED, ids=lambda one: one.symbol)
def test_prices_stay_near_their_base_for_ever(one):
    assert np.abs(_levels(42, one.symbol)).max() < 0.8


def test_a_day_opens_near_the_close_of_the_last():
    friday, monday = (simulated_day(42, "SPY", date(2024, 3, day)) for day in (1, 4))
    assert abs(monday.open[0] / friday.close[-1] - 1) < 0.1


def test_minutes_move_as_much_as_they_should():
    bars = simulated_day(42, "SPY", date(2024, 3, 4))
    assert 0.0006 < np.diff(np.log(bars.close)).std() < 0.001


def test_the_stream_goes_on_after_any_minute():
    feed = SimulatedFeed()
    whole = take(feed.stream(["SPY", "AAPL"], ts_of("2024-03-04T14:30:00Z")), 800)
    for cut in (0, 1, 389, 390, 500):
        rest = take(feed.stream(["SPY", "AAPL"], whole[cut].close_ts), 5)
        assert rest == whole[cut + 1 : cut + 6]


def test_the_stream_skips_closed_hours():
    batches = take(SimulatedFeed().stream(["SPY"], ts_of("2024-03-28T19:59:00Z")), 2)
    assert [batch.close_ts for batch in batches] == [
        ts_of("2024-03-28T20:00:00Z"),
        ts_of("2024-04-01T13:31:00Z"),
    ]


def test_history_is_what_the_stream_delivers():
    feed = SimulatedFeed()
    start, end = calendar.session_bounds(date(2024, 3, 4))
    bars = feed.history("SPY", "1Min", start, end)
    minutes = [batch.minutes[0] for batch in take(feed.stream(["SPY"], start), 390)]
    assert [minute.close for minute in minutes] == bars.close.tolist()
    assert [minute.start_ts for minute in minutes] == bars.start_ts.tolist()
