"""The one way in which strategies come to be, change and go: pages, API, seed and import use it.

Rows are locked in one order, here and in the rooms above: strategies by id, what hangs on them
above (the monitor, groups by id, live states), the user, runs, and last the user's event counter.
A change that touches several strategies locks what hangs on them at once, before the first. Rooms
above take part by `strategies.hooks`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from django.db import transaction

from accounts import events
from accounts.models import User, UserSettings
from strategies import hooks
from strategies.checking import CheckedRecord, check_record
from strategies.models import PackUse, Strategy, Trade
from strategies.packs import library
from strategies.record.keys import labels_of
from strategies.record.lookback import visible_window
from strategies.record.sameness import (
    Record,
    changed_signal_fields,
    fingerprint,
    own_fields,
    split,
)
from strategies.runs import queue

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
            return f"“{self.strategy.name}” is saved. Its forward test starts now."
        if self.result == "reset":
            what = ", ".join(labels_of(self.changed))
            return f"Saved. The forward test starts anew, because of a change of {what}."
        return "Saved. The forward test goes on unchanged."


class VersionConflictError(Exception):
    """Someone (perhaps the same user in another tab) saved the strategy in between."""

    def __init__(self, strategy: Strategy) -> None:
        super().__init__("The strategy was changed elsewhere since this page was opened.")
        self.strategy = strategy


class ConfirmationNeededError(Exception):
    """The change is possible, but loses something the user has to agree to first."""

    def __init__(self, losses: list[str], changed: list[str]) -> None:
        super().__init__(" ".join(losses))
        self.losses = losses
        self.changed = changed


@contextmanager
def _changing() -> Iterator[None]:
    """One transaction whose news are written, and so counted, after all other rows."""
    with transaction.atomic(), events.written_last():
        yield


def _lock(strategy: Strategy) -> Strategy:
    row: Strategy = Strategy.objects.select_for_update(no_key=True).get(pk=strategy.pk)
    return row


def create_strategy(user: User, record: Record) -> Saved:
    """Store a new strategy; its forward test starts now and its first backtest is queued."""
    is_monitored = record.get("alert_tracking_enabled") is True
    record = with_user_defaults(user, own_fields(record))
    with _changing():
        library.adopt_packs(user, record.pop("packs", None) or [])
        checked = check_record(user, record)
        strategy = Strategy(user=user)
        _lay_on(strategy, checked.record)
        strategy.name = strategy.name or next_name(user, strategy)
        strategy.alert_tracking_enabled = is_monitored
        now_ts = queue.market_now(strategy.data_source)
        _begin_forward_test(strategy, now_ts)
        _freeze_window(strategy, now_ts)
        _store(strategy, checked)
        if is_monitored:
            hooks.tell_reset(strategy)
        known = queue.Known(checked, now_ts, is_new=True)
        queue.start_backtest(user, strategy, enforce_limit=False, known=known)
    return Saved(strategy, "new", [], checked.warnings)


def update_strategy(
    strategy: Strategy, changes: Record, *, version: int, confirmed: bool = False
) -> Saved:
    """Store changes of some fields of a strategy that the caller read at `version`.

    Raises VersionConflictError when it was saved since, StrategyError when the result would not be
    valid, ConfirmationNeededError when a monitored strategy would lose its forward test.
    """
    with _changing():
        row = _lock(strategy)
        if row.version != version:
            raise VersionConflictError(row)
        old = row.as_record()
        merged = {**old, **own_fields(changes)}
        library.adopt_packs(row.user, merged.pop("packs", None) or [])
        checked = check_record(row.user, merged)
        changed = changed_signal_fields(old, checked.record)
        if changed and not confirmed:
            _ask_before_reset(row, changed)
        _lay_on(row, checked.record)
        before, now_ts = row.fingerprint, queue.market_now(row.data_source)
        _save_edit(row, old, checked, changed, now_ts)
        wanted = changes.get("alert_tracking_enabled")
        if isinstance(wanted, bool) and wanted != row.alert_tracking_enabled:
            row = set_monitoring(row, wanted, confirmed=confirmed)
        if row.fingerprint != before:
            known = queue.Known(checked, now_ts)
            queue.start_backtest(row.user, row, enforce_limit=False, known=known)
    return Saved(row, "reset" if changed else "preserved", changed, checked.warnings)


def _save_edit(
    row: Strategy, old: Record, checked: CheckedRecord, changed: list[str], now_ts: int
) -> None:
    if changed:
        reset_forward_test(row, now_ts)
    is_moved = _is_window_changed(row, old, checked.record)
    if changed or is_moved:
        _freeze_window(row, now_ts)
    if is_moved and not changed:
        hooks.tell_moved(row)
    row.version += 1
    _store(row, checked)


def _is_window_changed(row: Strategy, old: Record, new: Record) -> bool:
    """Whether the lookback fields describe another window; time alone does not move it."""
    at = int(row.forward_test_start.timestamp())
    return visible_window(old, at) != visible_window(new, at)


def clone_strategy(strategy: Strategy) -> Saved:
    """A copy with a forward test of its own from now on, not monitored yet."""
    record = strategy.as_record()
    record["name"] = _copy_name(strategy.name)
    return create_strategy(strategy.user, record)


def delete_strategy(strategy: Strategy, *, confirmed: bool = False) -> None:
    """Remove a strategy with its runs and trades; a monitored one only when confirmed."""
    with _changing():
        row = _lock(strategy)
        losses = hooks.losses_of(row)
        if losses and not confirmed:
            raise ConfirmationNeededError(losses, [])
        hooks.tell_reset(row)
        queue.cancel_runs_of(row)
        row.delete()


def set_monitoring(strategy: Strategy, enabled: bool, *, confirmed: bool = False) -> Strategy:
    """Put a strategy under the user's monitor or take it out; its version does not move."""
    with _changing():
        row = _lock(strategy)
        if row.alert_tracking_enabled == enabled:
            return row
        losses = hooks.losses_of(row)
        if not enabled and losses and not confirmed:
            raise ConfirmationNeededError(losses, [])
        row.alert_tracking_enabled = enabled
        row.save(update_fields=["alert_tracking_enabled", "updated_at"])
        hooks.tell_reset(row)
    return row


def reset_forward_test(strategy: Strategy, now_ts: int) -> None:
    """Void everything that belongs to the forward test so far; the caller saves the row."""
    _begin_forward_test(strategy, now_ts)
    Trade.objects.filter(strategy=strategy).update(segment=Trade.Segment.BACKTEST)
    hooks.tell_reset(strategy)


def settle_forward_start(strategy: Strategy, now_ts: int) -> int:
    """The forward test can't begin after market time: a feed may start behind the wall clock."""
    if int(strategy.forward_test_start.timestamp()) > now_ts:
        strategy.forward_test_start = datetime.fromtimestamp(now_ts, UTC)
        strategy.save(update_fields=["forward_test_start"])
    return int(strategy.forward_test_start.timestamp())


def reset_for_pack(strategies: list[Strategy]) -> None:
    """The parameters of a pack in use changed: forward tests start anew, with new runs."""
    with _changing():
        rows = Strategy.objects.filter(pk__in=[strategy.pk for strategy in strategies])
        locked = list(rows.select_for_update(no_key=True).order_by("pk"))
        hooks.lock(locked)
        prepared = [_reset_one(strategy) for strategy in locked]
        for strategy, known in prepared:
            queue.start_backtest(strategy.user, strategy, enforce_limit=False, known=known)


def _reset_one(strategy: Strategy) -> tuple[Strategy, queue.Known]:
    checked = check_record(strategy.user, strategy.as_record())
    now_ts = queue.market_now(strategy.data_source)
    reset_forward_test(strategy, now_ts)
    _freeze_window(strategy, now_ts)
    strategy.version += 1
    _store(strategy, checked)
    return strategy, queue.Known(checked, now_ts)


def next_name(user: User, strategy: Strategy) -> str:
    number = Strategy.objects.for_user(user).count() + 1
    return f"{strategy.symbol} {strategy.direction} - {number}"


def with_user_defaults(user: User, record: Record) -> Record:
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


def _ask_before_reset(strategy: Strategy, changed: list[str]) -> None:
    losses = hooks.losses_of(strategy)
    if not (losses or strategy.alert_tracking_enabled):
        return
    what = ", ".join(labels_of(changed))
    first = (
        f"“{strategy.name}” is monitored. Changing its {what} starts its forward test anew "
        "and resets its live state."
    )
    raise ConfirmationNeededError([first, *losses], changed)


def _lay_on(strategy: Strategy, record: Record) -> None:
    columns, config = split(record)
    for name, value in columns.items():
        setattr(strategy, name, value)
    strategy.config = config


def _begin_forward_test(strategy: Strategy, now_ts: int) -> None:
    strategy.forward_test_start = datetime.fromtimestamp(now_ts, UTC)


def _freeze_window(strategy: Strategy, now_ts: int) -> None:
    strategy.window_start_ts = visible_window(strategy.as_record(), now_ts).start_ts


def _store(strategy: Strategy, checked: CheckedRecord) -> None:
    strategy.fingerprint = fingerprint(checked.record, checked.used_packs, strategy.window_start_ts)
    is_new = strategy.pk is None
    strategy.save()
    used = {str(pack["id"]) for pack in checked.used_packs}
    if not is_new:
        strategy.pack_uses.exclude(pack_id__in=used).delete()
    PackUse.objects.bulk_create(
        [PackUse(strategy=strategy, pack_id=pack_id) for pack_id in sorted(used)],
        ignore_conflicts=True,
    )


def _copy_name(name: str) -> str:
    suffix = " (Copy)"
    limit = Strategy._meta.get_field("name").max_length or 120
    return name[: limit - len(suffix)] + suffix


def differences_announced(strategy: Strategy, changes: dict[str, Any]) -> list[str]:
    """Labels of the fields whose change would reset the forward test, for a warning in time."""
    old = strategy.as_record()
    changed = changed_signal_fields(old, {**old, **changes})
    return labels_of(changed)
