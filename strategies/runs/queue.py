"""Backtests as work: what queues them, within which limits, and which are forgotten.

Only rows are touched here, so web requests may import it. The computation is in `compute`.
"""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from market import clock
from market.errors import BarsError
from strategies.bars import MAX_BARS, Size, size_of
from strategies.checking import CheckedRecord, check_record
from strategies.engine.errors import StrategyError
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Run, Strategy
from strategies.querysets import RunQuerySet
from strategies.record.lookback import Window, visible_window
from strategies.record.sameness import digest, fingerprint, pack_fingerprint
from strategies.record.shape import Unread
from trader.work.life import MAX_ATTEMPTS, Life, News
from trader.work.limits import PerUser, lock_user
from trader.work.turns import remove

MAX_ACTIVE_RUNS = 2
# While bars keep coming, a preview of the same configuration is shown again this long.
PREVIEW_FRESH = timedelta(minutes=5)
# Each with hundreds of trades and the parts of its chart.
RUNS_OF_A_TURN = 5
KEEP_PREVIEWS = timedelta(days=7)
_SERIES_KEYS = ("data_source", "symbol", "timeframe", "trading_session")


class RunLimitError(Exception):
    """The user has to wait or cancel something; the text says which limit and what to do."""


life = Life(
    Run,
    name="run",
    task="strategies.tasks.run_backtest",
    limit=PerUser(MAX_ACTIVE_RUNS),
    gave_up=(
        f"The worker stopped {MAX_ATTEMPTS} times during this run, so it was given up. "
        "Try a shorter window; the earlier result is unchanged."
    ),
    unexpected=lambda run: (
        f"The run stopped on an unexpected error, noted under {run.code}. "
        "The earlier result is unchanged."
    ),
    faults=(StrategyError, BarsError),
    news=News("run.progress", "run.finished"),
)


class Known(NamedTuple):
    """What the caller's transaction has already found out about the strategy it stored."""

    checked: CheckedRecord
    now_ts: int
    is_new: bool = False


class Aside(NamedTuple):
    """A run about a strategy that is not its result: over which window, and what is changed."""

    strategy: Strategy
    window: Window
    kind: str = Run.Kind.PREVIEW
    what_if: str = ""


def market_now(source: str) -> int:
    """Market time of a source; the wall clock for one that has no bars yet."""
    return clock.now(source) or int(timezone.now().timestamp())


def start_backtest(
    user: User,
    subject: Strategy | Unread,
    *,
    enforce_limit: bool = True,
    replaces: uuid.UUID | None = None,
    known: Known | None = None,
    aside: Aside | None = None,
) -> Run:
    """Queue a backtest of a stored strategy or of an unsaved record.

    With `aside` the record is one about a strategy, over the window the aside names.

    A new run of the same strategy takes the place of an unfinished one. With `enforce_limit`
    off (a run that an edit made necessary) the run waits its turn instead of being refused.
    Raises RunLimitError, and StrategyError for a record that is not valid.
    """
    with transaction.atomic():
        lock_user(user.pk)
        if isinstance(subject, Strategy):
            if known is None or not known.is_new:
                cancel_runs_of(subject)
        elif replaces is not None:
            _replace(Run.objects.for_user(user).active().filter(code=replaces))
        if enforce_limit:
            _check_room_for_one_more(user)
        return life.queue(_describe(user, subject, known, aside))


def _describe(
    user: User, subject: Strategy | Unread, known: Known | None, aside: Aside | None = None
) -> Run:
    if isinstance(subject, Strategy):
        record = subject.as_record()
        if known is None:
            known = Known(check_record(user, record), market_now(subject.data_source))
        # The strategy may have been named after the check.
        checked, now_ts = known.checked._replace(record=record), known.now_ts
        end_ts = visible_window(checked.record, now_ts).end_ts
        window = Window(subject.window_start_ts, end_ts)
        run = Run(kind=Run.Kind.BACKTEST, strategy=subject)
        since = subject.forward_test_since
        run.forward_start_ts = None if since is None else int(since.timestamp())
    else:
        checked = check_record(user, subject)
        now_ts = market_now(str(checked.record["data_source"]))
        window = aside.window if aside else visible_window(checked.record, now_ts)
        run = _aside_run(aside) if aside else Run(kind=Run.Kind.PREVIEW)
    check_size(checked.record, window, now_ts)
    _fill(run, user, checked, window)
    return run


def _aside_run(aside: Aside) -> Run:
    subject = aside.strategy
    return Run(
        kind=aside.kind,
        subject=subject,
        what_if=aside.what_if,
        subject_fingerprint=subject.fingerprint,
    )


def _fill(run: Run, user: User, checked: CheckedRecord, window: Window) -> None:
    record = checked.record
    run.user = user
    run.config = {**record, "packs": checked.used_packs, "all_packs": checked.all_packs}
    run.config_digest = config_digest(checked, window.start_ts)
    run.fingerprint = fingerprint(record, checked.used_packs, window.start_ts)
    run.pack_fingerprints = {pack["id"]: pack_fingerprint(pack) for pack in checked.used_packs}
    run.symbol = record["symbol"]
    run.timeframe = record["timeframe"]
    run.data_source = record["data_source"]
    run.window_start_ts, run.window_end_ts = window


def config_digest(checked: CheckedRecord, window_start_ts: int) -> str:
    """Recognises the same unsaved configuration; names and notes do not matter."""
    plain = {k: v for k, v in checked.record.items() if k not in ("name", "notes")}
    used = [pack_fingerprint(pack) for pack in checked.used_packs]
    return digest([plain, used, window_start_ts])


def find_preview(user: User, checked: CheckedRecord, window_start_ts: int) -> Run | None:
    """The newest run of exactly this configuration whose result still holds."""
    wanted = config_digest(checked, window_start_ts)
    found = Run.objects.for_user(user).filter(config_digest=wanted, strategy__isnull=True)
    run = found.exclude(status=Run.Status.CANCELLED).order_by("-created_at").first()
    return run if run is not None and _still_holds(run) else None


def _still_holds(run: Run) -> bool:
    if run.is_active:
        return True
    if timezone.now() - run.created_at < PREVIEW_FRESH:
        return run.status == Run.Status.FAILED or run.engine_version == ENGINE_VERSION
    is_same_engine = run.engine_version == ENGINE_VERSION
    return is_same_engine and run.result.get("now_ts") == clock.now(run.data_source)


def _check_room_for_one_more(user: User) -> None:
    if Run.objects.for_user(user).active().count() >= MAX_ACTIVE_RUNS:
        raise RunLimitError(
            f"{MAX_ACTIVE_RUNS} backtests of yours are already running, which is the limit. "
            "Wait until one has finished, or cancel one."
        )


def record_size(record: Unread, window: Window, now_ts: int) -> Size:
    """How many bars a run of a record would read."""
    source, symbol, timeframe, session = (str(record[name]) for name in _SERIES_KEYS)
    end_ts = now_ts if window.end_ts is None else min(window.end_ts, now_ts)
    return size_of(source, symbol, timeframe, session, (window.start_ts, end_ts))


def check_size(record: Unread, window: Window, now_ts: int) -> None:
    """Raises RunLimitError for a window that no run may read."""
    size = record_size(record, window, now_ts)
    if size.n_stored > MAX_BARS:
        about = "" if size.is_counted else "about "
        raise RunLimitError(
            f"This window holds {about}{size.n_stored:,} bars; a backtest may read {MAX_BARS:,}. "
            "Choose a shorter lookback."
        )


def cancel_runs_of(strategy: Strategy) -> None:
    _replace(Run.objects.filter(strategy=strategy).active())


def _replace(runs: RunQuerySet) -> None:
    for run in runs:
        # Not `cancel`: the successor must not wait for this one's next step.
        life.finish(run, Run.Status.CANCELLED, label="Replaced by a newer run")


def prune_previews(now: datetime | None = None) -> int:
    """Delete builder runs older than a week, with their trades and charts."""
    before = (now or timezone.now()) - KEEP_PREVIEWS
    return remove(Run.objects.all().prunable_previews(before), RUNS_OF_A_TURN)
