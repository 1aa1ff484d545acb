"""What the evidence on a result rests on, from its trades. Only workers come here."""

from typing import NamedTuple

import numpy as np

from strategies.engine.evidence.deflated import Moments, moments_of
from strategies.engine.evidence.luck import Luck
from strategies.engine.evidence.resamples import dates_digest
from strategies.engine.evidence.reveals import sealed_p
from strategies.engine.evidence.tally import LEAST_TRADING_DATES
from strategies.engine.figures.coverage import session_dates
from strategies.engine.figures.metrics_daily import daily_series
from strategies.engine.report import exit_dates
from strategies.engine.types import Bars, Floats
from strategies.engine.walk.trades import Trade, counted
from strategies.models.documents import ForwardEvidence, StoredEvidence

NS = 1_000_000_000


class Weighed(NamedTuple):
    """Evidence on a result as it is stored, and what chance makes of it for each date sample."""

    evidence: StoredEvidence
    maxima: list[float]


class _Part(NamedTuple):
    """Net R per date, and on how many there was a trade."""

    days: list[int]
    daily: Floats
    n_trading_dates: int


def weigh(trades: list[Trade], visible: Bars, forward_start_ns: int | None) -> Weighed:
    """Weigh the dates of the choice: those before the forward test, which is weighed by itself.

    Parameters
    ----------
    visible : the window, the exit bars of the trades among them
    """
    is_forward = np.zeros(visible.n, np.bool_)
    if forward_start_ns is not None:
        is_forward = visible.start_ns >= forward_start_ns
    chosen = _part(trades, visible, session_dates(visible.take(~is_forward)).tolist(), "backtest")
    statistic, maxima = _against_luck(chosen)
    evidence: StoredEvidence = {
        "dates_digest": dates_digest(chosen.days),
        "n_dates": len(chosen.days),
        "n_trading_dates": chosen.n_trading_dates,
        "statistic": statistic,
        "moments": _moments(chosen),
        "forward": None,
    }
    if is_forward.any():
        days = session_dates(visible.take(is_forward)).tolist()
        evidence["forward"] = _forward(_part(trades, visible, days, "forward"))
    return Weighed(evidence, maxima)


def _part(trades: list[Trade], visible: Bars, days: list[int], segment: str) -> _Part:
    found = [trade for trade in counted(trades) if trade.segment == segment]
    exits = exit_dates(found, visible)
    rs = [trade.r_multiple for trade in found]
    traded = daily_series([1.0] * len(found), exits, days)
    return _Part(days, daily_series(rs, exits, days), int(np.count_nonzero(traded)))


def _against_luck(part: _Part) -> tuple[float | None, list[float]]:
    """Its statistic and its own maxima; without both where it stays out of any maximum."""
    if part.n_trading_dates < LEAST_TRADING_DATES:
        return None, []
    luck = Luck.over(part.days)
    (statistic,) = luck.add(part.daily[:, None], np.array([part.n_trading_dates])).tolist()
    return (None, []) if np.isnan(statistic) else (statistic, luck.maxima.tolist())


def _moments(part: _Part) -> Moments | None:
    return moments_of(part.daily) if part.n_trading_dates >= LEAST_TRADING_DATES else None


def _forward(part: _Part) -> ForwardEvidence:
    """Dates that had no part in the choice, looked at once."""
    return {
        "n_dates": len(part.days),
        "n_trading_dates": part.n_trading_dates,
        "p": sealed_p(part.daily, part.n_trading_dates),
    }
