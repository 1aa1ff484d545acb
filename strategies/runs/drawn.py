"""The price chart of a run as its page takes it: a stretch of bars with the trades inside it."""

from collections.abc import Iterator

from accounts.models import UserSettings
from market import clock
from market.bars import load_bars
from market.prices import decimals_of
from strategies.models import Run, Trade
from strategies.models.documents import RunResult
from strategies.runs.charts import chart_after, chart_page
from strategies.words.exits import reason_text

Part = dict[str, object]
Rows = list[list[float]]
# Of a chart that follows its source: newer bars in one answer; what is left comes with the next.
MOST_NEWER = 5_000
NS = 1_000_000_000


def chart_of(run: Run | None, before: int | None, n_parts: int) -> Part:
    """The stretch of a run's chart that starts before `before`, with the trades inside it."""
    if run is None:
        return {"bars": [], "overlays": [], "markers": [], "trades": []}
    page = chart_page(run, before, n_parts)
    bars = page["bars"]
    if not bars:
        return {**page, "markers": [], "trades": [], "decimals": 2, "timezone": "US/Eastern"}
    preferences = UserSettings.objects.filter(user=run.user_id).first()
    return {
        **page,
        **(_ends(run) if before is None else {}),
        **_trades_on(run, bars),
        "decimals": decimals_of(run.symbol),
        "timezone": preferences.display_timezone if preferences else "US/Eastern",
    }


def newer_of(run: Run, after_ts: int) -> Part:
    """The chart from a bar on, and the bars that have closed since the result was computed.

    Those have no lines and no trades: no page computes any. `n_newer` counts them.
    """
    page = chart_after(run, after_ts)
    newer = _closed_since(run, page["computed_ts"])
    newer = [bar for bar in newer if bar[0] >= after_ts]
    nothing: list[None] = [None] * len(newer)
    return {
        "bars": [*page["bars"], *newer],
        "overlays": [{**one, "values": [*one["values"], *nothing]} for one in page["overlays"]],
        **_trades_on(run, page["bars"]),
        "computed_ts": page["computed_ts"],
        "n_newer": len(newer),
        "edition": edition_of(run),
    }


def edition_of(run: Run) -> str:
    """Changes when the past of a chart is another: newer bars alone leave it as it is."""
    return f"{run.code} {run.data_version}"


def _closed_since(run: Run, computed_ts: int | None) -> Rows:
    if computed_ts is None:
        return []
    now_ts, session = clock.now(run.data_source), str(run.config["trading_session"])
    series = run.data_source, run.symbol, run.timeframe, session
    found = load_bars(*series, computed_ts + 1, run.end_ts(now_ts), now_ts)
    starts = (found.start_ns[:MOST_NEWER] // NS).tolist()
    prices = [column[:MOST_NEWER].tolist() for column in found[2:7]]
    return [list(row) for row in zip(starts, *prices, strict=True)]


def _trades_on(run: Run, bars: Rows) -> Part:
    if not bars:
        return {"markers": [], "trades": []}
    first, last = bars[0][0], bars[-1][0]
    trades = _drawn_trades(run, first, last)
    return {
        "markers": [marker for trade in trades for marker in _markers(trade, first, last)],
        "trades": [_line(trade) for trade in trades],
    }


def _ends(run: Run) -> Part:
    """Where the whole chart begins, and the bar on which its last trade was entered.

    None for the latter while a trade is open: the newest bars show it.
    """
    newest = run.trades.order_by("-number").values_list("entry_bar_ts", flat=True).first()
    result: RunResult = run.result
    return {
        "edition": edition_of(run),
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
