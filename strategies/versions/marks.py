"""Edits on the equity curve, and what has come since the last one."""

from typing import NamedTuple, TypedDict

from django.db.models import Count, Sum

from strategies.engine.trust.history import ENOUGH_TRADES
from strategies.models import Run, Strategy, StrategyVersion, Trade
from strategies.runs.display import Context
from strategies.words.figures import written
from trader.work.plural import counted

# The newest of them; a curve with more could not be read.
MOST_MARKS = 40
MOST_READ = 500
MOST_WORDS = 3


class Mark(TypedDict):
    """An edit: from which instant on, and what it changed."""

    ts: int
    text: str


class SinceEdit(NamedTuple):
    """Trades entered since the strategy was last touched: a plain count and sum."""

    version: StrategyVersion
    is_edit: bool
    n_trades: int
    total_r: float

    @property
    def trades_text(self) -> str:
        return counted(self.n_trades, "trade")

    @property
    def r_text(self) -> str:
        return written("r", self.total_r)

    @property
    def tone(self) -> str:
        return "gain" if self.total_r > 0 else "loss" if self.total_r < 0 else ""

    @property
    def too_few(self) -> str:
        """Empty where there are enough to say anything by."""
        if self.n_trades >= ENOUGH_TRADES:
            return ""
        return f"Not enough trades to judge by ({self.n_trades} of {ENOUGH_TRADES})"


def touches(strategy: Strategy) -> list[StrategyVersion]:
    """Saves of what is traded, newest first: a new name or note is none."""
    rows = StrategyVersion.objects.filter(strategy=strategy).order_by("-number")
    # The record itself is not read.
    columns = rows.only("number", "kind", "changed", "market_ts", "created_at", "strategy_id")
    return [one for one in columns[:MOST_READ] if one.is_edit or one.is_first]


def edit_marks(touched: list[StrategyVersion], strategy: Strategy) -> list[Mark]:
    """Those since the window began, the oldest first."""
    if strategy.is_on_recorded_bars:
        return []
    marks: list[Mark] = [
        {"ts": one.market_ts, "text": edit_text(one)}
        for one in touched
        if one.is_edit and one.market_ts >= strategy.window_start_ts
    ]
    return marks[:MOST_MARKS][::-1]


def edit_text(version: StrategyVersion) -> str:
    """`stop, target`; of many the first few."""
    labels = version.changed_labels
    more = len(labels) - MOST_WORDS
    return ", ".join(labels[:MOST_WORDS]) + (f" and {more} more" if more > 0 else "")


def since_edit(touched: list[StrategyVersion], strategy: Strategy, run: Run) -> SinceEdit | None:
    """None on bars that never go on, and while the result is not of the last edit."""
    if strategy.is_on_recorded_bars or not touched or run.fingerprint != strategy.fingerprint:
        return None
    last = touched[0]
    rows = Trade.objects.filter(strategy=strategy, run=run, entry_fill_ts__gte=last.market_ts)
    found = rows.counted().closed().aggregate(n=Count("pk"), total=Sum("r_multiple"))
    return SinceEdit(last, last.is_edit, found["n"], found["total"] or 0.0)


def edits_context(strategy: Strategy, run: Run) -> Context:
    """For the tab of the curve; two queries at most."""
    touched = touches(strategy)
    return {
        "edit_marks": edit_marks(touched, strategy),
        "since_edit": since_edit(touched, strategy, run),
    }
