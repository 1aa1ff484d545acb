"""Strategies over sessions: the change to daylight saving in March 2011, and an early close."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from market.arrays import RawBars
from market.calendar import session_bounds
from market.ingest.csv_bars import read_bars_csv
from market.resample import to_engine_bars
from market.sample import __file__ as sample_module
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.program.program import compile_program
from strategies.engine.tests.readings import read
from strategies.engine.walk.costs import NS
from strategies.record.reading import parse_strategy

SPY = sample_module.replace("__init__.py", "SPY_1Min.csv.gz")
# The clocks changed in the night of Sunday, 13 March 2011.
FRIDAY, MONDAY = date(2011, 3, 11), date(2011, 3, 14)
FAST_EMA = {
    "id": "ema_fast",
    "base_template": "ema_stack",
    "parameters": {"short_period": 3, "mid_period": 5, "long_period": 8},
}
STRATEGY = {
    "symbol": "SPY",
    "entry_trigger_confluence_id": "ema_fast_cross_bull",
    "exit_trigger_confluence_ids": ["ema_fast_cross_bear"],
    "stop_config": {"method": "percentage", "percentage": 0.2},
    "target_config": {"method": "risk_reward", "rr_ratio": 2},
    "packs": [FAST_EMA],
}


def utc(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def spy():
    raw = read_bars_csv(SPY).bars
    return raw.take((raw.start_ts >= utc(2011, 3, 9)) & (raw.start_ts < utc(2011, 3, 19)))


def engine_bars(raw, session, timeframe="1Min"):
    return to_engine_bars(
        raw, base_timeframe="1Min", timeframe=timeframe, session=session, now_ts=utc(2040, 1, 1)
    )


def backtest(bars, **changes):
    record = {**STRATEGY, **changes}
    spec = parse_strategy(record, default_packs=default_pack_records())
    return compile_program(spec).backtest(bars)


def bounds_of(bars, day):
    own = bars.take(bars.day == day.toordinal())
    return int(own.start_ns[0]) // NS, int(own.close_ns[-1]) // NS


def opening_range(bars):
    """Per bar the state, and the last range that was known."""
    seen = read("opening_range", (15,), bars)
    return seen.states, (seen.columns["range_high"][-1], seen.columns["range_low"][-1])


@pytest.mark.parametrize(("session", "opens"), [("RTH", "09:30"), ("Extended Hours", "04:00")])
def test_an_opening_range_begins_with_its_session(spy, session, opens):
    bars = engine_bars(spy, session)
    bars = bars.take(bars.day == MONDAY.toordinal())
    first = int(opens[:2]) * 60 + int(opens[3:])
    begun = bars.take(bars.minute < first + 15)
    states, edges = opening_range(bars)
    assert edges == (begun.high.max(), begun.low.min())
    assert states[: begun.n - 1] == ["FORMING"] * (begun.n - 1)
    assert states[begun.n] != "FORMING"


def test_after_hours_of_a_half_day_begin_at_its_close():
    """The third of July 2024 closes at 13:00; every minute of it reaches as high as its number."""
    starts = np.arange(utc(2024, 7, 3, 16, 50), utc(2024, 7, 3, 17, 40), 60)
    minute = np.arange(starts.size, dtype=float)
    flat = np.full(starts.size, 0.5)
    bars = engine_bars(RawBars(starts, flat, minute + 1, flat - 0.5, flat, flat), "After Hours")
    states, edges = opening_range(bars)
    assert bars.n == 40
    assert edges == (25.0, 0.0)
    assert states[:15] == ["FORMING"] * 14 + ["INSIDE"]


def test_regular_hours_open_an_hour_earlier_in_utc_after_the_change(spy):
    bars = engine_bars(spy, "RTH")
    assert bounds_of(bars, FRIDAY) == (utc(2011, 3, 11, 14, 30), utc(2011, 3, 11, 21))
    assert bounds_of(bars, MONDAY) == (utc(2011, 3, 14, 13, 30), utc(2011, 3, 14, 20))
    assert set(bars.minute.tolist()) == set(range(570, 960))


def test_extended_hours_lie_between_four_and_twenty_on_both_sides(spy):
    bars = engine_bars(spy, "Extended Hours")
    for day, shift in ((FRIDAY, 5), (MONDAY, 4)):
        own = bars.take(bars.day == day.toordinal())
        assert own.session_open_ns[0] == utc(day.year, day.month, day.day, 4 + shift) * NS
        assert (
            own.session_close_ns[0]
            == (utc(day.year, day.month, day.day) + (20 + shift) * 3600) * NS
        )
    assert bars.minute.min() >= 240
    assert bars.minute.max() < 1200


@pytest.mark.parametrize("session", ["RTH", "Extended Hours"])
def test_every_fill_lies_inside_the_session_of_its_own_date(spy, session):
    advance = backtest(engine_bars(spy, session), trading_session=session)
    assert len(advance.trades) > 50
    for trade in advance.trades:
        for fill_ns, bar_ns in (
            (trade.entry_fill_ns, trade.entry_bar_ns),
            (trade.exit_fill_ns, trade.exit_bar_ns),
        ):
            local_day = date.fromordinal(
                int(advance.bars.day[np.searchsorted(advance.bars.start_ns, bar_ns)])
            )
            open_ts, close_ts = session_bounds(local_day, session)
            assert open_ts * NS <= bar_ns < fill_ns <= close_ts * NS


@pytest.mark.parametrize("session", ["RTH", "Extended Hours"])
def test_streamed_over_the_change_equals_the_batch(spy, session):
    bars = engine_bars(spy, session)
    whole = backtest(bars, trading_session=session)
    program, memory = whole.program, whole.program.new_memory()
    cut = int(np.searchsorted(bars.day, MONDAY.toordinal())) - 30
    found = list(program.advance(memory, bars.take(slice(0, cut))).trades)
    for t in range(cut, bars.n):
        found += program.advance(memory, bars.take(slice(t, t + 1))).trades
    assert found == whole.trades


def test_vwap_starts_anew_at_each_session_s_own_open(spy):
    for session, minute in (("RTH", 570), ("Extended Hours", 240)):
        bars = engine_bars(spy, session)
        advance = backtest(
            bars, trading_session=session, confluence=["1M-VWAP-@V"], packs=[FAST_EMA]
        )
        line = advance.columns("vwap_default")["vwap"]
        first = np.flatnonzero(np.diff(bars.day, prepend=0) != 0)
        typical = (bars.high + bars.low + bars.close)[first] / 3.0
        np.testing.assert_allclose(line[first], typical, rtol=1e-12)
        assert (bars.minute[first] >= minute).all()


def test_new_york_morning_window_follows_the_wall_clock(spy):
    advance = backtest(engine_bars(spy, "RTH"), general_confluences=["GEN-TOD_NY_OPEN-IN_WINDOW"])
    minutes = {int(advance.bars.minute[trade.entry_index]) for trade in advance.trades}
    assert minutes <= set(range(570, 720))
    assert min(minutes) < 630


def test_derived_bars_count_from_the_session_open_across_the_change(spy):
    bars = engine_bars(spy, "RTH", "1Hour")
    for day in (FRIDAY, MONDAY):
        own = bars.take(bars.day == day.toordinal())
        assert own.minute.tolist() == [570, 630, 690, 750, 810, 870, 930]
        assert own.close_ns[-1] == own.session_close_ns[-1]


# 2023-11-24, the day after Thanksgiving, closed at 13:00 in New York: 18:00 UTC.
EARLY = (2023, 11, 24)


def typed(*rows):
    """Rows of (UTC hour, minute, open, high, low, close) on the early-close date."""
    starts = np.array([utc(*EARLY, hour, minute) for hour, minute, *_ in rows], np.int64)
    prices = np.array([row[2:] for row in rows], np.float64).T
    return RawBars(starts, *np.ascontiguousarray(prices), np.full(len(rows), 100.0))


def run_up_to_the_close():
    """Flat from 12:20, a dip at 12:57, and a cross up at the close of 12:58."""
    rows = [(17, minute, 100, 100, 100, 100) for minute in range(10, 57)]
    rows += [(17, 57, 100, 100, 99, 99), (17, 58, 99, 101, 99, 101)]
    rows += [(17, 59, 101, 101, 101, 101), (18, 0, 101, 101, 90, 90), (18, 1, 90, 90, 90, 90)]
    return typed(*rows)


def test_regular_hours_end_at_the_early_close():
    advance = backtest(engine_bars(run_up_to_the_close(), "RTH"))
    assert advance.bars.close_ns[-1] == utc(*EARLY, 18) * NS
    held = advance.open_trade
    assert (held.entry_fill_ns, held.entry_price) == (utc(*EARLY, 17, 59) * NS, 101.0)


def test_extended_hours_go_on_and_stop_the_trade_after_the_early_close():
    bars = engine_bars(run_up_to_the_close(), "Extended Hours")
    (trade,) = backtest(bars, trading_session="Extended Hours").trades
    assert (trade.exit_reason, trade.exit_bar_ns) == ("stop_loss", utc(*EARLY, 18) * NS)


def test_after_hours_begin_at_the_early_close():
    bars = engine_bars(run_up_to_the_close(), "After Hours")
    assert bars.start_ns.tolist() == [utc(*EARLY, 18) * NS, utc(*EARLY, 18, 1) * NS]


def test_regular_session_condition_ends_at_the_early_close():
    bars = engine_bars(run_up_to_the_close(), "Extended Hours")
    advance = backtest(bars, trading_session="Extended Hours")
    last_regular, first_after = bars.n - 3, bars.n - 2
    assert advance.state_at("session_regular", last_regular) == "IN_SESSION"
    assert advance.state_at("session_regular", first_after) == "OUT_OF_SESSION"


def test_a_derived_bar_ends_at_the_early_close():
    bars = engine_bars(run_up_to_the_close(), "RTH", "4Hour")
    assert bars.close_ns.tolist() == [utc(*EARLY, 18) * NS]
