"""A search from its plan to its document: tried on the first dates, judged on those held back."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from market.calendar import expected_days
from strategies.engine.evidence.luck import Luck
from strategies.engine.figures.coverage import missing_runs, session_dates
from strategies.engine.program.program import OtherBars, compile_program
from strategies.engine.program.silence import silence_warnings, speaking
from strategies.engine.report import bars_document, history_warnings
from strategies.engine.search.figures import Demands, demands
from strategies.engine.search.run import Progress, run_search
from strategies.engine.search.variants import Variants
from strategies.engine.types import Bars
from strategies.engine.version import ENGINE_VERSION
from strategies.search.plan import SearchPlan
from strategies.search.results import (
    Judge,
    SearchDocument,
    Size,
    Split,
    Stretch,
    luck_document,
)

NS = 1_000_000_000


def split_of(bars: Bars, held_back_fraction: float) -> Split:
    """Hold back the last dates: the given share of them, rounded down, never all.

    A bar of several dates is searched when it begins on a date that is.
    """
    days = session_dates(bars).tolist()
    n_searched = max(len(days) - math.floor(len(days) * held_back_fraction), min(len(days), 1))
    held_back = days[n_searched:]
    end = int(np.searchsorted(bars.day, held_back[0])) if held_back else bars.n
    parts = (bars.take(slice(0, end)), bars.take(slice(end, None)))
    return Split(end, *(session_dates(part).tolist() for part in parts))


def variants_of(plan: SearchPlan) -> Variants:
    return Variants(plan.spec, plan.axes)


def size_document(variants: Variants) -> Size:
    return {
        "signals": len(variants.pairs),
        "stops": len(variants.axes.stops),
        "targets": len(variants.axes.targets),
        "conditions": variants.n_conditions,
        "general_conditions": len(variants.general_combinations),
        "variants": variants.n,
    }


def search(
    plan: SearchPlan, bars: Bars, others: OtherBars, progress: Progress | None = None
) -> SearchDocument:
    """Try every variant and re-run those kept by the ordinary path.

    Raises SearchMismatchError when a backtest differs from what the search found.
    """
    variants, split = variants_of(plan), split_of(bars, plan.held_back_fraction)
    luck = Luck.over(split.searched_days)
    found = run_search(
        variants,
        bars,
        others,
        _demand(plan, split),
        limit=plan.max_results,
        end_index=split.end_index,
        progress=progress,
        luck=luck if split.searched_days else None,
    )
    return {
        "engine_version": ENGINE_VERSION,
        "symbol": plan.spec.symbol,
        "timeframe": plan.spec.timeframe,
        "bars": bars_document(bars),
        "status": "completed" if found.is_complete else "cancelled",
        "size": size_document(variants),
        "n_tried": found.n_tried,
        "luck": luck_document(luck),
        "rank_by": plan.rank_by,
        "required_performance": plan.bounds,
        "max_results": plan.max_results,
        "held_back_fraction": plan.held_back_fraction,
        "in_sample": _stretch(bars, 0, split.end_index, split.searched_days),
        "held_back": _stretch(bars, split.end_index, bars.n, split.held_back_days),
        "results": Judge(plan, found, split, bars, others, luck).results(),
        "warnings": [*plan.warnings, *_history_warnings(plan, bars, others)],
    }


def _history_warnings(plan: SearchPlan, bars: Bars, others: OtherBars) -> list[str]:
    """What a person should know about the bars, as of a backtest of the strategy itself."""
    program = compile_program(plan.spec)
    spoke = speaking(program, program.frame(bars, others))
    missing = missing_runs(bars, expected_days(bars.day, bars.close_ns // NS))
    found = [*history_warnings(plan.spec, bars), *silence_warnings(plan.spec, bars, spoke)]
    return [*found, *map(str, missing)]


def _stretch(bars: Bars, begin: int, end: int, days: Sequence[int]) -> Stretch:
    return {**bars_document(bars.take(slice(begin, end))), "trading_days": len(days)}


def _demand(plan: SearchPlan, split: Split) -> Demands:
    bounds = plan.bounds
    return demands(
        plan.rank_by,
        n_days=len(split.searched_days),
        min_trades=math.ceil(bounds.get("min_trades") or 0),
        min_win_rate=bounds.get("min_win_rate"),
        min_profit_factor=bounds.get("min_profit_factor"),
        min_daily_r=bounds.get("min_daily_r"),
        min_r_squared=bounds.get("min_r_squared"),
    )
