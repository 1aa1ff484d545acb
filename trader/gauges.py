"""What the top bar says about the market, the feed and the monitor, from rows only."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from alerts.status import monitor_state
from market.calendar import session_state
from market.models import Bar, DataVersion, FeedState
from trader.templatetags.format import age

MINUTE = 60
# A live source may be this late within a session before the gauge says so.
LATE_AFTER_SECONDS = 150
SILENT_AFTER_SECONDS = 600
STATE_CODES = {"open": "open", "pre-market": "pre", "after-hours": "after", "closed": "closed"}
FEED_NAMES = {"simulated": "Simulated data", "sample": "Sample data", "alpaca": "Alpaca"}


@dataclass(frozen=True)
class MarketGauge:
    state: str
    label: str
    left_label: str
    left: str
    clock: str
    zone: str
    title: str
    now_ts: int
    until_ts: int
    speed: float


@dataclass(frozen=True)
class FeedGauge:
    state: str
    label: str
    detail: str
    title: str
    is_simulated: bool
    reason: str = ""
    age: int | None = None
    age_from: int | None = None

    @property
    def short(self) -> str:
        return self.label.removesuffix(" data")


@dataclass(frozen=True)
class MonitorGauge:
    state: str
    label: str
    title: str
    wanted: bool
    n_strategies: int
    url: str


def live_source() -> str:
    """The source that new strategies follow in this deployment."""
    if settings.MARKET_FEED == "alpaca":
        return f"alpaca:{settings.ALPACA_FEED}"
    return str(settings.MARKET_FEED)


def source_name(source: str) -> str:
    kind, _, rest = source.partition(":")
    name = FEED_NAMES.get(kind, kind.title())
    return f"{name} {rest.upper()}".strip() if kind == "alpaca" else name


def market_gauge(feed: FeedState | None, zone: ZoneInfo, wall: datetime) -> MarketGauge:
    """Session and clock of the live source: its own market time when it isn't the wall's."""
    is_own_clock = feed is not None and feed.now_ts > 0 and feed.speed != 1
    now_ts = feed.now_ts if feed is not None and is_own_clock else int(wall.timestamp())
    speed = feed.speed if feed is not None and is_own_clock else 1.0
    if is_own_clock and feed is not None and not feed.is_running:
        speed = 0.0
    state = session_state(now_ts)
    local = datetime.fromtimestamp(now_ts, zone)
    left_label = f"{state['next_label'].lower()} in"
    if state["next_label"] == "After hours":
        left_label = "closes in"
    elif state["next_label"] == "Open":
        left_label = "opens in"
    note = "" if speed == 1 else f" Market time runs at {speed:g} times real time."
    if speed == 0:
        note = " Market time stands still: the feed is not running."
    return MarketGauge(
        state=STATE_CODES[state["state"]],
        label=state["label"],
        left_label=left_label,
        left=age(state["next_change_ts"] - now_ts),
        clock=local.strftime("%H:%M:%S" if speed == 1 else "%a %H:%M"),
        zone=local.strftime("%Z"),
        title=f"{local:%A %Y-%m-%d} market time, {left_label} "
        f"{age(state['next_change_ts'] - now_ts)}.{note}",
        now_ts=now_ts,
        until_ts=state["next_change_ts"],
        speed=speed,
    )


def newest_bar(source: str) -> tuple[int, datetime] | None:
    """Start of the newest minute bar of a source and when it was stored."""
    series = DataVersion.objects.filter(source=source, timeframe="1Min").order_by("-last_ts")
    head = series.values_list("symbol", "last_ts").first()
    if head is None:
        return None
    key = {"source": source, "symbol": head[0], "timeframe": "1Min", "start_ts": head[1]}
    stored_at = Bar.objects.filter(**key).values_list("received_at", flat=True).first()
    return (int(head[1]), stored_at) if stored_at else None


def feed_gauge(feed: FeedState | None, is_open: bool, wall: datetime) -> FeedGauge:
    """Age of the newest bar, counted from when it was stored."""
    source = live_source()
    label, is_simulated = source_name(source), source == "simulated"
    bar = newest_bar(source)
    if feed is None and bar is None:
        return FeedGauge("off", label, "no feed yet", "No feed has run yet.", is_simulated)
    if bar is None:
        return FeedGauge("off", label, "no bars yet", "No bar has arrived yet.", is_simulated)
    seconds = max(0, int((wall - bar[1]).total_seconds()))
    is_running = feed is not None and feed.is_running
    state = _feed_state(seconds, is_running, is_open)
    reason = "" if is_running else _why_stopped(feed)
    return FeedGauge(
        state=state,
        label=label,
        detail="" if is_running else "stopped",
        title=f"{reason} The newest bar was stored {age(seconds)} ago.".strip(),
        is_simulated=is_simulated,
        reason=reason,
        age=seconds,
        age_from=int(bar[1].timestamp()),
    )


def _why_stopped(feed: FeedState | None) -> str:
    detail = feed.detail.rstrip(".") if feed is not None else ""
    return f"{detail or 'The feed is not running'}."


def _feed_state(seconds: int, is_running: bool, is_open: bool) -> str:
    if not is_running:
        return "silent"
    if not is_open or seconds <= LATE_AFTER_SECONDS:
        return "fresh"
    return "late" if seconds <= SILENT_AFTER_SECONDS else "silent"


def monitor_gauge(user: User) -> MonitorGauge:
    state = monitor_state(user)
    label = state.label.removeprefix("Monitor ").capitalize()
    if state.code == "running":
        label = f"Running · {state.n_strategies}"
    try:
        url = reverse("alerts:monitor-toggle")
    except NoReverseMatch:
        url = ""
    watched = ""
    if state.is_wanted:
        noun = "strategy" if state.n_strategies == 1 else "strategies"
        watched = f" {state.n_strategies} {noun} monitored."
    return MonitorGauge(
        state=state.code,
        label=label,
        title=state.explanation + watched,
        wanted=state.is_wanted,
        n_strategies=state.n_strategies,
        url=url,
    )


def all_gauges(user: User, zone: ZoneInfo) -> dict[str, object]:
    wall = timezone.now()
    feed = FeedState.objects.filter(source=live_source()).first()
    market = market_gauge(feed, zone, wall)
    return {
        "market": market,
        "feed": feed_gauge(feed, market.state == "open", wall),
        "monitor": monitor_gauge(user),
    }
