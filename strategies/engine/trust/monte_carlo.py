"""Monte Carlo: the same trades in another order, and periods drawn from the same days."""

from __future__ import annotations

import numpy as np

from strategies.engine.figures.coverage import last_dates, session_dates
from strategies.engine.trust.history import ENOUGH_TRADES, History, Sample, rows_of
from strategies.engine.trust.outcomes import Days, MonteCarlo, Orders
from strategies.engine.trust.significance import histogram, percentiles
from strategies.engine.types import Bars, Floats, Int64s

N_DRAWS = 2000


def check_monte_carlo(
    history: History, sample: Sample, *, n_draws: int = N_DRAWS, seed: int = 1
) -> MonteCarlo:
    """Drawdown over the order of trades, and total R over resampled days.

    Parameters
    ----------
    history : the bars, of which the days from the first visible one on are drawn
    sample : closed trades of those bars
    n_draws : orders, and periods
    seed : of both, each from a stream of its own

    Returns
    -------
    `described`, and `unknown` under 30 trades. Resampled trades are no evidence of an edge: any
    sample with a gain resamples to gains. They say how deep drawdowns may go.
    """
    if not sample.n:
        return {"verdict": "unknown", "n_trades": 0, "seed": seed, "orders": None, "days": None}
    seeds = np.random.SeedSequence(seed).spawn(2)
    orders = order_draws(np.random.Generator(np.random.PCG64(seeds[0])), sample.r, n_draws)
    exit_index = sample.exit_index - history.first_visible_index
    daily = daily_r(
        history.bars.take(slice(history.first_visible_index, None)), exit_index, sample.r
    )
    days = day_draws(np.random.Generator(np.random.PCG64(seeds[1])), daily, n_draws)
    return {
        "verdict": "described" if sample.n >= ENOUGH_TRADES else "unknown",
        "n_trades": sample.n,
        "seed": seed,
        "orders": orders,
        "days": days,
    }


def drawdowns(r: Floats) -> Floats:
    """Deepest fall of cumulative R below its running maximum in each row, <= 0.

    Parameters
    ----------
    r : (rows, n) float64, R in the order it came

    Notes
    -----
    The maximum starts at 0, as in the figure of the same name.
    """
    curves = np.cumsum(r, axis=1)
    peaks = np.maximum(np.maximum.accumulate(curves, axis=1), 0.0)
    deepest: Floats = np.minimum((curves - peaks).min(axis=1), 0.0)
    return deepest


def losing_runs(r: Floats) -> Int64s:
    """Longest run of results at or below 0 in each row of (rows, n)."""
    is_loss = r <= 0.0
    losses = np.cumsum(is_loss, axis=1)
    at_last_win = np.maximum.accumulate(np.where(is_loss, 0, losses), axis=1)
    longest: Int64s = (losses - at_last_win).max(axis=1)
    return longest


def order_draws(rng: np.random.Generator, r: Floats, n_draws: int = N_DRAWS) -> Orders:
    """The distribution of drawdown and losing run over random orders of the trades.

    Parameters
    ----------
    r : (n,) float64, R of the trades in order, n >= 1

    Notes
    -----
    Every order is as likely. Orders carry no dependence between neighbouring trades.
    """
    deepest, longest = [], []
    for n_rows in rows_of(r.size, n_draws):
        drawn = rng.permuted(np.broadcast_to(r, (n_rows, r.size)), axis=1)
        deepest.append(drawdowns(drawn))
        longest.append(losing_runs(drawn))
    depth, runs = np.concatenate(deepest), np.concatenate(longest)
    actual = float(drawdowns(r[None, :])[0])
    return {
        "n_draws": n_draws,
        "total_r": float(r.sum()),
        "actual_drawdown_r": actual,
        "drawdown_r": percentiles(depth),
        "worst_drawdown_r": float(depth.min()),
        "actual_losing_run": int(losing_runs(r[None, :])[0]),
        "losing_run": percentiles(runs.astype(np.float64)),
        "longest_losing_run": int(runs.max()),
        "histogram": histogram(depth, actual),
    }


def daily_r(bars: Bars, exit_index: Int64s, r: Floats) -> Floats:
    """Net R of the trades closed on each exchange date with a bar, (days,), 0 without any.

    Parameters
    ----------
    exit_index : (n,) int64, the bar each trade was closed on
    r : (n,) float64, their results in R

    Notes
    -----
    A trade closed on another date, a weekend say, counts for the next exchange date, or for the
    last when there is none.
    """
    days = session_dates(bars)
    if not days.size:
        days = np.unique(bars.day)
    places = np.searchsorted(days, last_dates(bars.take(exit_index)))
    return np.bincount(np.minimum(places, days.size - 1), r, days.size).astype(np.float64)


def day_draws(rng: np.random.Generator, daily: Floats, n_draws: int = N_DRAWS) -> Days:
    """The distribution of total R and drawdown over periods of days drawn with replacement.

    Parameters
    ----------
    daily : (days,) float64, R of each exchange date, those without trades included

    Notes
    -----
    A period loses when its total is below 0. The drawdown is between ends of days. Days are
    drawn one by one, so streaks of days are not kept.

    References
    ----------
    Efron (1979), Bootstrap methods: another look at the jackknife.
    """
    totals, deepest = [], []
    for n_rows in rows_of(daily.size, n_draws):
        drawn = daily[rng.integers(0, daily.size, (n_rows, daily.size))]
        totals.append(drawn.sum(axis=1))
        deepest.append(drawdowns(drawn))
    total = np.concatenate(totals)
    return {
        "n_draws": n_draws,
        "n_days": daily.size,
        "total_r": percentiles(total),
        "drawdown_r": percentiles(np.concatenate(deepest)),
        "losing_share": float((total < 0.0).mean()),
        "histogram": histogram(total, float(daily.sum())),
    }
