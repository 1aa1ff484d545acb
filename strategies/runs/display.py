"""A run as pages show it: state, figures, curve, and the trades on its chart."""

from collections.abc import Iterator, Mapping

from django.utils import timezone

from market.prices import decimals_apart, decimals_of
from market.sources import kind_of, label_of
from strategies.engine.figures.costs import Charged, CostFigures, cost_figures, n_takes
from strategies.engine.trust.history import ENOUGH_TRADES
from strategies.models import Run
from strategies.models.documents import OpenPosition, RunResult
from strategies.packs.names import PackNames
from strategies.runs.analytics import band_line, heat_table
from strategies.runs.curves import distribution_of, shown_curve
from strategies.runs.trade_table import TradeTable
from strategies.words.costs import cost_line, gross_notes
from strategies.words.exits import only_the_stop
from strategies.words.figures import GROUPS, PRIMARY, shown
from strategies.words.gaps import CutOff, cut_off_text
from strategies.words.limits import REFUSALS, is_kept_out, kept_out_text
from strategies.words.trades import trigger_names

Context = dict[str, object]
REJECTIONS = {
    "atr_unavailable": "The ATR was not known yet.",
    "no_bars_for_swing_stop": "No bars before the entry to take a swing from.",
    "stop_on_wrong_side": "The stop would have been on the wrong side of the entry.",
    "zero_risk": "The stop would have been at the entry price.",
    **REFUSALS,
}


def run_context(run: Run, names: PackNames) -> Context:
    """What the run panel needs in any status."""
    context: Context = {"run": run, "elapsed_s": elapsed_seconds(run)}
    if run.status == Run.Status.SUCCEEDED:
        context.update(_result_context(run, names))
    return context


def _result_context(run: Run, names: PackNames) -> Context:
    """Figures and curve of a finished run."""
    result: RunResult = run.result
    kpis = result.get("kpis", {})
    return {
        **cost_context(run),
        "has_trades": bool(kpis.get("total_trades") or kpis.get("excluded_trades")),
        **band_context(run),
        **equity_context(run, names),
        "source_label": label_of(run.data_source),
        "is_simulated": kind_of(run.data_source).is_simulated,
    }


def cost_context(run: Run) -> Context:
    """The first figures, net with gross beside, what costs do to them and what limits kept out."""
    result: RunResult = run.result
    figures = costs_of(run)
    notes = gross_notes(figures)
    kpis = shown(PRIMARY, result.get("kpis", {}))
    return {
        "kpis": [one._replace(beside=notes.get(one.key, "")) for one in kpis],
        "cost_line": cost_line(figures),
        "kept_out": _kept_out(run),
    }


def _kept_out(run: Run) -> str:
    """What limits kept out of a result; its record is not even read where they kept out nothing."""
    result: RunResult = run.result
    counts = result.get("rejected_by", {})
    return kept_out_text(counts, run.recorded()[0].get("limits")) if is_kept_out(counts) else ""


def costs_of(run: Run) -> CostFigures | None:
    result: RunResult = run.result
    return result["costs"] if "costs" in result else cost_figures(_charged_rows(run))


_CHARGED = (
    *("r_multiple", "r_multiple_gross", "risk"),
    *("exec_type", "exit_reason", "exit_trigger", "exit_fill_ts", "exit_bar_ts"),
)


def _charged_rows(run: Run) -> Iterator[Charged]:
    """Trades of a result that was stored before it spoke of costs."""
    rows = run.trades.counted().values_list(*_CHARGED)
    for net_r, gross_r, risk, exec_type, reason, trigger, fill_ts, bar_ts in rows:
        yield Charged(net_r, gross_r, risk, n_takes(exec_type, reason, trigger, fill_ts == bar_ts))


def band_context(run: Run) -> Context:
    result: RunResult = run.result
    return {"band": band_line(result.get("kpis_band"))}


def equity_context(run: Run, names: PackNames) -> Context:
    """Curve, months and every figure of a finished run."""
    result: RunResult = run.result
    kpis = result.get("kpis", {})
    return {
        "warnings": [*_way_out_note(run), *_sample_note(kpis), *result.get("warnings", [])],
        "equity": shown_curve(run),
        "histogram": distribution_of(result.get("r_multiples", [])),
        "monthly": heat_table(result.get("monthly")),
        **_figures_context(run),
        **unfinished_context(run, names),
    }


def _way_out_note(run: Run) -> list[str]:
    note = only_the_stop(run.recorded()[0])
    return [note] if note else []


def _figures_context(run: Run) -> Context:
    result: RunResult = run.result
    values = {
        **result.get("kpis", {}),
        **result.get("kpis_extended", {}),
        "n_trials": result.get("n_trials", 1),
    }
    groups = [(title, shown(_known(keys, values), values)) for title, keys in GROUPS]
    lacks_trades = any(one.text == "—" and one.note for _, group in groups for one in group)
    return {"groups": groups, "lacks_trades": lacks_trades}


# Told only where there is something to tell.
_RARE = ("excluded_trades", "excluded_r")


def _known(keys: tuple[str, ...], values: Mapping[str, object]) -> tuple[str, ...]:
    is_rare = bool(values.get("excluded_trades"))
    return tuple(key for key in keys if key in values and (is_rare or key not in _RARE))


def unfinished_context(run: Run, names: PackNames) -> Context:
    """What became no closed trade: the one still open, and entries that were refused."""
    result: RunResult = run.result
    open_trade = result.get("open_trade")
    conditions = open_trade["confluence_records"] if open_trade else []
    return {
        "result": result,
        "open_trade": open_trade,
        "open_conditions": [names.condition_text(one) for one in conditions],
        "rejected": [
            {**one, "text": REJECTIONS.get(one["reason"], one["reason"])}
            for one in result.get("rejected", [])
        ],
        "open_decimals": decimals_apart(_prices(open_trade), decimals_of(run.symbol)),
    }


def _prices(held: OpenPosition | None) -> tuple[float | None, ...]:
    return (held["entry_price"], held["stop_price"], held["target_price"]) if held else ()


def trades_context(table: TradeTable) -> Context:
    """One page of the trades of a run, in the order asked for."""
    run = table.run
    return {
        "run": run,
        "table": table,
        "rows": table.rows,
        "left_out": left_out_text(run),
        "trigger_names": trigger_names(run),
        "decimals": decimals_of(run.symbol),
    }


def left_out_text(run: Run) -> str:
    """What of the trades counts in no figure, in a sentence; empty where all of them do."""
    result: RunResult = run.result
    if not result.get("kpis", {}).get("excluded_trades"):
        return ""
    rows = run.trades.uncounted().order_by("number").values_list("exit_fill_ts", "r_multiple")
    return cut_off_text([CutOff(*row) for row in rows])


def _sample_note(kpis: Mapping[str, object]) -> list[str]:
    n = kpis.get("total_trades")
    if not isinstance(n, int) or not 0 < n < ENOUGH_TRADES:
        return []
    return [f"not enough trades to judge by ({n} of {ENOUGH_TRADES})"]


def elapsed_seconds(run: Run) -> int | None:
    if run.started_at is None:
        return None
    return int(((run.finished_at or timezone.now()) - run.started_at).total_seconds())
