"""Background work: retention."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from market import calendar, eastern
from market.ingest import runs
from market.models import Bar, DataVersion, FeedState, IngestRun, Replay
from market.models.bar import new_cache_key
from market.sources import KINDS, REPLAY, SIMULATED
from market.store import reading
from market.store.reading import Series
from market.store.removing import remove_superseded
from trader.work.turns import remove

logger = structlog.get_logger(__name__)

RUN_DAYS = 30
REPLAY_DAYS = 7
# An accelerated simulation writes sessions faster than the calendar; older ones make room.
SIMULATED_SESSIONS = 504


def prune() -> dict[str, int]:
    """Remove what nobody needs any more: old runs, bars of old replays, the oldest simulation."""
    removed = {
        "dead_imports": runs.remove_leavings(),
        "replaced_series": _prune_replaced(),
        "ingest_runs": _prune_runs(),
        "replays": _prune_replays(),
        "simulated_bars": _prune_simulated(),
        "cache_files": reading.prune_cache(),
    }
    logger.info("market_pruned", **removed)
    return removed


def _prune_runs() -> int:
    before = timezone.now() - timedelta(days=RUN_DAYS)
    rows = IngestRun.objects.filter(started_at__lt=before).exclude(status=IngestRun.Status.RUNNING)
    return remove(rows)


def _prune_replays() -> int:
    """A replay's bars go first, its row last: an interrupted run is completed by the next."""
    before = timezone.now() - timedelta(days=REPLAY_DAYS)
    over = [Replay.Status.FINISHED, Replay.Status.CANCELLED, Replay.Status.FAILED]
    replays = list(Replay.objects.filter(status__in=over, finished_at__lt=before))
    for replay in replays:
        _remove_source(replay.source)
        replay.delete()
    _remove_orphans()
    return len(replays)


def _remove_orphans() -> None:
    """Bars of replays whose user is gone."""
    known = {replay.source for replay in Replay.objects.all()}
    stored = DataVersion.objects.filter(source__startswith=KINDS[REPLAY].prefix)
    for source in set(stored.values_list("source", flat=True).distinct()) - known:
        _remove_source(source)


def _prune_replaced() -> int:
    """What imports have replaced, where the importer died before it could remove it."""
    series = DataVersion.objects.filter(has_superseded=True)
    found = [Series(*one) for one in series.values_list("source", "symbol", "timeframe")]
    for one in found:
        remove_superseded(one)
    return len(found)


def _remove_source(source: str) -> None:
    remove(Bar.objects.filter(source=source))
    DataVersion.objects.filter(source=source).delete()
    FeedState.objects.filter(source=source).delete()


def _prune_simulated() -> int:
    """First nobody reads the oldest sessions any more, then they are removed."""
    state = FeedState.objects.filter(source=SIMULATED).first()
    if state is None or not state.now_ts:
        return 0
    days = calendar.previous_sessions(eastern.date_of(state.now_ts), SIMULATED_SESSIONS)
    before_ts = eastern.midnight(days[0].toordinal())
    with transaction.atomic():
        locked = DataVersion.objects.select_for_update(no_key=True)
        for series in locked.filter(source=SIMULATED, first_ts__lt=before_ts):
            series.first_ts = before_ts
            series.cache_key = new_cache_key()
            series.save(update_fields=["first_ts", "cache_key", "updated_at"])
    all_series = DataVersion.objects.filter(source=SIMULATED)
    return sum(
        remove(Bar.objects.filter(**Series(*one)._asdict(), start_ts__lt=before_ts))
        for one in all_series.values_list("source", "symbol", "timeframe")
    )
