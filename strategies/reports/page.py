"""What the page of a report shows: one strategy, nothing of its owner."""

from strategies.conventions import CONVENTIONS
from strategies.display import ShownStrategy
from strategies.models import Run, Strategy
from strategies.packs.names import PackNames
from strategies.runs.analytics import analytics_tab
from strategies.runs.display import Context, band_context, cost_context, equity_context
from strategies.runs.slice_tables import earning_tab, states_tab
from strategies.runs.trade_sizes import Sizing
from strategies.verdict import verdict_of

# Newest trades on paper; all of them are in the file of trades.
SHOWN_TRADES = 200


def report_context(strategy: Strategy, names: PackNames, now_ts: int) -> Context:
    """Everything of a report; without a result only what the strategy is."""
    run: Run | None = strategy.current_run
    context: Context = {"strategy": strategy, "row": ShownStrategy(strategy, names, now_ts)}
    if run is None:
        return context
    rows = run.trades.counted().order_by("-number")
    return {
        **context,
        **cost_context(run),
        **band_context(run),
        **equity_context(run, names),
        **states_tab(run, names),
        **earning_tab(run),
        "state_scale": states_tab(run, names).get("scale"),
        "analytics": analytics_tab(run.result),
        "conventions": CONVENTIONS,
        "verdict": verdict_of(run),
        "run": run,
        "trades": list(rows[:SHOWN_TRADES]),
        "sizing": Sizing.of(run.config),
    }
