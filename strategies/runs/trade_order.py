"""Orders of trades by what no column holds: money, shares, running R, the words of a reason."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from strategies.querysets import TradeQuerySet
from strategies.runs.trade_sizes import Result, Sizing, running_r
from strategies.words.exits import reason_text

Order = float | str | None
# What each of these orders reads of a trade beside its number.
COLUMNS = {"reason": ("exit_reason",), "shares": ("risk",), "money": ("pnl", "risk"), "running": ()}


def made_order(trades: TradeQuerySet, kept: TradeQuerySet, sort: str, sizing: Sizing) -> list[int]:
    """Numbers of the kept trades: equal ones newest first, those without a value last."""
    name = sort.removeprefix("-")
    value = _value(trades, name, sizing)
    rows = kept.order_by("-number").values_list("number", *COLUMNS[name]).iterator(5000)
    pairs: list[tuple[Any, int]] = [(value(*row), row[0]) for row in rows]
    known = [pair for pair in pairs if pair[0] is not None]
    missing = [number for found, number in pairs if found is None]
    known.sort(key=itemgetter(0), reverse=sort.startswith("-"))
    return [number for _, number in known] + missing


def _value(trades: TradeQuerySet, name: str, sizing: Sizing) -> Callable[..., Order]:
    """From the number and the columns of a trade to what it is put in order by."""
    made: dict[str, Callable[..., Order]] = {
        "reason": lambda _, reason: reason_text(reason),
        "shares": lambda _, risk: sizing.shares(risk),
        "money": lambda _, pnl, risk: sizing.amount(pnl, risk),
    }
    return made[name] if name in made else _running(trades)


def _running(trades: TradeQuerySet) -> Callable[..., Order]:
    rows = trades.order_by("number").values_list(*Result._fields)
    found = running_r(Result(*row) for row in rows.iterator(5000))
    return lambda number: found[number]
