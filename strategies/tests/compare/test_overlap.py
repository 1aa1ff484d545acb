"""Trades in common, on trades written down by hand."""

import numpy as np
import pytest

from market import eastern
from strategies.compare.overlap import Correlation, Overlap, correlation, overlap
from strategies.runs.kept import ShortTrades

# entry bar, entry, exit, R, direction
ONE = ShortTrades.of(
    [
        (0, 10, 20, 1.0, "LONG"),
        (30, 40, 50, -1.0, "LONG"),
        (60, 70, 80, 1.0, "SHORT"),
        (90, 100, 100, 1.0, "LONG"),
    ]
)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ([], Overlap(4, 0, 0)),
        # The same trades.
        (
            [
                (0, 10, 20, 1.0, "LONG"),
                (30, 40, 50, -1.0, "LONG"),
                (60, 70, 80, 1.0, "SHORT"),
                (90, 100, 100, 1.0, "LONG"),
            ],
            Overlap(4, 4, 4),
        ),
        # One long one over all of them: those of the other direction do not meet it.
        ([(0, 5, 200, 1.0, "LONG")], Overlap(4, 3, 1)),
        # It begins where the first ends: an instant is not shared time.
        ([(20, 20, 30, 1.0, "LONG")], Overlap(4, 0, 0)),
        # The other direction, at the same time, from the same bar.
        ([(0, 10, 20, 1.0, "SHORT")], Overlap(4, 0, 0)),
        # Not in the order of time, and one within another.
        ([(70, 71, 72, 1.0, "SHORT"), (0, 5, 60, 1.0, "LONG"), (6, 6, 7, 1.0, "LONG")],
         Overlap(4, 3, 1)),
        # The same entry bar, left before the one was entered.
        ([(30, 31, 35, 1.0, "LONG")], Overlap(4, 0, 1)),
    ],
)  # fmt: skip
def test_trades_meet_where_they_share_time_and_direction(other, expected):
    assert overlap(ONE, ShortTrades.of(other)) == expected


def test_every_pair_of_random_trades_is_found():
    """Against the plain way of asking each of every other."""
    draw = np.random.default_rng(5)

    def some(n: int) -> ShortTrades:
        entries = draw.integers(0, 200, n)
        exits = entries + draw.integers(0, 9, n)
        sides = np.where(draw.random(n) < 0.5, "LONG", "SHORT")
        rows = zip(entries // 5, entries, exits, draw.normal(size=n), sides, strict=True)
        return ShortTrades.of(list(rows))

    for _ in range(200):
        one, other = some(int(draw.integers(0, 12))), some(int(draw.integers(0, 12)))
        expected = sum(
            any(
                a_side == b_side and ((b < a_end and b_end > a) or a == b)
                for _, b, b_end, _, b_side in zip(*other, strict=True)
            )
            for _, a, a_end, _, a_side in zip(*one, strict=True)
        )
        assert overlap(one, other).n_overlapping == expected


FIRST = eastern.midnight(739_280) + 36_000
DAY = 86_400


def days_of(*r: float, step: int = 1) -> ShortTrades:
    """A trade closed at noon of each day, Saturdays and Sundays left out."""
    rows, ts = [], FIRST
    for value in r:
        while eastern.date_of(ts).weekday() > 4:
            ts += DAY
        rows.append((ts, ts, ts + 7_200, value, "LONG"))
        ts += step * DAY
    return ShortTrades.of(rows)


def test_days_that_go_together_and_against_each_other():
    r = [1.0, -1.0, 2.0, 0.5] * 10
    one, against = days_of(*r), days_of(*(-value for value in r))
    last = int(one.exit_ts[-1])
    assert correlation(one, one, FIRST, last).value == pytest.approx(1.0)
    assert correlation(one, against, FIRST, last).value == pytest.approx(-1.0)
    assert correlation(one, days_of(*([1e200, -1e200] * 20)), FIRST, last).value is not None


def test_days_without_a_trade_count_as_nothing():
    """Four dates of forty, by hand: x = 1, 1, 0, 0 and y = 1, 0, 1, 0 there, 0 elsewhere."""
    zeros = [0.0] * 36
    x, y = days_of(1.0, 1.0, 0.0, 0.0, *zeros), days_of(1.0, 0.0, 1.0, 0.0, *zeros)
    found = correlation(x, y, FIRST, int(x.exit_ts[-1]))
    n = found.n_dates
    assert n == 39
    assert found.value == pytest.approx((1 / n - 4 / n**2) / (2 / n - 4 / n**2))


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Correlation(None, 7), "not enough dates (7 of 30)"),
        (Correlation(None, 40), "— (one of them did not vary)"),
        (Correlation(0.4567, 40), "+0.46"),
        (Correlation(-0.4567, 40), "−0.46"),
        (Correlation(-0.001, 40), "0.00"),
    ],
)
def test_a_correlation_in_words(found, text):
    assert found.text == text


def test_few_dates_and_no_variance_give_none():
    one = days_of(*([1.0, -1.0] * 20))
    last = int(one.exit_ts[-1])
    assert correlation(one, one, FIRST, FIRST + 7 * DAY).value is None
    assert correlation(one, days_of(), FIRST, last).value is None
