"""Where one monitored strategy stands, for its page. Imports no engine."""

from alerts.models import StrategyState
from alerts.models.documents import PositionDetails
from alerts.monitor.status import EXPLANATIONS, LABELS, monitor_state
from strategies.hooks import Held, LiveState
from strategies.models import Strategy

HALTED = ("stopped", "stopping", "not_responding")
# What a state promises that only a running monitor can keep.
PROMISES = (StrategyState.Status.STARTING, StrategyState.Status.WARMING_UP)


def live_state(strategy: Strategy) -> LiveState | None:
    """None for a strategy that nobody watches; three queries at most."""
    if not strategy.alert_tracking_enabled:
        return None
    monitor = monitor_state(strategy.user)
    halted = ""
    if monitor.code in HALTED:
        halted = f"{LABELS[monitor.code]}. {EXPLANATIONS[monitor.code]}"
    may_start = monitor.code == "stopped"
    rows = StrategyState.objects.filter(strategy=strategy).select_related("group")
    state = rows.defer("group__state").first()
    if state is None:
        return LiveState("Not started", None, None, halted, may_start)
    as_of_ts = None if state.group is None else state.group.last_close_ts
    label = str(state.get_status_display())
    if may_start and state.status in PROMISES:
        label = "Not evaluated"
    return LiveState(label, as_of_ts, _held(state), halted, may_start)


def _held(state: StrategyState) -> Held | None:
    position: PositionDetails | None = state.position
    if position is None or "entry_price" not in position:
        return None
    return Held(
        position.get("entry_fill_ts", 0),
        position["entry_price"],
        position.get("stop_price", position["entry_price"]),
        position.get("target_price"),
        state.shown_decimals,
        state.entered_before_monitoring,
    )
