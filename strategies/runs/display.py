"""A run as pages show it: state, figures, curve, and the trades on its chart."""

from typing import Any

from django.utils import timezone

from accounts.models import UserSettings
from market.prices import decimals_of
from market.sources import kind_of, label_of
from strategies.builder.offers import record_text, trigger_text
from strategies.models import Pack, Run, Trade
from strategies.runs.analytics import band_line, monthly_rows
from strategies.words.exits import reason_text
from strategies.words.figures import GROUPS, PRIMARY, shown

# Fewer trades than this say little about a strategy.
ENOUGH_TRADES = 30
REJECTIONS = {
    "atr_unavailable": "The ATR was not known yet.",
    "no_bars_for_swing_stop": "No bars before the entry to take a swing from.",
    "stop_on_wrong_side": "The stop would have been on the wrong side of the entry.",
    "zero_risk": "The stop would have been at the entry price.",
}


def run_context(run: Run) -> dict[str, Any]:
    """What the run panel needs in any status."""
    context: dict[str, Any] = {"run": run, "elapsed_s": elapsed_seconds(run)}
    if run.status == Run.Status.SUCCEEDED:
        context.update(result_context(run))
    return context


def result_context(run: Run) -> dict[str, Any]:
    """Figures and curve of a finished run."""
    result = run.result
    kpis = result.get("kpis", {})
    extended = {
        **kpis,
        **result.get("kpis_extended", {}),
        "n_trials": result.get("n_trials", 1),
    }
    groups = [(title, _known(keys, extended)) for title, keys in GROUPS]
    packs = list(Pack.objects.for_user(run.user))
    return {
        "result": result,
        "kpis": shown(PRIMARY, kpis),
        "groups": groups,
        "lacks_trades": any(one.text == "—" and one.note for _, group in groups for one in group),
        "band": band_line(result.get("kpis_band")),
        "monthly": monthly_rows(result.get("monthly")),
        "equity": equity_points(result.get("equity", {})),
        "boundary_ts": run.forward_start_ts if _has_boundary(result) else None,
        "histogram": {"values": result.get("r_multiples", [])},
        "open_trade": result.get("open_trade"),
        "open_records": _texts(packs, result.get("open_trade")),
        "rejected": [
            {**one, "text": REJECTIONS.get(one["reason"], one["reason"])}
            for one in result.get("rejected", [])
        ],
        "warnings": [*_sample_note(kpis), *result.get("warnings", [])],
        "source_label": label_of(run.data_source),
        "is_simulated": kind_of(run.data_source).is_simulated,
        "has_trades": bool(kpis.get("total_trades")),
        "decimals": decimals_of(run.symbol),
        "entry_text": trigger_text(packs, run.config.get("entry_trigger_confluence_id") or ""),
    }


def _sample_note(kpis: dict[str, Any]) -> list[str]:
    n = int(kpis.get("total_trades") or 0)
    if not 0 < n < ENOUGH_TRADES:
        return []
    return [f"not enough trades to judge by ({n} of {ENOUGH_TRADES})"]


def _known(keys: tuple[str, ...], values: dict[str, Any]) -> Any:
    return shown(tuple(key for key in keys if key in values), values)


def _has_boundary(result: dict[str, Any]) -> bool:
    return result.get("equity", {}).get("boundary_index") is not None


def _texts(packs: list[Pack], trade: dict[str, Any] | None) -> list[str]:
    return [record_text(packs, one) for one in (trade or {}).get("confluence_records", [])]


def equity_points(curve: dict[str, Any]) -> dict[str, Any]:
    """The curve as the equity chart takes it; the segment follows the boundary index."""
    boundary = curve.get("boundary_index")
    times, values = curve.get("exit_times", []), curve.get("cumulative_r", [])
    points = [
        {
            "ts": ts,
            "r": value,
            "segment": "forward" if boundary is not None and place >= boundary else "backtest",
        }
        for place, (ts, value) in enumerate(zip(times, values, strict=True))
    ]
    first = times[boundary] if boundary is not None and boundary < len(times) else None
    return {"points": points, "boundary_ts": first}


def elapsed_seconds(run: Run) -> int | None:
    if run.started_at is None:
        return None
    return int(((run.finished_at or timezone.now()) - run.started_at).total_seconds())


def chart_trades(run: Run, page: dict[str, Any]) -> dict[str, Any]:
    """Markers and stop and target lines of the trades inside a stretch of the chart."""
    bars = page["bars"]
    if not bars:
        return {"markers": [], "trades": [], "decimals": 2, "timezone": "US/Eastern"}
    first, last = bars[0][0], bars[-1][0]
    trades = list(run.trades.filter(entry_bar_ts__lte=last, exit_bar_ts__gte=first))
    preferences = UserSettings.objects.filter(user=run.user_id).first()
    return {
        "markers": [marker for trade in trades for marker in _markers(trade, first, last)],
        "trades": [_line(trade) for trade in trades],
        "decimals": decimals_of(run.symbol),
        "timezone": preferences.display_timezone if preferences else "US/Eastern",
    }


def _markers(trade: Trade, first: int, last: int) -> list[dict[str, Any]]:
    base = {"side": trade.direction, "r": trade.r_multiple, "trade": trade.number}
    entry = {
        **base,
        "ts": trade.entry_bar_ts,
        "price": trade.entry_price,
        "kind": "entry",
        "reason": "",
    }
    leave = {
        **base,
        "ts": trade.exit_bar_ts,
        "price": trade.exit_price,
        "kind": "exit",
        "reason": reason_text(trade.exit_reason),
    }
    return [marker for marker in (entry, leave) if first <= int(marker["ts"] or 0) <= last]


def _line(trade: Trade) -> dict[str, Any]:
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
