"""The price chart of a run as its page takes it: a stretch of bars with the trades inside it."""

from collections.abc import Iterator

from accounts.models import UserSettings
from market.prices import decimals_of
from strategies.models import Run, Trade
from strategies.models.documents import RunResult
from strategies.runs.charts import chart_page
from strategies.words.exits import reason_text

Part = dict[str, object]


def chart_of(run: Run | None, before: int | None, n_parts: int) -> Part:
    """The stretch of a run's chart that starts before `before`, with the trades inside it."""
    if run is None:
        return {"bars": [], "overlays": [], "markers": [], "trades": []}
    page = chart_page(run, before, n_parts)
    bars = page["bars"]
    if not bars:
        return {**page, "markers": [], "trades": [], "decimals": 2, "timezone": "US/Eastern"}
    first, last = bars[0][0], bars[-1][0]
    trades = _drawn_trades(run, first, last)
    preferences = UserSettings.objects.filter(user=run.user_id).first()
    return {
        **page,
        **(_ends(run) if before is None else {}),
        "markers": [marker for trade in trades for marker in _markers(trade, first, last)],
        "trades": [_line(trade) for trade in trades],
        "decimals": decimals_of(run.symbol),
        "timezone": preferences.display_timezone if preferences else "US/Eastern",
    }


def _ends(run: Run) -> Part:
    """Where the whole chart begins, and the bar on which its last trade was entered.

    None for the latter while a trade is open: the newest bars show it.
    """
    newest = run.trades.order_by("-number").values_list("entry_bar_ts", flat=True).first()
    result: RunResult = run.result
    return {
        "oldest_ts": run.chart_parts.oldest_ts(),
        "last_trade_ts": None if result.get("open_trade") else newest,
    }


def _drawn_trades(run: Run, first: float, last: float) -> list[Trade]:
    """Trades over some bars, oldest first; the open one as a row that is stored nowhere."""
    trades = list(run.trades.filter(entry_bar_ts__lte=last, exit_bar_ts__gte=first))
    result: RunResult = run.result
    held = result.get("open_trade")
    if held is None or held["entry_bar_ts"] > last:
        return trades
    prices = {name: held[name] for name in ("entry_price", "target_price", "direction")}
    stop = {"initial_stop_price": held["stop_price"]}
    return [*trades, Trade(entry_bar_ts=held["entry_bar_ts"], **prices, **stop)]


def _markers(trade: Trade, first: float, last: float) -> Iterator[Part]:
    base = {"side": trade.direction, "r": trade.r_multiple, "trade": trade.number}
    reason = reason_text(trade.exit_reason) if trade.exit_reason else ""
    for kind, ts, price, text in (
        ("entry", trade.entry_bar_ts, trade.entry_price, ""),
        ("exit", trade.exit_bar_ts, trade.exit_price, reason),
    ):
        if first <= (ts or 0) <= last:
            yield {**base, "ts": ts, "price": price, "kind": kind, "reason": text}


def _line(trade: Trade) -> Part:
    """A trade between its stop and its target."""
    return {
        "number": trade.number,
        "entry_ts": trade.entry_bar_ts,
        "exit_ts": trade.exit_bar_ts,
        "entry": trade.entry_price,
        "exit": trade.exit_price,
        "stop": trade.initial_stop_price,
        "target": trade.target_price,
        "r": trade.r_multiple,
    }
