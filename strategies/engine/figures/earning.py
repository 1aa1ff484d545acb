"""When trades earn: R by the states at entry, by the clock, by holding time and by volatility.

Axis 0 is the trade, in exit order; R net of costs; closed trades that count. JSON-ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

import numpy as np

from strategies.engine.figures.slices import Slice, slice_intervals
from strategies.engine.indicators import atr
from strategies.engine.types import Bars, Floats, Int64s
from strategies.engine.walk.trades import Trade

EASTERN = ZoneInfo("America/New_York")
NS = 1_000_000_000
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Ends of holding times in seconds, the last without one.
HOLDS = (5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY, 5 * DAY)
N_FIFTHS = 5
# Trades of a scatter fall into cells of its range; each cell is drawn once.
N_CELLS = 200
# Far-out excursions stand at the edge.
RANGE_PERCENT = 99.5


class Scatter(TypedDict):
    """Excursions: of each cell how far behind and ahead its trades went, in R, how many lie in it
    and how many won."""

    mae: list[float]
    mfe: list[float]
    n: list[int]
    wins: list[int]
    most_mae: float
    most_mfe: float
    # Trades that went further and stand at the edge.
    n_beyond: int


class StopCounts(TypedDict):
    """Plain facts of stored trades: how many fell as far as each level of R, and won after."""

    levels: list[float]
    reached: list[int]
    won: list[int]


class Earning(TypedDict):
    """Slices by name; those of `states` are one family, those of the other four another."""

    n_trades: int
    states: dict[str, Slice]
    hours: dict[str, Slice]
    weekdays: dict[str, Slice]
    holding: dict[str, Slice]
    volatility: dict[str, Slice]
    # Ends of the fifths of volatility, in percent of the price.
    fifths: list[float]
    scatter: Scatter | None
    stops: StopCounts


Names = Iterable[str]
STOP_LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def earning(trades: Sequence[Trade], dates: Sequence[int], bars: Bars) -> Earning:
    """All slices of a list of closed trades.

    Parameters
    ----------
    trades : closed trades that count, in exit order
    dates : the date on which each counts, as an ordinal
    bars : the loaded bars, the warm-up among them, so that the ATR is known at the first entry
    """
    rs = np.array([trade.r_multiple for trade in trades], np.float64)
    days = np.asarray(dates, np.int64)
    volatility = entry_volatility(trades, bars)
    fifths = _fifths(volatility)
    kinds = {
        "hours": _grouped([[f"{one.hour:02d}"] for one in _entered(trades)]),
        "weekdays": _grouped([[str(one.weekday())] for one in _entered(trades)]),
        "holding": _grouped([[str(_hold(trade.hold_seconds))] for trade in trades]),
        "volatility": _grouped(_fifth_names(volatility, fifths)),
    }
    apart = {f"{kind} {name}": at for kind, found in kinds.items() for name, at in found.items()}
    family = slice_intervals(rs, days, apart)
    states = _grouped([trade.confluence_records for trade in trades])
    return {
        "n_trades": len(trades),
        "states": slice_intervals(rs, days, states),
        "hours": _of("hours", family),
        "weekdays": _of("weekdays", family),
        "holding": _of("holding", family),
        "volatility": _of("volatility", family),
        "fifths": fifths.tolist(),
        "scatter": scatter(trades, rs),
        "stops": stop_counts(trades),
    }


def _of(kind: str, family: dict[str, Slice]) -> dict[str, Slice]:
    start = f"{kind} "
    return {k.removeprefix(start): one for k, one in family.items() if k.startswith(start)}


def _grouped(names: Sequence[Names]) -> dict[str, Int64s]:
    """The places of the trades under each name, names in their order."""
    found: dict[str, list[int]] = {}
    for place, some in enumerate(names):
        for name in some:
            found.setdefault(name, []).append(place)
    return {name: np.array(found[name], np.int64) for name in sorted(found)}


def _entered(trades: Sequence[Trade]) -> list[datetime]:
    """When each was filled, by the Eastern clock."""
    return [datetime.fromtimestamp(trade.entry_fill_ns // NS, EASTERN) for trade in trades]


def _hold(seconds: float) -> int:
    return int(np.searchsorted(HOLDS, seconds, side="right"))


def entry_volatility(trades: Sequence[Trade], bars: Bars) -> Floats:
    """ATR (14) in percent of the close, of the bar before that of each entry; NaN where unknown.

    Notes
    -----
    That bar has closed before any entry, whichever way it is filled.
    """
    columns = np.full((1, bars.n), np.nan)
    none = np.empty(0)
    codes, bits = np.zeros(bars.n, np.int8), np.zeros(bars.n, np.uint16)
    atr.run_nb(none, np.zeros(3), bars, columns, codes, bits)
    with np.errstate(all="ignore"):
        share = 100.0 * columns[0] / np.abs(bars.close)
    starts = np.array([trade.entry_bar_ns for trade in trades], np.int64)
    before = np.searchsorted(bars.start_ns, starts) - 1
    values: Floats = np.where(before >= 0, share[before], np.nan) if bars.n else np.empty(0)
    return np.where(np.isfinite(values), values, np.nan)


def _fifths(volatility: Floats) -> Floats:
    known = volatility[np.isfinite(volatility)]
    if known.size < N_FIFTHS or known.min() == known.max():
        return np.empty(0)
    return np.quantile(known, np.arange(1, N_FIFTHS) / N_FIFTHS)


def _fifth_names(volatility: Floats, fifths: Floats) -> list[Names]:
    if not fifths.size:
        return [[] for _ in volatility]
    places = np.searchsorted(fifths, volatility, side="left")
    known = np.isfinite(volatility).tolist()
    pairs = zip(places.tolist(), known, strict=True)
    return [[str(place)] if is_known else [] for place, is_known in pairs]


def scatter(trades: Sequence[Trade], rs: Floats) -> Scatter | None:
    """Excursions by cells as fine as they can be drawn; None without trades."""
    if not trades:
        return None
    # A trade's MAE is the R it fell to: below zero where it was behind.
    mae = np.maximum(0.0, -np.array([one.mae_r for one in trades]))
    mfe = np.maximum(0.0, np.array([one.mfe_r for one in trades]))
    most_mae, most_mfe = (float(np.percentile(one, RANGE_PERCENT)) or 1.0 for one in (mae, mfe))
    x, y = (
        np.minimum(N_CELLS, np.floor(N_CELLS * one / most)).astype(np.int64)
        for one, most in ((mae, most_mae), (mfe, most_mfe))
    )
    cells, place, counts = np.unique(x * (N_CELLS + 1) + y, return_inverse=True, return_counts=True)
    wins = np.bincount(place, rs > 0.0).astype(np.int64)
    return {
        "mae": (cells // (N_CELLS + 1) * most_mae / N_CELLS).round(4).tolist(),
        "mfe": (cells % (N_CELLS + 1) * most_mfe / N_CELLS).round(4).tolist(),
        "n": counts.tolist(),
        "wins": wins.tolist(),
        "most_mae": most_mae,
        "most_mfe": most_mfe,
        "n_beyond": int(((mae > most_mae) | (mfe > most_mfe)).sum()),
    }


def stop_counts(trades: Sequence[Trade]) -> StopCounts:
    """How many trades were as far behind as each level, and how many of those won all the same."""
    mae = -np.array([trade.mae_r for trade in trades], np.float64)
    won = np.array([trade.win for trade in trades], bool)
    reached = [mae >= level for level in STOP_LEVELS]
    return {
        "levels": list(STOP_LEVELS),
        "reached": [int(one.sum()) for one in reached],
        "won": [int((one & won).sum()) for one in reached],
    }
