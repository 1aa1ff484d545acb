"""Drill-downs as work: what queues them, which answer is shown again, which are forgotten."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from market import clock
from market.errors import BarsError
from strategies.checking import CheckedRecord, check_record
from strategies.drilldown.choices import CONDITIONS_KEY, Asked, Choice
from strategies.engine.errors import StrategyError
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Drilldown
from strategies.packs.implied import named_in
from strategies.record.lookback import visible_window
from strategies.record.sameness import digest, pack_fingerprint
from strategies.record.shape import PackRecord, Unread
from strategies.runs.queue import (
    KEEP_PREVIEWS,
    PREVIEW_FRESH,
    RunLimitError,
    check_size,
    market_now,
)
from trader.work.life import MAX_ATTEMPTS, Life, News
from trader.work.limits import PerUser, lock_user
from trader.work.turns import remove

MAX_ACTIVE = 2
ROWS_OF_A_TURN = 20

life = Life(
    Drilldown,
    name="drilldown",
    task="strategies.tasks.drill_down",
    limit=PerUser(MAX_ACTIVE),
    gave_up=(
        f"The worker stopped {MAX_ATTEMPTS} times while this was computed, so it was given up. "
        "Try a shorter window or fewer conditions at once."
    ),
    unexpected=lambda row: f"It stopped on an unexpected error, noted under {row.code}.",
    faults=(StrategyError, BarsError),
    news=News("drilldown.progress", "drilldown.finished"),
)


def start(
    user: User,
    asked: Asked,
    record: Unread,
    choices: list[Choice],
    *,
    has_base: bool = True,
    replaces: uuid.UUID | None = None,
) -> Drilldown:
    """Queue a question; one that it replaces and that is still being computed ends.

    Raises StrategyError for a record that can't run, RunLimitError for a window that is too
    large or when enough are being computed.
    """
    checked = check_record(user, record)
    plain = checked.record
    now_ts = market_now(plain["data_source"])
    window = visible_window(plain, now_ts)
    check_size(plain, window, now_ts)
    row = Drilldown(
        user=user,
        tab=asked.tab,
        depth=asked.depth,
        config={**plain, "all_packs": _packs_of(checked, choices)},
        choices=choices,
        has_base=has_base,
        digest=digest_of(asked, checked, choices, window.start_ts),
        symbol=plain["symbol"],
        data_source=plain["data_source"],
        window_start_ts=window.start_ts,
        window_end_ts=window.end_ts,
    )
    with transaction.atomic():
        lock_user(user.pk)
        if replaces is not None:
            _end(user, replaces)
        if Drilldown.objects.for_user(user).active().count() >= MAX_ACTIVE:
            raise RunLimitError(
                f"{MAX_ACTIVE} drill-downs of yours are being computed already, which is the "
                "limit. Wait until one has finished, or cancel one."
            )
        return life.queue(row)


def _packs_of(checked: CheckedRecord, choices: list[Choice]) -> list[PackRecord]:
    """Those of the record, and those that only a choice names."""
    known = [pack["id"] for pack in checked.all_packs]
    changes = [choice["change"] for choice in choices]
    return [*checked.all_packs, *named_in({CONDITIONS_KEY: changes}, known)]


def _end(user: User, code: uuid.UUID) -> None:
    for row in Drilldown.objects.for_user(user).active().filter(code=code):
        life.finish(row, Drilldown.Status.CANCELLED, label="Replaced by a newer one")


def digest_of(
    asked: Asked, checked: CheckedRecord, choices: list[Choice], window_start_ts: int
) -> str:
    """Recognises the same question to the same strategy; names and notes do not matter."""
    plain = {k: v for k, v in checked.record.items() if k not in ("name", "notes")}
    packs = [pack_fingerprint(pack) for pack in checked.all_packs]
    changes = [choice["change"] for choice in choices]
    return digest([list(asked), plain, packs, changes, window_start_ts, ENGINE_VERSION])


def find(user: User, wanted: str) -> Drilldown | None:
    """The newest answer to exactly this question that still holds, or the one under way."""
    rows = Drilldown.objects.for_user(user).filter(digest=wanted)
    row = rows.exclude(status=Drilldown.Status.CANCELLED).order_by("-created_at", "-pk").first()
    return row if row is not None and _still_holds(row) else None


def _still_holds(row: Drilldown) -> bool:
    if row.is_active or timezone.now() - row.created_at < PREVIEW_FRESH:
        return True
    return bool(row.result.get("now_ts") == clock.now(row.data_source))


def prune(now: datetime | None = None) -> int:
    """Delete those older than previews are kept."""
    before = (now or timezone.now()) - KEEP_PREVIEWS
    return remove(Drilldown.objects.all().older_than(before), ROWS_OF_A_TURN)
