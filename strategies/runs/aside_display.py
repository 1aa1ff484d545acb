"""Asides of a strategy as its page shows them: what-ifs beside the result, and the longer run."""

from typing import NamedTuple

from strategies.models import Run, Strategy
from strategies.models.documents import RunResult
from strategies.packs.names import PackNames
from strategies.record.lookback import DATA_DAYS_LIMITS
from strategies.record.what_if import LIMITS, SIZES, WhatIf
from strategies.runs.asides import SHOWN_WHAT_IFS, extended_of, usual_days, what_ifs_of
from strategies.runs.display import Context, cost_context, equity_context
from strategies.words.figures import ShownKpi, shown, written

FIGURES = ("total_trades", "win_rate", "profit_factor", "avg_r", "total_r", "max_r_drawdown")


class ShownWhatIf(NamedTuple):
    """A what-if with its figures, and how its total differs from the strategy's own."""

    run: Run
    words: str
    figures: list[ShownKpi]
    difference: str
    tone: str


def what_if_context(run: Run, strategy: Strategy) -> Context:
    """The what-ifs of the configuration as it is, newest first, and the form for another."""
    runs = what_ifs_of(strategy).defer("config").exclude(what_if="")[:SHOWN_WHAT_IFS]
    found = [_what_if(one, run) for one in runs]
    stop = strategy.config.get("stop_config") or {}
    return {
        "what_ifs": found,
        "own": shown(FIGURES, run.result.get("kpis", {})),
        "is_waiting": any(one.run.is_active for one in found),
        "has_stop_size": stop.get("method", "atr") in SIZES,
        "limits": LIMITS,
    }


def _what_if(one: Run, own: Run) -> ShownWhatIf:
    asked = WhatIf.of_text(one.what_if)
    words = asked.words if asked else one.what_if
    result: RunResult = one.result
    if one.status != Run.Status.SUCCEEDED:
        return ShownWhatIf(one, words, [], "", "")
    kpis, own_kpis = result.get("kpis", {}), own.result.get("kpis", {})
    difference = float(kpis.get("total_r") or 0.0) - float(own_kpis.get("total_r") or 0.0)
    tone = "gain" if difference > 0 else "loss" if difference < 0 else ""
    return ShownWhatIf(one, words, shown(FIGURES, kpis), written("r", difference), tone)


def extended_context(strategy: Strategy, names: PackNames) -> Context:
    """The newest run over more bars, with all its figures, and the form for another."""
    run = extended_of(strategy).first()
    days = usual_days(strategy)
    context: Context = {"days": days, "days_limits": DATA_DAYS_LIMITS, "run": run}
    if run is not None:
        context["days"] = days
        if run.status == Run.Status.SUCCEEDED:
            context.update(cost_context(run), **equity_context(run, names))
    return {"extended": context}
