"""Orders of trades by what no column holds: money, shares, running R, the words of a reason."""

from operator import itemgetter
from typing import Any, NamedTuple

from strategies.querysets import TradeQuerySet
from strategies.runs.trade_sizes import Result, Sizing, running_r
from strategies.words.exits import reason_text

Order = float | str | None


class Line(NamedTuple):
    """As much of a trade as these orders are made of."""

    number: int
    r_multiple: float | None
    exit_reason: str
    pnl: float | None
    risk: float


def made_order(trades: TradeQuerySet, kept: TradeQuerySet, sort: str, sizing: Sizing) -> list[int]:
    """Numbers of the kept trades: equal ones newest first, those without a value last."""
    lines = [Line(*row) for row in kept.order_by("-number").values_list(*Line._fields)]
    values = _values(trades, lines, sort.removeprefix("-"), sizing)
    pairs: list[tuple[Any, int]] = [(v, one.number) for v, one in zip(values, lines, strict=True)]
    known = [pair for pair in pairs if pair[0] is not None]
    missing = [number for value, number in pairs if value is None]
    known.sort(key=itemgetter(0), reverse=sort.startswith("-"))
    return [number for _, number in known] + missing


def _values(trades: TradeQuerySet, lines: list[Line], name: str, sizing: Sizing) -> list[Order]:
    if name == "reason":
        return [reason_text(one.exit_reason) for one in lines]
    if name == "shares":
        return [sizing.shares(one.risk) for one in lines]
    if name == "money":
        return [sizing.amount(one.pnl, one.risk) for one in lines]
    rows = trades.order_by("number").values_list(*Result._fields)
    running = running_r(Result(*row) for row in rows)
    return [running[one.number] for one in lines]
