"""Where a result stands among everything that was tried, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from strategies.engine.evidence.deflated import Bound, Moments, strict_bound
from strategies.engine.evidence.luck import annual, luck_p, reached
from strategies.engine.evidence.planning import luck_annual_sharpe


class Chosen(NamedTuple):
    """The dates a configuration was chosen on; `statistic` and `moments` are None with less than
    ten trading dates."""

    n_dates: int
    n_trading_dates: int
    statistic: float | None
    moments: Moments | None


class Tried(NamedTuple):
    """What was tried beside it.

    n : what it is held against: tries of now, or of the instant its configuration was stored
    n_now : those of now
    n_on_dates : of these, on exactly its dates
    best, maxima : over those: the largest statistic, and the largest of each date sample
    """

    n: int
    n_now: int
    n_on_dates: int
    best: float = 0.0
    maxima: Sequence[float] = ()


class Odds(NamedTuple):
    """Annual Sharpe ratios, None where there are too few dates.

    is_best : whether no other on these dates has a larger statistic
    luck_sharpe : what luck alone reaches among tries as alike as these
    luck_sharpe_apart : the same if all of them were different
    bound : DSR over all that was tried
    """

    chosen: Chosen
    tried: Tried
    is_best: bool
    sharpe: float | None
    luck_p: float | None
    luck_sharpe: float | None
    luck_sharpe_apart: float | None
    bound: Bound | None


def odds(chosen: Chosen, tried: Tried) -> Odds:
    """Hold a result against luck over its dates, and against everything that was ever tried."""
    t, n_dates = chosen.statistic, chosen.n_dates
    p = None if t is None else luck_p(tried.maxima, t, n_dates)
    bound = None if chosen.moments is None else strict_bound(chosen.moments, tried.n)
    return Odds(
        chosen,
        tried,
        t is not None and t >= tried.best,
        None if t is None else annual(t, n_dates),
        p,
        None if p is None else reached(tried.maxima, n_dates),
        None if p is None else luck_annual_sharpe(tried.n, n_dates),
        bound,
    )
