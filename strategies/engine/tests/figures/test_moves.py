"""Moves after events: horizons, dates as clusters, families of intervals."""

import math

import numpy as np
import pytest

from strategies.engine.figures.moves import (
    Sample,
    difference_of,
    interval_of,
    move_figures,
    moves_after,
    sample_of,
)
from strategies.engine.figures.students_t import quantile
from strategies.engine.tests import builders
from strategies.engine.types import as_bars

NAN = float("nan")


def bars_of(closes_by_day, *, last_is_open=False):
    """Minutes with these closes, a list for each date; the session of the last may go on."""
    bars = builders.bars_of([(close,) * 4 for day in closes_by_day for close in day])
    lengths = [len(day) for day in closes_by_day]
    day = np.repeat(np.arange(1, len(lengths) + 1), lengths).astype(np.int32)
    ends = np.repeat(np.cumsum(lengths) - 1, lengths)
    closes_ns = bars.close_ns[ends].copy()
    if last_is_open:
        closes_ns[day == len(lengths)] += 1
    return as_bars(bars._replace(day=day, session_close_ns=closes_ns))


def test_a_move_ends_with_the_session():
    bars = bars_of([[100.0, 101.0, 102.0], [50.0, 51.0]])
    np.testing.assert_allclose(
        moves_after(bars, 5, is_daily=False), [2.0, 100 / 101, NAN, 2.0, NAN]
    )


def test_a_move_that_is_not_over_yet_is_not_known():
    bars = bars_of([[100.0, 101.0], [50.0, 51.0, 52.0]], last_is_open=True)
    np.testing.assert_allclose(moves_after(bars, 2, is_daily=False), [1.0, NAN, 4.0, NAN, NAN])


def test_days_go_on_into_the_next():
    bars = bars_of([[100.0], [110.0], [99.0]])
    np.testing.assert_allclose(moves_after(bars, 1, is_daily=True), [10.0, -10.0, NAN])


def test_dates_are_what_counts_as_independent():
    days = np.array([1, 1, 2, 2, 2, 3], np.int32)
    found = sample_of(days, np.array([1.0, 3.0, -1.0, NAN, 0.0, 2.0]))
    # u = (4 - 2) / 5, (-1 - 2) / 5, (2 - 1) / 5
    right = math.sqrt(3 / 2 * (0.4**2 + 0.6**2 + 0.2**2))
    assert (found.n, found.n_dates, found.mean) == (5, 3, 1.0)
    assert found.error == pytest.approx(right)


def test_a_difference_is_paired_by_date():
    days = np.array([1, 1, 2, 2], np.int32)
    moves, is_event = np.array([1.0, 0.0, 3.0, 0.0]), np.array([True, False, True, False])
    found = difference_of(days, moves, is_event)
    # u1 = (1 - 2) / 2, (3 - 2) / 2; u0 = (1 - 2) / 4, (3 - 2) / 4
    assert (found.n, found.n_dates, found.mean) == (2, 2, 1.0)
    assert found.error == pytest.approx(math.sqrt(2 * 2 * 0.25**2))


@pytest.mark.parametrize(("n", "n_dates"), [(29, 20), (30, 9)])
def test_too_few_events_or_dates_have_no_interval(n, n_dates):
    assert interval_of(Sample(n, n_dates, 1.0, 0.1), 0.975) == (None, None)


def test_an_interval_has_the_degrees_of_its_dates():
    low, high = interval_of(Sample(40, 10, 1.0, 0.1), 0.975)
    assert (low, high) == (pytest.approx(1 - 0.22621571628), pytest.approx(1 + 0.22621571628))


def random_market(seed, n_days=30, per_day=60):
    steps = np.random.default_rng(seed).normal(0, 0.05, (n_days, per_day))
    return bars_of((100 + np.cumsum(steps, axis=1)).tolist())


def test_all_intervals_of_a_page_are_one_family():
    bars = random_market(1)
    events = [np.arange(bars.n) % 7 == 0, np.arange(bars.n) < 20]
    found = move_figures(bars, events, is_daily=False)
    # 4 of all bars, 4 of the first event and as many differences; the second is too rare.
    assert found.n_intervals == 12
    cell, sample = found.all_bars[1], sample_of(bars.day, moves_after(bars, 5, is_daily=False))
    reach = quantile(1 - 0.025 / 12, 29) * sample.error
    assert cell["high_pct"] == pytest.approx(sample.mean + reach)
    assert found.events[1][0]["low_pct"] is None


def test_days_that_reach_into_one_another_have_no_interval():
    closes = 100 + np.cumsum(np.random.default_rng(2).normal(0, 1, 300))
    bars = bars_of([[close] for close in closes.tolist()])
    found = move_figures(bars, [np.arange(300) % 4 == 0], is_daily=True)
    assert found.n_intervals == 3
    assert [cell["low_pct"] is None for cell in found.all_bars] == [False, True, True, True]


def test_an_event_that_tells_is_seen_and_noise_rarely():
    bars = random_market(3)
    ahead = np.nan_to_num(moves_after(bars, 1, is_daily=False))
    assert move_figures(bars, [ahead > 0.05], is_daily=False).events[0][0]["differs"]
    told = 0
    for seed in range(40):
        events = np.random.default_rng(seed).random((6, bars.n)) < 0.1
        found = move_figures(bars, list(events), is_daily=False).events
        told += any(cell["differs"] for row in found for cell in row)
    assert told <= 5
