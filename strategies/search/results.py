"""What a search yields as JSON, and the judging of each variant it kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from strategies.engine.evidence.luck import Luck, annual, reached, statistic
from strategies.engine.evidence.planning import luck_annual_sharpe
from strategies.engine.figures.metrics import Kpis, kpis
from strategies.engine.figures.metrics_daily import daily_series, deflated_sharpe_ratio
from strategies.engine.figures.metrics_extended import MINIMUM_TRADES
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.program.program import OtherBars, compile_program
from strategies.engine.report import BarsDocument, exit_dates
from strategies.engine.search.run import Found
from strategies.engine.search.variants import Variants
from strategies.engine.spec import StrategySpec
from strategies.engine.trust.history import ENOUGH_TRADES
from strategies.engine.types import Bars
from strategies.engine.walk.trades import Trade, counted, left_out
from strategies.record.reading import parse_strategy
from strategies.search.plan import Record, SearchPlan


class SearchMismatchError(Exception):
    """A variant whose backtest is not what the search found: the result can't be trusted."""


class Size(TypedDict):
    """How many variants there are, and what makes them so many."""

    signals: int
    stops: int
    targets: int
    conditions: int
    general_conditions: int
    variants: int


class Stretch(BarsDocument):
    """A part of the history."""

    trading_days: int


class LuckDocument(TypedDict):
    """What luck does among everything that was tried; annual Sharpe ratios.

    `luck_p`, `luck_sharpe` and `luck_sharpe_if_different` are None below 60 dates.
    """

    n_dates: int
    n_tried: int
    n_in_maximum: int
    n_resamples: int
    best_sharpe: float
    luck_p: float | None
    luck_sharpe: float | None
    luck_sharpe_if_different: float | None


class SearchResult(TypedDict):
    """One kept variant; `held_back` is None where no dates were held back, `luck_p` below 60 dates
    or ten trading dates."""

    rank: int
    variant: int
    changes: Record
    in_sample: Kpis
    held_back: Kpis | None
    n_trades_across_split: int
    is_small_sample: bool
    luck_p: float | None
    strategy: Record


class SearchDocument(TypedDict):
    """A whole search, as `manage.py search --json` prints it."""

    engine_version: str
    symbol: str
    timeframe: str
    bars: BarsDocument
    status: str
    size: Size
    n_tried: int
    luck: LuckDocument
    rank_by: str
    required_performance: Mapping[str, float | None]
    max_results: int
    held_back_fraction: float
    in_sample: Stretch
    held_back: Stretch
    results: list[SearchResult]
    warnings: list[str]


def luck_document(luck: Luck) -> LuckDocument:
    p = luck.p()
    return {
        "n_dates": luck.n_dates,
        "n_tried": luck.n_tried,
        "n_in_maximum": luck.n_in_maximum,
        "n_resamples": luck.resamples.n,
        "best_sharpe": annual(luck.best, max(1, luck.n_dates)),
        "luck_p": p,
        "luck_sharpe": None if p is None else reached(luck.maxima, luck.n_dates),
        "luck_sharpe_if_different": (
            None if p is None else luck_annual_sharpe(luck.n_tried, luck.n_dates)
        ),
    }


@dataclass(frozen=True)
class Split:
    """Bars before `end_index` are searched; later ones are held back. Days are ordinals."""

    end_index: int
    searched_days: Sequence[int]
    held_back_days: Sequence[int]


@dataclass(frozen=True)
class Judge:
    """Re-runs what a search kept and says how good it is."""

    plan: SearchPlan
    found: Found
    split: Split
    bars: Bars
    others: OtherBars
    luck: Luck

    def results(self) -> list[SearchResult]:
        """The kept variants, the best first. Raises SearchMismatchError."""
        ranked = self.found.keeper.ranked()
        return [self._result(rank, kept) for rank, kept in enumerate(ranked, start=1)]

    def _result(self, rank: int, kept: np.void) -> SearchResult:
        changes = changes_of(self.plan.record, self.found.variants, kept)
        record = {**self.plan.record, **changes}
        spec = parse_strategy(record, default_packs=default_pack_records())
        trades = compile_program(spec).backtest(self.bars, self.others).trades
        searched = [t for t in trades if t.decided_index < self.split.end_index]
        held_back = [t for t in trades if t.entry_index >= self.split.end_index]
        n_across = len(counted(trades)) - len(counted(searched)) - len(counted(held_back))
        _check(kept, counted(searched), changes)
        in_sample = self._figures(spec, searched, self.split.searched_days)
        later = self._figures(spec, held_back, self.split.held_back_days)
        in_sample["dsr"] = self._deflated(counted(searched))
        return {
            "rank": rank,
            "variant": int(kept["number"]),
            "changes": changes,
            "in_sample": in_sample,
            "held_back": later if self.split.held_back_days else None,
            "n_trades_across_split": n_across,
            "is_small_sample": len(counted(searched)) < ENOUGH_TRADES,
            "luck_p": self._luck_p(counted(searched)),
            "strategy": record,
        }

    def _figures(self, spec: StrategySpec, trades: Sequence[Trade], days: Sequence[int]) -> Kpis:
        excluded = [trade.r_multiple for trade in left_out(trades)]
        trades = counted(trades)
        rs = [trade.r_multiple for trade in trades]
        money = spec.risk_per_trade, spec.starting_balance
        figures = kpis(rs, len(days), *money, excluded=excluded)
        return {**figures, "psr": self._probability(trades, days, 1)}

    def _deflated(self, trades: Sequence[Trade]) -> float | None:
        """The probability that the searched figures are real, given all that was tried."""
        return self._probability(trades, self.split.searched_days, self.found.keeper.n_tried)

    def _luck_p(self, trades: Sequence[Trade]) -> float | None:
        """How often luck does as well among everything that was tried."""
        days = self.split.searched_days
        exits = exit_dates(list(trades), self.bars)
        daily = daily_series([trade.r_multiple for trade in trades], exits, days)
        n_trading = int(np.count_nonzero(daily_series([1.0] * len(exits), exits, days)))
        return self.luck.p(statistic(daily, n_trading))

    def _probability(
        self, trades: Sequence[Trade], days: Sequence[int], n_tried: int
    ) -> float | None:
        """The Sharpe ratio's probability; None below as many trades as in a backtest."""
        if len(trades) < MINIMUM_TRADES["dsr"]:
            return None
        rs = [trade.r_multiple for trade in trades]
        daily = daily_series(rs, exit_dates(list(trades), self.bars), days)
        return deflated_sharpe_ratio(daily, n_tried)


def changes_of(record: Record, variants: Variants, kept: np.void) -> Record:
    """What a variant changes in the record."""
    changes: Record = {}
    for choice in variants.choices(variants.base(int(kept["base"]))):
        changes |= choice.change
    for condition in variants.added(int(kept["general"]), kept["chosen"].tolist()):
        is_general = condition.pack.template.family == "general"
        name = "general_confluences" if is_general else "confluence"
        before = changes.get(name) or record.get(name)
        changes[name] = [*(before if isinstance(before, list) else []), condition.text]
    return changes


def _check(kept: np.void, trades: Sequence[Trade], changes: Record) -> None:
    """The backtest must have the very trades and R that the search found."""
    total = 0.0
    for trade in trades:
        total += trade.r_multiple
    figures = kept["figures"]
    if len(trades) != figures["trades"] or total != figures["total_r"]:
        raise SearchMismatchError(
            f"variant {kept['number']} ({changes}): the search found {figures['trades']} trades "
            f"and {figures['total_r']!r} R, its backtest {len(trades)} and {total!r}"
        )
