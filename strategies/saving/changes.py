"""The one way in which strategies come to be, change and go: pages, API, seed and import use it.

Rows are locked in one order, here and in the rooms above: strategies by id, what hangs on them
above (the monitor, groups by id, live states), the user, runs, and last the user's event counter.
A change that touches several strategies locks what hangs on them at once, before the first. Rooms
above take part by `strategies.hooks`.
"""

from datetime import timedelta
from typing import Literal, NamedTuple

from django.utils import timezone

from accounts.models import User, UserSettings
from strategies import hooks
from strategies.checking import CheckedRecord, check_record
from strategies.models import Strategy, StrategyVersion
from strategies.packs import library
from strategies.record.keys import labels_of
from strategies.record.part import Values
from strategies.record.sameness import changed_deciding_fields, own_fields
from strategies.record.shape import Unread
from strategies.record.unknown import refuse_unknown, unknown_warnings
from strategies.runs import queue
from strategies.saving import forward_tests, versions
from strategies.saving.asking import ask_before_loss, ask_before_reset
from strategies.saving.storing import changing, copy_name, lay_on, lock, next_name, store
from strategies.saving.waiting import ask_before_waiting, simulated_record, waiting_warnings

# What was deleted lies in the bin for so long.
KEEP_DELETED = timedelta(days=30)
SaveResult = Literal["new", "preserved", "reset"]


class Saved(NamedTuple):
    """A stored strategy and what became of its forward test."""

    strategy: Strategy
    result: SaveResult
    changed: list[str]
    warnings: list[str]

    @property
    def announcement(self) -> str:
        if self.result == "new":
            begins = "" if self.strategy.is_on_recorded_bars else " Its forward test starts now."
            return f"“{self.strategy.name}” is saved.{begins}"
        if self.strategy.is_on_recorded_bars:
            return "Saved."
        if self.result == "reset":
            what = ", ".join(labels_of(self.changed))
            return f"Saved. The forward test starts anew, because of a change of {what}."
        return "Saved. The forward test goes on unchanged."


class VersionConflictError(Exception):
    """Someone (perhaps the same user in another tab) saved the strategy in between."""

    def __init__(self, strategy: Strategy) -> None:
        super().__init__("The strategy was changed elsewhere since this page was opened.")
        self.strategy = strategy


def create_strategy(user: User, record: Unread, *, keeps_unknown: bool = False) -> Saved:
    """Store a new strategy; its forward test starts now and its first backtest is queued.

    Fields nobody knows are refused, or kept with a warning.
    """
    if not keeps_unknown:
        refuse_unknown(record)
    is_monitored = record.get("alert_tracking_enabled") is True
    filled = with_user_defaults(user, own_fields(record))
    with changing():
        library.adopt_packs(user, filled.pop("packs", None) or [])
        checked = _checked_with_packs(user, filled)
        strategy = Strategy(user=user)
        lay_on(strategy, checked.record)
        strategy.name = strategy.name or next_name(user, strategy)
        strategy.alert_tracking_enabled = is_monitored
        now_ts = queue.market_now(strategy.data_source)
        forward_tests.begin(strategy, now_ts)
        forward_tests.freeze_window(strategy, now_ts)
        store(strategy, checked)
        versions.begin(strategy, checked.used_packs, now_ts)
        if is_monitored:
            hooks.tell_reset(strategy)
        known = queue.Known(checked, now_ts, is_new=True)
        queue.start_backtest(user, strategy, enforce_limit=False, known=known)
    unknown = unknown_warnings(checked.record)
    warnings = [*checked.warnings, *unknown, *waiting_warnings(strategy)]
    return Saved(strategy, "new", [], warnings)


def update_strategy(
    strategy: Strategy, changes: Unread, *, version: int, confirmed: bool = False
) -> Saved:
    """Store changes of some fields of a strategy that the caller read at `version`.

    Raises VersionConflictError when it was saved since, StrategyError when the result would not be
    valid, ConfirmationNeededError when a monitored strategy would lose its forward test.
    """
    with changing():
        row = lock(strategy)
        if row.version != version:
            raise VersionConflictError(row)
        old = row.as_record()
        refuse_unknown(changes, stored=old)
        merged: Values = {**old, **own_fields(changes)}
        library.adopt_packs(row.user, merged.pop("packs", None) or [])
        checked = _checked_with_packs(row.user, merged)
        changed = changed_deciding_fields(old, checked.record)
        if changed and not confirmed:
            ask_before_reset(row, changed)
        lay_on(row, checked.record)
        before, now_ts = row.fingerprint, queue.market_now(row.data_source)
        _save_edit(row, old, checked, changed, now_ts)
        wanted = changes.get("alert_tracking_enabled")
        if isinstance(wanted, bool) and wanted != row.alert_tracking_enabled:
            row = set_monitoring(row, wanted, confirmed=confirmed)
        if row.fingerprint != before:
            known = queue.Known(checked, now_ts)
            queue.start_backtest(row.user, row, enforce_limit=False, known=known)
    warnings = [*checked.warnings, *waiting_warnings(row)]
    return Saved(row, "reset" if changed else "preserved", changed, warnings)


def _checked_with_packs(user: User, record: Unread) -> CheckedRecord:
    """The record, checked, with every pack that it names among the user's own."""
    checked = check_record(user, record)
    if library.make_implied(user, checked.spec.referenced_packs()):
        return check_record(user, record)
    return checked


def _save_edit(
    row: Strategy, old: Unread, checked: CheckedRecord, changed: list[str], now_ts: int
) -> None:
    if changed:
        forward_tests.reset(row, now_ts)
    is_moved = forward_tests.is_window_changed(row, old, checked.record)
    if changed or is_moved:
        forward_tests.freeze_window(row, now_ts)
    if is_moved and not changed:
        hooks.tell_moved(row)
    row.version += 1
    store(row, checked)
    kind = StrategyVersion.Kind.RESET if changed else StrategyVersion.Kind.PRESERVED
    versions.add(row, kind, checked.used_packs, now_ts)


def clone_strategy(strategy: Strategy) -> Saved:
    """A copy with a forward test of its own from now on, not monitored yet."""
    record = strategy.as_record()
    record["name"] = copy_name(strategy.name)
    return create_strategy(strategy.user, record, keeps_unknown=True)


def simulate_strategy(strategy: Strategy) -> Saved:
    """A monitored copy on simulated bars, for a strategy whose own bars never go on."""
    return create_strategy(strategy.user, simulated_record(strategy), keeps_unknown=True)


def delete_strategy(strategy: Strategy, *, confirmed: bool = False) -> None:
    """Put a strategy into the bin, unwatched; one with something to lose only when confirmed.

    There it lies with its runs and trades until it is restored or erased.
    """
    with changing():
        row = lock(strategy)
        if not confirmed:
            ask_before_loss(row)
        row.alert_tracking_enabled = False
        row.deleted_at = timezone.now()
        row.save(update_fields=["alert_tracking_enabled", "deleted_at", "updated_at"])
        hooks.tell_reset(row)
        queue.cancel_runs_of(row)


def restore_strategy(strategy: Strategy) -> Strategy:
    """Take it out of the bin as it was, but unwatched.

    Where a pack it reads has been edited meanwhile its forward test begins anew, as in an edit.
    """
    with changing():
        row = lock(strategy)
        row.deleted_at = None
        row.save(update_fields=["deleted_at", "updated_at"])
        forward_tests.renew_if_other(row)
    return row


def erase_strategy(strategy: Strategy) -> None:
    """Remove a strategy for good, with its runs and trades."""
    with changing():
        row = lock(strategy)
        hooks.tell_reset(row)
        queue.cancel_runs_of(row)
        row.delete()


def empty_bins() -> int:
    """Erase what has lain in a bin for `KEEP_DELETED`; returns how many."""
    old = list(Strategy.objects.to_erase(timezone.now() - KEEP_DELETED))
    for strategy in old:
        erase_strategy(strategy)
    return len(old)


def set_monitoring(strategy: Strategy, enabled: bool, *, confirmed: bool = False) -> Strategy:
    """Put a strategy under the user's monitor or take it out; its version does not move.

    Raises NoNewBarsError when the monitor would wait for ever, and ConfirmationNeededError when a
    live position would be forgotten, unless it is confirmed.
    """
    with changing():
        row = lock(strategy)
        if row.alert_tracking_enabled == enabled:
            return row
        if not confirmed:
            (ask_before_waiting if enabled else ask_before_loss)(row)
        row.alert_tracking_enabled = enabled
        row.save(update_fields=["alert_tracking_enabled", "updated_at"])
        hooks.tell_reset(row)
    return row


def with_user_defaults(user: User, record: Unread) -> Values:
    """An absent stop or target means the user's own default; null means none."""
    filled = dict(record)
    wants_stop = "stop_config" not in filled and not filled.get("stop_atr_mult")
    wants_target = "target_config" not in filled
    if not (wants_stop or wants_target):
        return filled
    preferences = UserSettings.objects.filter(user=user).first()
    if preferences is not None:
        if wants_stop:
            filled["stop_config"] = preferences.default_stop_config
        if wants_target:
            filled["target_config"] = preferences.default_target_config
    return filled


def differences_announced(strategy: Strategy, changes: Unread) -> list[str]:
    """Labels of the fields whose change would reset the forward test, for a warning in time."""
    if strategy.is_on_recorded_bars:
        return []
    old = strategy.as_record()
    return labels_of(changed_deciding_fields(old, {**old, **changes}))
