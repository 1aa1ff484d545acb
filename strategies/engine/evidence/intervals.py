"""How sure a difference is: of a change against its base.

By the closed form, with R summed by date: trades of one date are alike.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from strategies.engine.evidence.tally import LEAST_TRADING_DATES
from strategies.engine.figures.students_t import quantile
from strategies.engine.types import Bools, Floats, Int64s

LEAST_TRADES = 30
_TAIL = 0.025


class Intervals(NamedTuple):
    """One entry for each card, (K,) each.

    effect : mean R, of a card less that of the base; NaN without trades
    error : its standard error; NaN where there is no interval
    single_low, single_high : 95 % for this one alone
    low, high : 95 % for all of them together; only this one may colour anything
    n_dates : dates with a trade on either side
    refusals : why there is no interval, "" where there is one
    """

    effect: Floats
    error: Floats
    single_low: Floats
    single_high: Floats
    low: Floats
    high: Floats
    n_dates: Int64s
    refusals: list[str]

    @property
    def signs(self) -> Int64s:
        """1 and -1 where all of the interval of all of them lies on one side of 0, else 0."""
        found: Int64s = (self.low > 0.0).astype(np.int64) - (self.high < 0.0)
        return found


def card_intervals(
    base_r: Floats, base_n: Int64s, changed_r: Floats, changed_n: Int64s, n_cards: int
) -> Intervals:
    """Change of mean R by each card of a tab, paired by date.

    Parameters
    ----------
    base_r, base_n : (D,) net R and number of trades of the strategy as it is, per date
    changed_r, changed_n : (K, D) the same with each change
    n_cards : cards of the tab, known at its start

    Notes
    -----
    ``u_d = (S1_d - m1 n1_d) / N1 - (S0_d - m0 n0_d) / N0``, ``se = sqrt(D / (D - 1) sum(u^2))``
    with D the dates with a trade on either side, and t with D - 1 degrees of freedom.
    """
    base_mean, base_u = _scores(base_r[None, :], base_n[None, :])
    mean, u = _scores(changed_r, changed_n)
    n_dates = ((changed_n > 0) | (base_n > 0)).sum(axis=1)
    refusal = refused(int(base_n.sum()), int((base_n > 0).sum()))
    refusals = [f"{refusal} without the change" if refusal else "" for _ in range(len(changed_n))]
    own = _refusals(changed_n)
    refusals = [one or other for one, other in zip(own, refusals, strict=True)]
    return _intervals(mean - base_mean, u - base_u, n_dates, refusals, n_cards)


def refused(n_trades: int, n_dates: int) -> str:
    """Why so few trades on so few dates have no interval, "" where they have one."""
    if n_trades < LEAST_TRADES:
        return f"not enough trades ({n_trades} of {LEAST_TRADES})"
    if n_dates < LEAST_TRADING_DATES:
        return f"not enough dates with trades ({n_dates} of {LEAST_TRADING_DATES})"
    return ""


def _refusals(counts: Int64s) -> list[str]:
    trades, dates = counts.sum(axis=1).tolist(), (counts > 0).sum(axis=1).tolist()
    return [refused(*one) for one in zip(trades, dates, strict=True)]


def _scores(sums: Floats, counts: Int64s) -> tuple[Floats, Floats]:
    """Mean R of each row, NaN without trades, and what each date takes it away from there."""
    n = counts.sum(axis=1).astype(np.float64)
    n[n == 0.0] = np.nan
    mean = sums.sum(axis=1) / n
    return mean, (sums - mean[:, None] * counts) / n[:, None]


def _intervals(
    effect: Floats, u: Floats, n_dates: Int64s, refusals: list[str], n_family: int
) -> Intervals:
    is_shown: Bools = np.array([not one for one in refusals], np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(n_dates / (n_dates - 1.0) * (u**2).sum(axis=1))
    error = np.where(is_shown, error, math.nan)
    alone, together = (
        np.array([quantile(1.0 - _TAIL / n, int(d) - 1) if d > 1 else math.nan for d in n_dates])
        for n in (1, max(1, n_family))
    )
    return Intervals(
        effect,
        error,
        effect - alone * error,
        effect + alone * error,
        effect - together * error,
        effect + together * error,
        n_dates,
        refusals,
    )
