"""Everything the top bar shows and what follows from it, for one user at one instant."""

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from accounts.models import User
from market.feeds.status import status as source_status
from trader.frame.attention import Note, Situation, notes
from trader.frame.bots import BotsGauge, bots_gauge, bots_of
from trader.frame.gauges import (
    FeedGauge,
    MarketGauge,
    MonitorGauge,
    feed_gauge,
    live_source,
    market_gauge,
    monitor_gauge,
)
from trader.frame.signs import Signs


class Gauges(TypedDict):
    """`attention` is the list of what is the matter; `bots` is None without endpoints."""

    market: MarketGauge
    feed: FeedGauge
    monitor: MonitorGauge
    bots: BotsGauge | None
    attention: list[Note]


def all_gauges(user: User, zone: ZoneInfo, signs: Signs, now: datetime) -> Gauges:
    status = source_status(live_source())
    market = market_gauge(status, zone, now)
    feed = feed_gauge(status, market.state == "open", now)
    monitor = monitor_gauge(user, signs.preparation)
    bots = bots_of(user) if signs.has_endpoint else []
    return Gauges(
        market=market,
        feed=feed,
        monitor=monitor,
        bots=bots_gauge(bots, now),
        attention=notes(Situation(user, now, feed, monitor, bots, signs)),
    )
