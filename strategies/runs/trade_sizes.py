"""What a trade says beside its R: shares, money, and the R of all trades up to it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple, Self

from django.db.models import Q, Sum

from strategies.engine.spec import Costs
from strategies.engine.walk.costs import units_at
from strategies.engine.walk.trades import is_counted
from strategies.models import Run, Trade
from strategies.record.parts.costs import costs_of
from strategies.record.shape import Unread

# A trade by its run and its number in it.
Place = tuple[int, int]


class Sizing(NamedTuple):
    """What a run risked on a trade, and whether its costs go by whole shares."""

    risk_per_trade: float
    costs: Costs

    @classmethod
    def of(cls, record: Unread) -> Self:
        risked = record.get("risk_per_trade")
        return cls(risked if isinstance(risked, int | float) else 100.0, costs_of(record))

    def shares(self, risk: float) -> float:
        """Shares of a trade, `risk` each."""
        return units_at(self.costs, self.risk_per_trade, risk)

    def amount(self, pnl: float | None, risk: float) -> float | None:
        """What these shares earned, in dollars; None without a result."""
        return None if pnl is None else pnl * self.shares(risk)


class Result(NamedTuple):
    """As much of a trade as adds up."""

    number: int
    r_multiple: float | None
    exit_reason: str


class Beside(NamedTuple):
    """What stands beside the row of a trade; `running_r` is None where it counts in no figure."""

    quantity: float
    pnl_amount: float | None
    running_r: float | None


def running_r(results: Iterable[Result], total: float = 0.0) -> dict[int, float | None]:
    """Sum of R up to each trade, by number; `results` in the order in which they were traded."""
    found: dict[int, float | None] = {}
    for one in results:
        counts = one.r_multiple is not None and is_counted(one.exit_reason)
        total += (one.r_multiple or 0.0) if counts else 0.0
        found[one.number] = total if counts else None
    return found


def beside(trades: Sequence[Trade]) -> dict[int, Beside]:
    """By the id of the trade, for trades of any runs; four queries at most."""
    sizings = _sizings({trade.run_id for trade in trades})
    running = running_of(trades)
    return {
        trade.pk: Beside(
            sizings[trade.run_id].shares(trade.risk),
            sizings[trade.run_id].amount(trade.pnl, trade.risk),
            running[trade.run_id].get(trade.number),
        )
        for trade in trades
    }


def lay_beside(trades: Sequence[Trade]) -> Sequence[Trade]:
    """The same trades, with what stands beside each as its attributes."""
    found = beside(trades)
    for trade in trades:
        trade.quantity, trade.pnl_amount, trade.running_r = found[trade.pk]
    return trades


def _sizings(run_ids: set[int]) -> dict[int, Sizing]:
    """Two keys of a run's long input are all that is read."""
    rows = Run.objects.filter(pk__in=run_ids).values_list(
        "pk", "config__risk_per_trade", "config__costs"
    )
    return {pk: Sizing.of({"risk_per_trade": risk, "costs": costs}) for pk, risk, costs in rows}


def running_of(trades: Sequence[Trade]) -> dict[int, Mapping[int, float | None]]:
    """By run and number: a sum of what lies before the first, and rows from it to the last."""
    spans: dict[int, tuple[int, int]] = {}
    for trade in trades:
        first, last = spans.get(trade.run_id, (trade.number, trade.number))
        spans[trade.run_id] = min(first, trade.number), max(last, trade.number)
    if not spans:
        return {}
    before = reduce(or_, (Q(run=run, number__lt=first) for run, (first, _) in spans.items()))
    within = reduce(or_, (Q(run=run, number__range=span) for run, span in spans.items()))
    sums = Trade.objects.filter(before).counted().order_by().values_list("run")
    totals = dict(sums.annotate(Sum("r_multiple")))
    rows: dict[int, list[Result]] = {run: [] for run in spans}
    columns = ("run", *Result._fields)
    for run, *result in (
        Trade.objects.filter(within).order_by("run", "number").values_list(*columns)
    ):
        rows[run].append(Result(*result))
    return {run: running_r(results, totals.get(run) or 0.0) for run, results in rows.items()}
