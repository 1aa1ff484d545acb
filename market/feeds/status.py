"""What the top bar says about a source: is a feed running, how old is the newest bar."""

from datetime import datetime
from typing import TypedDict

from django.utils import timezone

from market import calendar, clock
from market.models import FeedState
from market.sources import kind_of, label_of


class SourceStatus(TypedDict):
    source: str
    label: str
    is_simulated: bool
    is_running: bool
    status: str
    detail: str
    speed: float
    now_ts: int
    bar_age_s: float | None
    heartbeat_age_s: float | None
    session: calendar.SessionState | None


def status(source: str) -> SourceStatus:
    """The state of a source, from its rows. Ages are wall time, the session is market time."""
    feed = next(iter(FeedState.objects.filter(source=source).order_by()), None)
    wall = timezone.now()
    now_ts = feed.now_ts if feed and feed.now_ts else clock.newest_close(source)
    return SourceStatus(
        source=source,
        label=label_of(source),
        is_simulated=kind_of(source).is_simulated,
        is_running=feed is not None and feed.is_running,
        status=_word(feed),
        detail=feed.detail if feed else "",
        speed=feed.speed if feed else 0.0,
        now_ts=now_ts,
        bar_age_s=_age(feed.bar_at if feed else None, wall),
        heartbeat_age_s=_age(feed.heartbeat_at if feed else None, wall),
        session=calendar.session_state(now_ts) if now_ts else None,
    )


def _word(feed: FeedState | None) -> str:
    """The feed's own word, unless its lease has run out under it."""
    if feed is None:
        return "none"
    claims = feed.status in {"starting", "running", "waiting"}
    return "stopped" if claims and not feed.is_leased() else str(feed.status)


def _age(at: datetime | None, wall: datetime) -> float | None:
    return None if at is None else round((wall - at).total_seconds(), 3)
