"""The price chart of a replay: bars as far as they have been played, and what was told on them."""

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert
from alerts.replays import alerts_of
from market import calendar, clock, eastern
from market.bars import load_bars
from market.models import Replay
from market.prices import decimals_of
from strategies.models import Strategy
from strategies.words.exits import reason_text

NS = 1_000_000_000
# Sessions before the replayed day that are drawn, so that its first minute stands beside something.
DAYS_BEFORE = 1


class Mark(TypedDict):
    """As the price chart takes markers."""

    ts: int
    price: float
    kind: str
    side: str
    reason: str
    r: float | None


class Life(TypedDict):
    """A trade between its stop and its target, as the price chart takes it."""

    entry_ts: int
    entry: float
    stop: float | None
    target: float | None
    exit_ts: NotRequired[int]
    exit: NotRequired[float]
    r: NotRequired[float | None]


class ReplayChart(TypedDict):
    """`bars`: rows of start, open, high, low, close and volume, from the instant asked for on."""

    bars: list[list[float]]
    markers: list[Mark]
    trades: list[Life]
    decimals: int


def replay_chart(replay: Replay, strategy: Strategy, after_ts: int = 0) -> ReplayChart:
    alerts = list(alerts_of(replay).exclude(source=Alert.Source.TEST).order_by("fill_at", "pk"))
    return ReplayChart(
        bars=_bars(replay, strategy, after_ts),
        markers=[_mark(alert) for alert in alerts if alert.kind in (ENTRY, EXIT)],
        trades=list(_lives(alerts)),
        decimals=decimals_of(replay.symbol),
    )


def _bars(replay: Replay, strategy: Strategy, after_ts: int) -> list[list[float]]:
    days = calendar.previous_sessions(replay.day, DAYS_BEFORE)
    start_ts = max(eastern.midnight((days or [replay.day])[0].toordinal()), after_ts)
    now_ts = clock.now(replay.source)
    series = replay.source, replay.symbol, strategy.timeframe, strategy.trading_session
    bars = load_bars(*series, start_ts, now_ts, now_ts)
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    starts = (bars.start_ns // NS).tolist()
    return [list(row) for row in zip(starts, *(one.tolist() for one in columns), strict=True)]


def _mark(alert: Alert) -> Mark:
    return Mark(
        ts=alert.bar_ts,
        price=alert.price,
        kind=alert.kind.mark,
        side=alert.direction,
        reason=reason_text(alert.exit_reason) if alert.exit_reason else "",
        r=alert.data.get("r_multiple"),
    )


def _lives(alerts: list[Alert]) -> Iterator[Life]:
    exits = {alert.entry_bar_ts: alert for alert in alerts if alert.kind is EXIT}
    for alert in alerts:
        if alert.kind is not ENTRY:
            continue
        life = Life(
            entry_ts=alert.bar_ts,
            entry=alert.price,
            stop=alert.data.get("initial_stop_price"),
            target=alert.data.get("target_price"),
        )
        over = exits.get(alert.bar_ts)
        if over is not None:
            life |= {"exit_ts": over.bar_ts, "exit": over.price, "r": over.data.get("r_multiple")}
        yield life
