"""Figures of a part of the trades of many strategies: of the last days, of one segment.

They are computed anew from the stored trades, by the functions that runs use.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from accounts.models import User
from market import calendar, eastern
from strategies.engine.figures.metrics import Kpis, kpis
from strategies.models import Strategy, Trade
from strategies.models.documents import Curve

DAY = 86_400
DAYS = {"7d": 7, "30d": 30, "90d": 90}
LABELS = {
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "backtest": "Backtest",
    "forward": "Forward test",
}


class Part(NamedTuple):
    """What of a strategy's result a period holds."""

    kpis: Kpis
    curve: Curve


class _Read(NamedTuple):
    exit_ts: int
    r: float
    segment: str


def parts_of(
    user: User, strategies: Iterable[Strategy], period: str, clocks: Mapping[str, int]
) -> dict[int, Part]:
    """By strategy, for all of them; one query. `clocks`: market time by source; trades of the
    last days are those that ended in them."""
    chosen = list(strategies)
    trades = _trades(user, chosen, period, clocks)
    return {one.pk: _part(one, trades.get(one.pk, []), period, clocks) for one in chosen}


def _trades(
    user: User, chosen: list[Strategy], period: str, clocks: Mapping[str, int]
) -> dict[int, list[_Read]]:
    if not chosen:
        return {}
    rows = Trade.objects.for_user(user).counted().closed()
    if period in DAYS:
        by_since: dict[int, list[int]] = {}
        for one in chosen:
            by_since.setdefault(_since(one, period, clocks), []).append(one.pk)
        asked = (Q(strategy__in=ids, exit_fill_ts__gt=at) for at, ids in by_since.items())
        rows = rows.filter(reduce(or_, asked))
    else:
        rows = rows.filter(strategy__in=[one.pk for one in chosen], segment=period)
    found: dict[int, list[_Read]] = {}
    columns = ("strategy_id", "exit_fill_ts", "r_multiple", "segment")
    for pk, *trade in rows.order_by("strategy_id", "number").values_list(*columns):
        found.setdefault(pk, []).append(_Read(*trade))
    return found


def _since(strategy: Strategy, period: str, clocks: Mapping[str, int]) -> int:
    return clocks.get(strategy.data_source, 0) - DAYS[period] * DAY


def _part(strategy: Strategy, trades: list[_Read], period: str, clocks: Mapping[str, int]) -> Part:
    config = strategy.config
    rs = [one.r for one in trades]
    figures = kpis(
        rs,
        _n_dates(strategy, period, clocks),
        float(config.get("risk_per_trade") or 100.0),
        float(config.get("starting_balance") or 10_000.0),
    )
    forward = (place for place, one in enumerate(trades) if one.segment == "forward")
    curve: Curve = {
        "exit_times": [one.exit_ts for one in trades],
        "cumulative_r": list(accumulate(rs)),
        "boundary_index": next(forward, None),
    }
    return Part(figures, curve)


def _n_dates(strategy: Strategy, period: str, clocks: Mapping[str, int]) -> int:
    """Exchange dates of the period within the result's window, for the R of a day."""
    first, last = (_date(getattr(strategy, name, None)) for name in ("first_bar", "last_bar"))
    if first is None or last is None:
        return 1
    began = strategy.forward_test_since
    boundary = eastern.date_of(int(began.timestamp())) if began else None
    if period in DAYS:
        first = max(first, eastern.date_of(_since(strategy, period, clocks)))
    elif period == "forward":
        first = max(first, boundary) if boundary else last
    elif boundary:
        last = min(last, boundary)
    if first > last:
        return 1
    return max(1, len(calendar.sessions_between(first, last).day_ordinal))


def _date(text: str | None) -> date | None:
    if not text:
        return None
    return eastern.date_of(int(datetime.fromisoformat(text).astimezone(UTC).timestamp()))
