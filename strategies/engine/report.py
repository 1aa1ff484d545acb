"""The backtest document: what `manage.py backtest --json` prints. Nothing is rounded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

import numpy as np

from strategies.engine.figures.costs import CostFigures, charged, cost_figures
from strategies.engine.figures.coverage import (
    missing_runs,
    open_with_gap_warnings,
    session_dates,
    with_gap_warnings,
)
from strategies.engine.figures.metrics import Kpis, kpis
from strategies.engine.figures.metrics_band import KpiBand, kpi_band
from strategies.engine.figures.metrics_extended import kpis_extended
from strategies.engine.figures.monthly import MonthlyTable, monthly_table
from strategies.engine.program.advance import Advance
from strategies.engine.program.silence import silence_warnings, speaking
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, Int64s
from strategies.engine.version import ENGINE_VERSION
from strategies.engine.walk.trades import OpenTrade, Rejected, Trade, counted, left_out

NS = 1_000_000_000
# No bar of one date is longer, nor is one of a week or month shorter.
LONGEST_DAY_NS = 26 * 3600 * NS
EASTERN = ZoneInfo("America/New_York")
_INSTANTS = {
    "entry_bar_ns": "entry_bar",
    "exit_bar_ns": "exit_bar",
    "entry_trigger_ns": "entry_trigger_ts",
    "entry_fill_ns": "entry_fill_ts",
    "exit_trigger_ns": "exit_trigger_ts",
    "exit_fill_ns": "exit_fill_ts",
}
_HIDDEN = ("entry_index", "exit_index")
# The fields of a trade by name, with instants as text.
TradeDocument = dict[str, object]


class BarsDocument(TypedDict):
    """Count of bars in the session, and the starts of the first and the last."""

    count: int
    first: str | None
    last: str | None


class RejectedDocument(TypedDict):
    """An entry that was refused: the start of its bar, and why."""

    bar: str
    reason: str


class Figures(TypedDict):
    """All figures of the trades of a run.

    `kpis_band` is None when no bar was ambiguous, `costs` without a trade that counts.
    """

    kpis: Kpis
    kpis_extended: Kpis
    kpis_band: KpiBand | None
    costs: CostFigures | None
    monthly: MonthlyTable


class Document(Figures):
    """The result of a backtest."""

    engine_version: str
    symbol: str
    timeframe: str
    bars: BarsDocument
    trades: list[TradeDocument]
    open_trade: TradeDocument | None
    rejected: list[RejectedDocument]
    warnings: list[str]


def iso(instant_ns: int) -> str:
    """A UTC instant as ISO-8601 with `Z`."""
    text = datetime.fromtimestamp(instant_ns // NS, UTC).isoformat()
    return text.replace("+00:00", "Z")


def trade_document(trade: Trade | OpenTrade) -> TradeDocument:
    """A trade with its instants as text; bars are named by their start."""
    document: TradeDocument = {}
    for name, value in trade._asdict().items():
        if name in _INSTANTS:
            document[_INSTANTS[name]] = iso(value)
        elif name not in _HIDDEN:
            document[name] = list(value) if isinstance(value, tuple) else value
    return document


def rejected_document(rejected: Rejected) -> RejectedDocument:
    return {"bar": iso(rejected.bar_ns), "reason": rejected.reason}


def bars_document(bars: Bars) -> BarsDocument:
    ends: list[str] | list[None] = (
        [iso(int(bars.start_ns[i])) for i in (0, -1)] if bars.n else [None, None]
    )
    return {"count": bars.n, "first": ends[0], "last": ends[1]}


def history_warnings(spec: StrategySpec, bars: Bars) -> list[str]:
    """What a person should know about the length of the history and what packs know of it."""
    needed = spec.warm_up_bars
    if not bars.n:
        return [f"no bars in the {spec.trading_session} session"]
    first, last = (date.fromordinal(int(bars.day[place])) for place in (0, -1))
    found = [
        pack.template.warn(pack.parameters, first, last)
        for pack in spec.referenced_packs()
        if pack.template.warn is not None
    ]
    if bars.n <= needed:
        found.append(
            f"{bars.n} {'bar is' if bars.n == 1 else 'bars are'} not enough: the first possible "
            f"entry comes after {needed} {'bar' if needed == 1 else 'bars'}, so there are no trades"
        )
    return [text for text in found if text]


def figures_of(spec: StrategySpec, trades: list[Trade], bars: Bars, n_trials: int = 1) -> Figures:
    """Key figures of closed trades over the bars on which they were made.

    Trades that missing data ended are only counted as such.

    Parameters
    ----------
    bars : the evaluated window, the exit bars of the trades among them
    n_trials : variants of the strategy ever tried, for the deflated Sharpe ratio
    """
    excluded = [trade.r_multiple for trade in left_out(trades)]
    trades = counted(trades)
    rs = [trade.r_multiple for trade in trades]
    days = session_dates(bars).tolist()
    exit_days = counting_dates(exit_dates(trades, bars), days)
    n_days = max(1, len(days))
    money = spec.risk_per_trade, spec.starting_balance
    return {
        "kpis": kpis(rs, n_days, *money, excluded=excluded),
        "kpis_extended": kpis_extended(rs, exit_days, days, *money, n_trials),
        "kpis_band": kpi_band(trades, spec, n_days),
        "costs": cost_figures(map(charged, trades)),
        "monthly": monthly_table(rs, exit_days, days),
    }


def counting_dates(exit_days: list[int], days: list[int]) -> list[int]:
    """The listed date on which each exit counts: its own or the next, after the last the last.

    A market that never closes has exits on dates without a session.
    """
    if not days:
        return exit_days
    places = np.searchsorted(days, exit_days)
    return [days[min(place, len(days) - 1)] for place in places.tolist()]


def exit_dates(trades: list[Trade], bars: Bars) -> list[int]:
    """Date of each trade's exit, as an ordinal.

    That of its bar; of a bar of several dates the one on which the exit filled.
    """
    starts = np.array([trade.exit_bar_ns for trade in trades], np.int64)
    places = np.searchsorted(bars.start_ns, starts)
    spans = bars.close_ns[places] - bars.start_ns[places]
    days: list[int] = bars.day[places].tolist()
    for place in np.flatnonzero(spans > LONGEST_DAY_NS).tolist():
        days[place] = _fill_date(trades[place])
    return days


def _fill_date(trade: Trade) -> int:
    """The Eastern date of an exit; one at a close belongs to the date that ends with it."""
    is_at_open = trade.exit_fill_ns == trade.exit_bar_ns
    instant_ns = trade.exit_fill_ns if is_at_open else trade.exit_fill_ns - 1
    return datetime.fromtimestamp(instant_ns // NS, EASTERN).toordinal()


def _nothing_told(_trades: list[Trade]) -> list[str]:
    return []


def backtest_document(
    advance: Advance,
    session_days: Int64s,
    warnings: list[str] | None = None,
    n_trials: int = 1,
    *,
    spanning: Callable[[list[Trade]], list[str]] = _nothing_told,
) -> Document:
    """The whole result of a backtest from its first bar on.

    Parameters
    ----------
    advance : the one advance over all bars
    session_days : ordinals of the exchange dates around the bars
    warnings : what reading the bars has already found
    n_trials : variants of the strategy ever tried, for the deflated Sharpe ratio
    spanning : says in words what the missing dates did to the trades
    """
    spec, bars = advance.program.spec, advance.bars
    runs = missing_runs(bars, session_days)
    trades = with_gap_warnings(advance.trades, runs)
    held = open_with_gap_warnings(advance.open_trade, bars, runs)
    figures = figures_of(spec, trades, bars, n_trials)
    silent = silence_warnings(spec, bars, speaking(advance.program, advance.frame))
    found = [*spec.warnings, *(warnings or []), *history_warnings(spec, bars), *silent]
    found += [*spanning(trades), *map(str, runs)]
    return {
        "engine_version": ENGINE_VERSION,
        "symbol": spec.symbol,
        "timeframe": spec.timeframe,
        "bars": bars_document(bars),
        "trades": [trade_document(trade) for trade in trades],
        "open_trade": None if held is None else trade_document(held),
        "rejected": [rejected_document(rejected) for rejected in advance.rejected],
        "kpis": figures["kpis"],
        "kpis_extended": figures["kpis_extended"],
        "kpis_band": figures["kpis_band"],
        "costs": figures["costs"],
        "monthly": figures["monthly"],
        "warnings": found,
    }
