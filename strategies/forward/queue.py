"""Refreshes as work: asked for when a trade begins or ends, coalesced, one at a time per user.

Only rows are touched here, so evaluations and web requests may import it. The computation is in
`refresh`. An ask is a number on a row and a hint: it adds no work to who asks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_q.tasks import async_task

from market.errors import BarsError
from strategies.engine.errors import StrategyError
from strategies.models import ForwardRefresh, Strategy
from trader.work.life import MAX_ATTEMPTS, Life
from trader.work.limits import PerUser
from trader.work.querysets import LeasedQuerySet

Status = ForwardRefresh.Status
MOST_BEGUN = 100
# After a refresh a strategy rests this many times as long as it took, at least the shortest rest.
REST_FACTOR = 9
SHORTEST_REST = timedelta(seconds=1)
# After one that failed.
LONG_REST = timedelta(seconds=60)

life = Life(
    ForwardRefresh,
    name="forward refresh",
    task="strategies.tasks.refresh_forward",
    limit=PerUser(1),
    gave_up=(
        f"The worker stopped {MAX_ATTEMPTS} times while newer bars were taken in, so it was given "
        "up for now. The result is that of the time it names."
    ),
    unexpected=lambda refresh: (
        f"An unexpected error, noted under forward refresh {refresh.pk}, kept newer bars out. "
        "The result is that of the time it names."
    ),
    faults=(StrategyError, BarsError),
)


def ask(strategies: Sequence[Strategy]) -> None:
    """Have the results of these strategies take in what has happened; in the caller's transaction.

    Locks rows of refreshes only, in order of their ids.
    """
    if not strategies:
        return
    mine = ForwardRefresh.objects.filter(strategy__in=strategies)
    known = dict(
        mine.select_for_update(no_key=True).order_by("pk").values_list("strategy_id", "pk")
    )
    mine.filter(pk__in=known.values()).update(asked=F("asked") + 1)
    ForwardRefresh.objects.bulk_create(
        [_asked_first(one) for one in strategies if one.pk not in known], ignore_conflicts=True
    )
    transaction.on_commit(lambda: async_task("strategies.tasks.begin_refreshes", cluster="slow"))


def _asked_first(strategy: Strategy) -> ForwardRefresh:
    """At rest, so that it is begun like every other."""
    return ForwardRefresh(
        user_id=strategy.user_id, strategy=strategy, status=Status.SUCCEEDED, asked=1
    )


def due(now: datetime) -> LeasedQuerySet:
    """Asked for since they were answered, not under way, and rested."""
    rows: LeasedQuerySet = ForwardRefresh.objects.filter(asked__gt=F("answered"))
    rested = rows.filter(Q(rest_until__isnull=True) | Q(rest_until__lte=now))
    return rested.exclude(status__in=(Status.QUEUED, Status.RUNNING)).order_by("pk")


def begin_due(now: datetime | None = None) -> int:
    """Queue what has been asked for; safe to run any number of times. Returns how many."""
    now = now or timezone.now()
    ids = list(due(now).values_list("pk", flat=True)[:MOST_BEGUN])
    for pk in ids:
        with transaction.atomic():
            row = due(now).filter(pk=pk).select_for_update(no_key=True).first()
            if row is not None:
                life.queue(row)
    return len(ids)


def rest_after(row: ForwardRefresh, now: datetime) -> datetime:
    took = now - (row.started_at or now)
    return now + max(SHORTEST_REST, REST_FACTOR * took)


def sweep(now: datetime | None = None) -> None:
    life.sweep(now)
    begin_due(now)
