"""Where forward tests begin, and how they begin anew; with them the window they look back on."""

from datetime import UTC, datetime

from strategies import hooks
from strategies.checking import check_record
from strategies.engine.errors import StrategyError
from strategies.models import Strategy, StrategyVersion, Trade
from strategies.record.lookback import visible_window
from strategies.record.sameness import fingerprint
from strategies.record.shape import Unread
from strategies.runs import queue
from strategies.saving import versions
from strategies.saving.storing import changing, store


def begin(strategy: Strategy, now_ts: int) -> None:
    """The caller saves the row."""
    strategy.forward_test_start = datetime.fromtimestamp(now_ts, UTC)


def reset(strategy: Strategy, now_ts: int) -> None:
    """Void everything that belongs to the forward test so far; the caller saves the row."""
    begin(strategy, now_ts)
    Trade.objects.filter(strategy=strategy).update(segment=Trade.Segment.BACKTEST)
    hooks.tell_reset(strategy)


def freeze_window(strategy: Strategy, now_ts: int) -> None:
    """The visible window as it is seen now; the caller saves the row."""
    strategy.window_start_ts = visible_window(strategy.as_record(), now_ts).start_ts


def is_window_changed(row: Strategy, old: Unread, new: Unread) -> bool:
    """Whether the lookback fields describe another window; time alone does not move it."""
    at = int(row.forward_test_start.timestamp())
    return visible_window(old, at) != visible_window(new, at)


def reset_for_pack(strategies: list[Strategy]) -> None:
    """The parameters of a pack in use changed: forward tests start anew, with new runs."""
    with changing():
        rows = Strategy.objects.filter(pk__in=[strategy.pk for strategy in strategies])
        locked = list(rows.select_for_update(no_key=True).order_by("pk"))
        hooks.lock(locked)
        prepared = [_reset_one(strategy) for strategy in locked]
        for strategy, known in prepared:
            queue.start_backtest(strategy.user, strategy, enforce_limit=False, known=known)


def renew_if_other(strategy: Strategy) -> None:
    """Begin anew if its result was computed with other parameters of packs than are stored now.

    One that can't be computed any more stays as it is: its page says why.
    """
    try:
        checked = check_record(strategy.user, strategy.as_record())
    except StrategyError:
        return
    window = strategy.window_start_ts
    if fingerprint(checked.record, checked.used_packs, window) != strategy.fingerprint:
        row, known = _reset_one(strategy)
        queue.start_backtest(row.user, row, enforce_limit=False, known=known)


def _reset_one(strategy: Strategy) -> tuple[Strategy, queue.Known]:
    checked = check_record(strategy.user, strategy.as_record())
    now_ts = queue.market_now(strategy.data_source)
    reset(strategy, now_ts)
    freeze_window(strategy, now_ts)
    strategy.version += 1
    store(strategy, checked)
    versions.add(strategy, StrategyVersion.Kind.PACKS, checked.used_packs, now_ts)
    return strategy, queue.Known(checked, now_ts)
