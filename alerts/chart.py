"""The bars around an alert, with its trade, for the price chart of its page."""

from typing import TypedDict

from alerts.kinds import Order
from alerts.models import Alert
from alerts.models.drawing import DrawnLine
from market.arrays import Bars
from market.bars import load_bars
from market.timeframes import TIMEFRAMES
from strategies.words.exits import reason_text

SHOWN_BARS, SHOWN_AFTER = 60, 12
NS, DAY = 1_000_000_000, 86_400
# Bars of so many days are looked through: nights, weekends and holidays lie between.
LOOKED_BACK = 7
REGULAR = "RTH"


class Mark(TypedDict):
    ts: int
    kind: str
    side: str
    r: float | None
    reason: str


class ChartTrade(TypedDict):
    entry_ts: int
    exit_ts: int | None
    entry: float
    exit: float | None
    stop: float | None
    target: float | None
    r: float | None


class Level(TypedDict):
    """A line over the whole chart; `tone` is a colour of the theme."""

    price: float
    label: str
    tone: str


class AlertChart(TypedDict):
    """`is_pending`: a worker draws the lines; `drawing.finished` tells when they are there.

    `note`: what is not drawn, and why.
    """

    bars: list[list[float]]
    overlays: list[DrawnLine]
    markers: list[Mark]
    trades: list[ChartTrade]
    levels: list[Level]
    decimals: int
    has_more: bool
    is_pending: bool
    note: str


def chart_of(alert: Alert, other: Alert | None) -> AlertChart:
    """`other`: the alert of the other end of the same trade."""
    pair = [one for one in (alert, other) if one is not None]
    entry = next((one for one in pair if one.kind.order is Order.OPEN), None)
    leave = next((one for one in pair if one.kind.order is Order.CLOSE), None)
    trade = trade_of(alert, entry, leave) if alert.entry_bar_ts is not None else None
    return {
        "bars": shown_bars(alert),
        "overlays": [],
        "markers": [mark_of(one) for one in pair],
        "trades": [trade] if trade else [],
        "levels": _levels(alert, trade) if trade else [],
        "decimals": alert.shown_decimals,
        "has_more": False,
        "is_pending": False,
        "note": "",
    }


def _levels(alert: Alert, trade: ChartTrade) -> list[Level]:
    """Entry, stop and target as they stood at this alert."""
    prices = (
        ("Entry", trade["entry"], "accent"),
        ("Stop", alert.stop_price, "loss"),
        ("Target", alert.target_price, "gain"),
    )
    return [
        {"price": price, "label": label, "tone": tone}
        for label, price, tone in prices
        if price is not None
    ]


def shown_bars(alert: Alert) -> list[list[float]]:
    """Rows of start, open, high, low, close, volume; none where they are gone."""
    seconds = TIMEFRAMES[alert.timeframe].seconds
    session = alert.strategy.trading_session if alert.strategy else REGULAR
    # Closed bars of a day are few: as many days as bars are wanted, else some days of the clock.
    back_s = LOOKED_BACK * DAY if seconds < DAY else 2 * SHOWN_BARS * seconds
    start_ts, end_ts = alert.bar_ts - back_s, alert.bar_ts + back_s
    found = load_bars(alert.data_source, alert.symbol, alert.timeframe, session, start_ts, end_ts)
    rows = rows_of(found)
    last = min(len(rows), sum(row[0] <= alert.bar_ts for row in rows) + SHOWN_AFTER)
    return rows[max(0, last - SHOWN_BARS) : last]


def rows_of(bars: Bars) -> list[list[float]]:
    """As the price chart takes bars."""
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    starts = (bars.start_ns // NS).tolist()
    return [list(row) for row in zip(starts, *(one.tolist() for one in columns), strict=True)]


def mark_of(alert: Alert) -> Mark:
    r_multiple = alert.details.get("r_multiple")
    return {
        "ts": alert.bar_ts,
        "kind": "exit" if alert.is_exit else "entry",
        "side": alert.direction,
        "r": r_multiple if alert.is_exit else None,
        "reason": reason_text(alert.exit_reason) if alert.exit_reason else "",
    }


def trade_of(alert: Alert, entry: Alert | None, leave: Alert | None) -> ChartTrade:
    """The trade that `alert` begins or ends, as far as these two tell."""
    assert alert.entry_bar_ts is not None
    first, details = entry or alert, alert.details
    stop = details.get("initial_stop_price", first.stop_price)
    return {
        "entry_ts": alert.entry_bar_ts,
        "exit_ts": leave.bar_ts if leave else None,
        "entry": details.get("entry_price", first.price),
        "exit": leave.price if leave else None,
        "stop": stop,
        "target": first.target_price,
        "r": leave.details.get("r_multiple") if leave else None,
    }
