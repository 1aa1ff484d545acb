"""A search from its plan to its document: tried on the first dates, judged on those held back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategies.engine.figures.metrics import kpis
from strategies.engine.figures.metrics_daily import (
    daily_series,
    deflated_sharpe_ratio,
    probabilistic_sharpe_ratio,
)
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.program.program import OtherBars, compile_program
from strategies.engine.report import bars_document
from strategies.engine.search.figures import Demands, demands
from strategies.engine.search.run import Found, Progress, run_search
from strategies.engine.search.variants import Variants
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, Floats
from strategies.engine.version import ENGINE_VERSION
from strategies.engine.walk.trades import Trade
from strategies.record.reading import parse_strategy
from strategies.search.plan import Record, SearchPlan

Document = dict[str, Any]
# Fewer trades than this prove little, whatever their figures.
SMALL_SAMPLE_TRADES = 30


class SearchMismatchError(Exception):
    """A variant whose backtest is not what the search found: the result can't be trusted."""


@dataclass(frozen=True)
class Split:
    """Bars before `end_index` are searched; later ones are held back. Days are ordinals."""

    end_index: int
    searched_days: Sequence[int]
    held_back_days: Sequence[int]


def split_of(bars: Bars, held_back_fraction: float) -> Split:
    """Hold back the last dates: the given share of them, rounded down, never all."""
    days = np.unique(bars.day[bars.is_session_day]).tolist()
    n_searched = max(len(days) - math.floor(len(days) * held_back_fraction), min(len(days), 1))
    held_back = days[n_searched:]
    end = int(np.searchsorted(bars.day, held_back[0])) if held_back else bars.n
    return Split(end, days[:n_searched], held_back)


def variants_of(plan: SearchPlan) -> Variants:
    return Variants(plan.spec, plan.axes)


def size_document(variants: Variants) -> Document:
    """How many variants there are, and what makes them so many."""
    return {
        "signals": len(variants.signals),
        "stops": len(variants.axes.stops),
        "targets": len(variants.axes.targets),
        "conditions": variants.n_conditions,
        "general_conditions": len(variants.general_combinations),
        "variants": variants.n,
    }


def search(
    plan: SearchPlan, bars: Bars, others: OtherBars, progress: Progress | None = None
) -> Document:
    """Try every variant and re-run those kept by the ordinary path.

    Raises SearchMismatchError when a backtest differs from what the search found.
    """
    variants, split = variants_of(plan), split_of(bars, plan.held_back_fraction)
    found = run_search(
        variants,
        bars,
        others,
        _demand(plan, split),
        limit=plan.max_results,
        end_index=split.end_index,
        progress=progress,
    )
    judge = _Judge(plan, found, split, bars, others)
    ranked = found.keeper.ranked()
    return {
        "engine_version": ENGINE_VERSION,
        "symbol": plan.spec.symbol,
        "timeframe": plan.spec.timeframe,
        "bars": bars_document(bars),
        "status": "completed" if found.is_complete else "cancelled",
        "size": size_document(variants),
        "n_tried": found.n_tried,
        "sharpe_variance": found.keeper.ratio_variance,
        "rank_by": plan.rank_by,
        "required_performance": plan.bounds,
        "max_results": plan.max_results,
        "held_back_fraction": plan.held_back_fraction,
        "in_sample": {**bars_document(bars.take(slice(0, split.end_index))),
                      "trading_days": len(split.searched_days)},
        "held_back": {**bars_document(bars.take(slice(split.end_index, bars.n))),
                      "trading_days": len(split.held_back_days)},
        "results": [judge.result(rank, kept) for rank, kept in enumerate(ranked, start=1)],
        "warnings": list(plan.warnings),
    }  # fmt: skip


def _demand(plan: SearchPlan, split: Split) -> Demands:
    bounds: dict[str, Any] = dict(plan.bounds)
    bounds["min_trades"] = math.ceil(bounds.get("min_trades") or 0)
    return demands(plan.rank_by, n_days=len(split.searched_days), **bounds)


@dataclass(frozen=True)
class _Judge:
    """Re-runs what a search kept and says how good it is."""

    plan: SearchPlan
    found: Found
    split: Split
    bars: Bars
    others: OtherBars

    def result(self, rank: int, kept: Any) -> Document:
        """The document of one kept variant. Raises SearchMismatchError."""
        changes = self._changes(kept)
        record = {**self.plan.record, **changes}
        spec = parse_strategy(record, default_packs=default_pack_records())
        trades = compile_program(spec).backtest(self.bars, self.others).trades
        searched = [t for t in trades if t.exit_index < self.split.end_index]
        held_back = [t for t in trades if t.entry_index >= self.split.end_index]
        _check(kept, searched, changes)
        in_sample = self._figures(spec, searched, self.split.searched_days)
        later = self._figures(spec, held_back, self.split.held_back_days)
        in_sample["deflated_sharpe_ratio"] = self._deflated(searched)
        return {
            "rank": rank,
            "variant": int(kept["number"]),
            "changes": changes,
            "in_sample": in_sample,
            "held_back": later if self.split.held_back_days else None,
            "n_trades_across_split": len(trades) - len(searched) - len(held_back),
            "is_small_sample": len(searched) < SMALL_SAMPLE_TRADES,
            "strategy": record,
        }

    def _changes(self, kept: Any) -> Record:
        """What a variant changes in the record."""
        variants = self.found.variants
        changes: Record = {}
        for choice in variants.choices(variants.base(int(kept["base"]))):
            changes |= choice.change
        for record in variants.added(int(kept["general"]), kept["chosen"].tolist()):
            is_general = record.pack.template.family == "general"
            name = "general_confluences" if is_general else "confluence"
            before = changes.get(name) or self.plan.record.get(name) or []
            changes[name] = [*before, record.text]
        return changes

    def _figures(
        self, spec: StrategySpec, trades: Sequence[Trade], days: Sequence[int]
    ) -> Document:
        rs = [trade.r_multiple for trade in trades]
        figures = kpis(rs, len(days), spec.risk_per_trade, spec.starting_balance)
        psr = probabilistic_sharpe_ratio(self._daily(trades, days))
        return {**figures, "probabilistic_sharpe_ratio": psr}

    def _daily(self, trades: Sequence[Trade], days: Sequence[int]) -> Floats:
        exit_days = [int(self.bars.day[trade.exit_index]) for trade in trades]
        return daily_series([trade.r_multiple for trade in trades], exit_days, days)

    def _deflated(self, trades: Sequence[Trade]) -> float | None:
        """The probability that the searched figures are real, given all that was tried."""
        keeper = self.found.keeper
        variance = keeper.ratio_variance if keeper.ratios[0] >= 2 else None
        daily = self._daily(trades, self.split.searched_days)
        return deflated_sharpe_ratio(daily, keeper.n_tried, variance)


def _check(kept: Any, trades: Sequence[Trade], changes: Record) -> None:
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
