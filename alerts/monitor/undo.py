"""Taking back a stop: for some seconds what ran goes on as if it had never been stopped.

What is offered is a signed note of what ran; nothing is stored, and it is good for one user and for
as long as nobody has switched anything since.
"""

from typing import TypedDict

from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from alerts.models import Monitor, StrategyState
from alerts.monitor import switch
from alerts.monitor.boundary import dealt_with_ts
from strategies.models import Strategy
from strategies.saving import changes
from trader.work.instants import iso

OFFERED_SECONDS = 10
# The offer has to be read and to travel.
GOOD_FOR_SECONDS = 20
SALT = "alerts.monitor.undo"


class Stopped(TypedDict):
    """`strategy` None: the whole monitor. `since_ts`: up to where a strategy had been told."""

    user: int
    strategy: int | None
    since_ts: int
    at: str


class TooLateError(Exception):
    """What was stopped can't be taken back any more; the text says what to do."""


def stop_everything(user: User) -> str:
    """Stop the monitor; returns the offer to take it back, empty when nothing ran."""
    with transaction.atomic():
        was_wanted = switch.lock_monitor(user.pk).desired_state == Monitor.State.RUNNING
        monitor = switch.stop_monitor(user)
    return _offer(user.pk, None, 0, _requested(monitor)) if was_wanted else ""


def stop_strategy(strategy: Strategy, *, confirmed: bool) -> str:
    """Leave one out; returns the offer. Raises ConfirmationNeededError for an open position."""
    state = StrategyState.objects.filter(strategy=strategy).select_related("group").first()
    since_ts = 0 if state is None else max(state.monitored_since_ts, _told_until(state))
    had_position = state is not None and state.has_position
    switch.unwatch_strategy(strategy, confirmed=confirmed)
    # A position that was forgotten can't be brought back as it was.
    return "" if had_position else _offer(strategy.user_id, strategy.pk, since_ts, "")


def _told_until(state: StrategyState) -> int:
    return dealt_with_ts(state, state.group)


def _offer(user_id: int, strategy_id: int | None, since_ts: int, at: str) -> str:
    note: Stopped = {"user": user_id, "strategy": strategy_id, "since_ts": since_ts, "at": at}
    return signing.dumps(note, salt=SALT)


def take_back(user: User, offer: str) -> str:
    """Let it go on; returns what to tell the user. Raises TooLateError."""
    try:
        note: Stopped = signing.loads(offer, salt=SALT, max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature as error:
        raise TooLateError("It is too late to undo this. Switch it on again.") from error
    if note["user"] != user.pk:
        raise TooLateError("This can't be undone. Switch it on again.")
    if note["strategy"] is None:
        return _resume_everything(user, note)
    return _resume_strategy(user, note["strategy"], note)


def _resume_everything(user: User, note: Stopped) -> str:
    """Boundaries stay where they were: what closes meanwhile is told as if it had never stopped."""
    with transaction.atomic():
        monitor = switch.lock_monitor(user.pk)
        if monitor.desired_state == Monitor.State.RUNNING or _requested(monitor) != note["at"]:
            raise TooLateError("The monitor has been switched since. There is nothing to undo.")
        switch.request(monitor, Monitor.State.RUNNING)
    return "Undone: the monitor goes on as if it had not been stopped."


def _resume_strategy(user: User, strategy_id: int, note: Stopped) -> str:
    with transaction.atomic():
        strategy = Strategy.objects.for_user(user).filter(pk=strategy_id).first()
        if strategy is None or strategy.alert_tracking_enabled:
            raise TooLateError("It has been switched since. There is nothing to undo.")
        changes.set_monitoring(strategy, True, confirmed=True)
        if note["since_ts"]:
            rows = StrategyState.objects.filter(strategy=strategy)
            rows.update(monitored_since_ts=note["since_ts"], updated_at=timezone.now())
    return f"Undone: “{strategy.name}” is monitored as if it had not been stopped."


def _requested(monitor: Monitor) -> str:
    return "" if monitor.requested_at is None else iso(monitor.requested_at)
