"""The price chart of a replay: bars as far as they have been played, and what was told on them."""

from typing import TypedDict

from alerts.chart import ChartTrade, Mark, mark_of, rows_of, trade_of
from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert
from alerts.replays import alerts_of
from market import calendar, clock, eastern
from market.bars import load_bars
from market.models import Replay
from market.prices import decimals_of
from strategies.models import Strategy

# Sessions before the replayed day that are drawn, so that its first minute stands beside something.
DAYS_BEFORE = 1


class ReplayChart(TypedDict):
    """`bars`: rows of start, open, high, low, close and volume, from the instant asked for on."""

    bars: list[list[float]]
    markers: list[Mark]
    trades: list[ChartTrade]
    decimals: int


def replay_chart(replay: Replay, strategy: Strategy, after_ts: int = 0) -> ReplayChart:
    alerts = list(alerts_of(replay).exclude(source=Alert.Source.TEST).order_by("fill_at", "pk"))
    return ReplayChart(
        bars=_bars(replay, strategy, after_ts),
        markers=[mark_of(alert) for alert in alerts if alert.kind in (ENTRY, EXIT)],
        trades=_trades(alerts),
        decimals=decimals_of(replay.symbol),
    )


def _bars(replay: Replay, strategy: Strategy, after_ts: int) -> list[list[float]]:
    days = calendar.previous_sessions(replay.day, DAYS_BEFORE)
    start_ts = max(eastern.midnight((days or [replay.day])[0].toordinal()), after_ts)
    now_ts = clock.now(replay.source)
    series = replay.source, replay.symbol, strategy.timeframe, strategy.trading_session
    return rows_of(load_bars(*series, start_ts, now_ts, now_ts))


def _trades(alerts: list[Alert]) -> list[ChartTrade]:
    exits = {alert.entry_bar_ts: alert for alert in alerts if alert.kind is EXIT}
    entries = [alert for alert in alerts if alert.kind is ENTRY]
    return [trade_of(one, one, exits.get(one.bar_ts)) for one in entries]
