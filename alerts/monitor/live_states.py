"""Where each strategy stands after an evaluation, as its row says it to people."""

from datetime import UTC, datetime

from django.utils import timezone

from alerts.models import StrategyState
from alerts.models.documents import PositionDetails
from alerts.monitor.decide import NS
from alerts.monitor.look import Evaluated, Look, Member, Result
from strategies.engine.program.advance import Advance
from strategies.engine.walk.trades import OpenTrade


def move_states(evaluated: Evaluated) -> dict[int, StrategyState]:
    """Live states after these bars, by strategy id: those in which something shows that changed."""
    return {
        result.member.strategy.pk: result.member.live
        for result in evaluated.results
        if _lay_on(result, evaluated.look)
    }


def store_states(states: list[StrategyState]) -> None:
    StrategyState.objects.bulk_update(
        states,
        [
            "group", "status", "tracked_entry_ts", "entered_before_monitoring",
            "details", "note", "error", "evaluated_until_ts", "monitored_since_ts", "updated_at",
        ],
        batch_size=100,
    )  # fmt: skip


def _lay_on(result: Result, look: Look) -> bool:
    """Move a live state to after these bars; whether anything stored has changed."""
    member, advance, decision = result
    state = member.live
    before = _shown(state)
    held = advance.open_trade
    state.group = look.group
    state.tracked_entry_ts = decision.tracked_entry_ts
    state.entered_before_monitoring = decision.is_untold
    state.details = {} if held is None else _details(held, look.series.price_decimals)
    state.error = ""
    state.evaluated_until_ts = 0
    if decision.vanished_entry_ts is not None:
        state.note = _vanished_note(member, decision.vanished_entry_ts)
    state.status = _status(state, advance)
    state.updated_at = timezone.now()
    is_begun = member.since_ts != state.monitored_since_ts
    return is_begun or before != _shown(state)


def _shown(state: StrategyState) -> tuple[object, ...]:
    return (
        state.group_id, state.status, state.tracked_entry_ts, state.entered_before_monitoring,
        dict(state.details), state.note, state.error, state.evaluated_until_ts,
    )  # fmt: skip


def _status(state: StrategyState, advance: Advance) -> str:
    if state.note:
        return StrategyState.Status.UNCONFIRMED
    if state.details:
        return StrategyState.Status.IN_POSITION
    n_seen = advance.offset + advance.bars.n
    if n_seen <= advance.program.warm_up_bars:
        return StrategyState.Status.WARMING_UP
    return StrategyState.Status.FLAT


def _details(held: OpenTrade, price_decimals: int | None) -> PositionDetails:
    return {
        "entry_bar_ts": held.entry_bar_ns // NS,
        "entry_fill_ts": held.entry_fill_ns // NS,
        "entry_price": held.entry_price,
        "initial_stop_price": held.initial_stop_price,
        "stop_price": held.stop_price,
        "target_price": held.target_price,
        "risk": held.risk,
        "price_decimals": price_decimals,
    }


def _vanished_note(member: Member, entry_ts: int) -> str:
    entered = f"{datetime.fromtimestamp(entry_ts, UTC):%b %d %Y, %H:%M}"
    return (
        f"The entry announced on the bar of {entered} UTC is not in the corrected bars any more. "
        f"If a position in {member.strategy.symbol} is open somewhere, decide about it by hand."
    )
