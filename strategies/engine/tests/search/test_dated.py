"""Luck beside a search: every variant is weighed by the R per date of its own backtest."""

import numpy as np
import pytest

from strategies.engine.evidence.luck import Luck
from strategies.engine.figures.coverage import session_dates
from strategies.engine.figures.metrics_daily import daily_series
from strategies.engine.program.program import compile_program
from strategies.engine.report import exit_dates
from strategies.engine.search.figures import demands
from strategies.engine.search.run import run_search
from strategies.engine.search.variants import Axes, Variants
from strategies.engine.tests.builders import wild_bars
from strategies.engine.tests.search.test_run import drawn, every, spec_of
from strategies.engine.walk.trades import counted


def daily(spec, bars, others, end, days):
    """R per date of an ordinary backtest and on how many dates it had a trade."""
    trades = counted(compile_program(spec).backtest(bars, others).trades)
    trades = [trade for trade in trades if trade.exit_index < end]
    exits, rs = exit_dates(trades, bars), [trade.r_multiple for trade in trades]
    return daily_series(rs, exits, days), np.unique(np.searchsorted(days, exits)).size


@pytest.mark.parametrize("seed", range(8))
def test_luck_of_a_search_is_that_of_its_backtests(seed):
    variants, bars = drawn(seed), wild_bars(seed, 700, per_day=20)
    others, end = {"5Min": every(5, bars)}, int(np.random.default_rng(seed).choice([500, 700]))
    days = session_dates(bars.take(slice(0, end))).tolist()
    luck, alone = Luck.over(days, 48), Luck.over(days, 48)
    found = run_search(
        variants, bars, others, demands(), limit=variants.n, end_index=end, luck=luck
    )
    for kept in found.keeper.ranked():
        r, n_trading_dates = daily(spec_of(variants, kept), bars, others, end, days)
        alone.add(r[:, None], np.array([n_trading_dates]))
    assert luck.maxima.tobytes() == alone.maxima.tobytes()
    assert luck.best == alone.best
    assert (luck.n_tried, luck.n_in_maximum) == (variants.n, alone.n_in_maximum)


def test_some_of_these_searches_have_variants_in_the_maximum():
    bars = wild_bars(1, 700, per_day=20)
    luck = Luck.over(session_dates(bars))
    run_search(drawn(1), bars, {"5Min": every(5, bars)}, demands(), limit=1, luck=luck)
    assert luck.n_in_maximum > 10
    assert luck.maxima.max() > 1.0


def test_luck_changes_nothing_of_what_is_found():
    variants, bars = drawn(3), wild_bars(3, 700, per_day=20)
    others = {"5Min": every(5, bars)}
    luck = Luck.over(session_dates(bars))
    found = [
        run_search(variants, bars, others, demands(min_trades=3), limit=50, luck=one)
        for one in (None, luck)
    ]
    assert found[0].keeper.heap.tobytes() == found[1].keeper.heap.tobytes()
    assert luck.n_tried == found[1].n_tried == variants.n


def test_variants_with_fewer_trades_than_are_demanded_are_counted_only():
    variants, bars = drawn(3), wild_bars(3, 700, per_day=20)
    luck = Luck.over(session_dates(bars))
    found = run_search(
        variants, bars, {"5Min": every(5, bars)}, demands(min_trades=10**6), limit=1, luck=luck
    )
    assert (luck.n_tried, luck.n_in_maximum) == (found.n_tried, 0)


def test_a_search_cut_into_pieces_has_the_same_luck():
    variants, bars = drawn(5), wild_bars(5, 700, per_day=20)
    others, days = {"5Min": every(5, bars)}, session_dates(wild_bars(5, 700, per_day=20))
    whole, pieces = Luck.over(days), Luck.over(days)
    run_search(variants, bars, others, demands(), limit=1, luck=whole)
    for entry in reversed(variants.axes.entries):
        axes = Axes(**{**vars(variants.axes), "entries": [entry]})
        part = Luck.over(days)
        run_search(Variants(variants.spec, axes), bars, others, demands(), limit=1, luck=part)
        pieces.merge(part)
    assert pieces.maxima.tobytes() == whole.maxima.tobytes()
    assert (pieces.n_tried, pieces.best) == (whole.n_tried, whole.best)
