"""What the top bar says about the market, the feed and the monitor, from rows only."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from alerts.monitor.status import monitor_state
from market.calendar import session_state
from market.feeds.status import SourceStatus
from market.sources import ALPACA, label_of, source_of
from trader.frame.preparation import Preparation
from trader.templatetags.format import age
from trader.work.instants import day_text, zone_text
from trader.work.plural import counted

# A live source may be this late within a session before the gauge says so.
LATE_AFTER_SECONDS = 150
SILENT_AFTER_SECONDS = 600
STATE_CODES = {"open": "open", "pre-market": "pre", "after-hours": "after", "closed": "closed"}
LEFT_LABELS = {"After hours": "closes in", "Open": "opens in"}


@dataclass(frozen=True)
class MarketGauge:
    source: str
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
    if settings.MARKET_FEED == ALPACA:
        return source_of(ALPACA, settings.ALPACA_FEED)
    return str(settings.MARKET_FEED)


def market_gauge(status: SourceStatus, zone: ZoneInfo, wall: datetime) -> MarketGauge:
    """Session and clock of the live source: its own market time when it isn't the wall's."""
    is_own_clock = status["now_ts"] > 0 and status["speed"] != 1
    now_ts = status["now_ts"] if is_own_clock else int(wall.timestamp())
    speed = status["speed"] if is_own_clock else 1.0
    if is_own_clock and not status["is_running"]:
        speed = 0.0
    state = session_state(now_ts)
    local = datetime.fromtimestamp(now_ts, zone)
    left = age(state["next_change_ts"] - now_ts)
    left_label = LEFT_LABELS.get(state["next_label"], f"{state['next_label'].lower()} in")
    return MarketGauge(
        source=status["source"],
        state=STATE_CODES[state["state"]],
        label=state["label"],
        left_label=left_label,
        left=left,
        clock=local.strftime("%H:%M:%S" if speed == 1 else "%H:%M"),
        zone=zone_text(zone.key),
        title=f"{local:%a}, {day_text(local)}, market time: {left_label} {left}.{_pace(speed)}",
        now_ts=now_ts,
        until_ts=state["next_change_ts"],
        speed=speed,
    )


def _pace(speed: float) -> str:
    if speed == 0:
        return " Market time stands still: the feed is not running."
    return "" if speed == 1 else f" Market time runs at {speed:g} times real time."


def feed_gauge(status: SourceStatus, is_open: bool, wall: datetime) -> FeedGauge:
    """Age of the newest bar, counted from when it was stored."""
    label, is_simulated = label_of(status["source"]), status["is_simulated"]
    if status["bar_age_s"] is None:
        detail = "no feed yet" if status["status"] == "none" else "no bars yet"
        reason = "No bar has arrived yet."
        return FeedGauge("off", label, detail, reason, is_simulated, reason)
    seconds = max(0, int(status["bar_age_s"]))
    reason = "" if status["is_running"] else _why_stopped(status)
    return FeedGauge(
        state=_feed_state(seconds, status["is_running"], is_open),
        label=label,
        detail="" if status["is_running"] else "stopped",
        title=f"{reason} The newest bar was stored {age(seconds)} ago.".strip(),
        is_simulated=is_simulated,
        reason=reason,
        age=seconds,
        age_from=int(wall.timestamp()) - seconds,
    )


def _why_stopped(status: SourceStatus) -> str:
    return f"{status['detail'].rstrip('.') or 'The feed is not running'}."


def _feed_state(seconds: int, is_running: bool, is_open: bool) -> str:
    if not is_running:
        return "silent"
    if not is_open or seconds <= LATE_AFTER_SECONDS:
        return "fresh"
    return "late" if seconds <= SILENT_AFTER_SECONDS else "silent"


def monitor_gauge(user: User, preparation: Preparation | None = None) -> MonitorGauge:
    """What it waits for takes the place of what it would do."""
    state = monitor_state(user)
    code, title = state.code, state.explanation
    label = state.label.removeprefix("Monitor ").capitalize()
    if preparation is not None and not state.is_settled:
        code, label, title = "starting", "Preparing", f"{preparation}."
    if state.code == "running":
        label = f"Running · {state.n_strategies}"
    try:
        url = reverse("alerts:monitor-toggle")
    except NoReverseMatch:
        url = ""
    watched = ""
    if state.is_wanted:
        watched = f" {counted(state.n_strategies, 'strategy', 'strategies')} monitored."
    return MonitorGauge(
        state=code,
        label=label,
        title=title + watched,
        wanted=state.is_wanted,
        n_strategies=state.n_strategies,
        url=url,
    )
