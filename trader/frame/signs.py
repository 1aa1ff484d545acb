"""Signs of trouble, cheap enough for every page: asked within the one query for the preferences.

Only where there is a sign does a provider of `attention` read rows.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import EventCounter, User, UserSettings
from alerts.models import Monitor, StrategyState
from market.sources import KINDS, REPLAY
from strategies.models import Run
from trader.frame.preparation import Preparation, of_workers
from trader.models import WorkerHeartbeat
from trader.queue_health import ALIVE_SECONDS
from webhooks.models import Delivery, Endpoint
from webhooks.outbound.waits import blocked

# A failed backtest is news for so long.
FAILED_RUN_DAYS = 1


class Signs(NamedTuple):
    """Clusters without a live worker, what they may be waiting for, and what there is of the
    user's to look at."""

    idle_clusters: tuple[str, ...] = ()
    preparation: Preparation | None = None
    has_failed_strategy: bool = True
    has_failed_run: bool = True
    has_endpoint: bool = True
    has_undecided: bool = True
    has_unwatched: bool = True


def read(user: User, now: datetime) -> tuple[UserSettings, int, Signs]:
    """The user's preferences, the number of their newest event, and the signs."""
    row = next(iter(_rows(now).filter(user=user)), None)
    if row is None:
        return UserSettings(user=user), 0, Signs()
    idle = tuple(one for one in settings.WORKER_CLUSTERS if not getattr(row, f"has_{one}"))
    preparation = Preparation.of(getattr(row, "preparation", None)) if idle else None
    signs = Signs(idle, preparation, *(getattr(row, name) for name in Signs._fields[2:]))
    return row, row.top_seq or 0, signs  # type: ignore[attr-defined]


def _rows(now: datetime) -> QuerySet[UserSettings]:
    """Never evaluated, only narrowed, so that the pages of a second share it."""
    return _rows_of_second(now.replace(microsecond=0))


@lru_cache(maxsize=2)
def _rows_of_second(now: datetime) -> QuerySet[UserSettings]:
    # Putting it together takes longer than asking it. A user has one row, which needs no order.
    top_seq = EventCounter.objects.filter(pk=OuterRef("user_id")).values("top_seq")
    alive = WorkerHeartbeat.objects.filter(beat_at__gt=now - timedelta(seconds=ALIVE_SECONDS))
    clusters = {f"has_{one}": Exists(alive.filter(cluster=one)) for one in settings.WORKER_CLUSTERS}
    return UserSettings.objects.annotate(
        top_seq=Subquery(top_seq),
        preparation=of_workers(now),
        has_failed_strategy=Exists(failed_states().filter(user_id=OuterRef("user_id"))),
        has_failed_run=Exists(failed_runs(now).filter(user_id=OuterRef("user_id"))),
        has_endpoint=Exists(Endpoint.objects.filter(user_id=OuterRef("user_id"))),
        has_undecided=Exists(blocked().filter(endpoint__user_id=OuterRef("user_id")))
        | Exists(Delivery.objects.held().filter(user_id=OuterRef("user_id")).order_by()),
        has_unwatched=Exists(unwatched_states().filter(user_id=OuterRef("user_id"))),
        **clusters,
    ).order_by()


def failed_states() -> QuerySet[StrategyState]:
    failed = StrategyState.Status.FAILED
    return StrategyState.objects.monitored().filter(status=failed).order_by()


def unwatched_states() -> QuerySet[StrategyState]:
    """Of strategies that are switched on while their owner's monitor is off; of no replay."""
    rows = StrategyState.objects.filter(
        strategy__alert_tracking_enabled=True, user__monitor__desired_state=Monitor.State.STOPPED
    )
    return rows.exclude(strategy__data_source__startswith=KINDS[REPLAY].prefix).order_by()


def failed_runs(now: datetime) -> QuerySet[Run]:
    """Backtests of strategies that failed lately and were not repeated since."""
    newer = Run.objects.filter(strategy=OuterRef("strategy"), pk__gt=OuterRef("pk"))
    return Run.objects.filter(
        ~Exists(newer),
        status=Run.Status.FAILED,
        strategy__isnull=False,
        created_at__gte=now - timedelta(days=FAILED_RUN_DAYS),
    ).order_by()
