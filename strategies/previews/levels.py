"""Where a pack stops, aims and leaves: distances at every bar, entries walked by the engine."""

from collections import Counter

import numpy as np

from strategies.engine.figures.distances import (
    SHARES,
    Basis,
    DistanceFigures,
    distance,
    distance_figures,
    target_distance,
)
from strategies.engine.nodes.groups import NodeGroup
from strategies.engine.program.binding import ATR_KEY, swing_key
from strategies.engine.program.program import compile_program
from strategies.engine.spec import Protection
from strategies.engine.walk.trades import Trade
from strategies.previews.documents import (
    ChartDocument,
    EntryDocument,
    LevelsResult,
    LineDocument,
    MarkerDocument,
    ReasonDocument,
)
from strategies.previews.subject import (
    MOST_DRAWN,
    NS,
    SHOWN_ROWS,
    STEP_BARS,
    Steps,
    Subject,
    drawn_bars,
)
from strategies.words.exits import reason_text


def levels_of(subject: Subject) -> Steps:
    """Walks the entries of the preview with the pack's stop, target and exits."""
    program = compile_program(subject.spec)
    memory, trades, n_rejected = program.new_memory(), [], 0
    for begin in range(0, subject.bars.n, STEP_BARS):
        yield 0.6 * begin / subject.bars.n, "Computing entries and exits"
        part = subject.bars.take(slice(begin, begin + STEP_BARS))
        advance = program.advance(memory, part, {}, first_visible_index=subject.first)
        trades += advance.trades
        n_rejected += len(advance.rejected)
    yield 0.7, "Measuring distances"
    stop, target = _distances(subject)
    yield 0.95, "Drawing"
    return _result(subject, trades, n_rejected, (stop, target)), _chart(subject, trades)


Distances = tuple[DistanceFigures | None, DistanceFigures | None]


def _distances(subject: Subject) -> Distances:
    """Of stop and target over the visible bars; none for packs that only leave by time."""
    spec = subject.spec
    if subject.pack.template.family != "risk":
        return None, None
    basis = basis_of(subject, spec.stop)
    side = 1.0 if spec.is_long else -1.0
    stop = distance(spec.stop, basis, -side)
    if spec.target is None:
        return distance_figures(stop, basis), None
    target = target_distance(spec.target, stop, basis, side)
    return distance_figures(stop, basis), distance_figures(target, basis)


def basis_of(subject: Subject, stop: Protection) -> Basis:
    """ATR and swing extremes at the close of every visible bar."""
    keys = [ATR_KEY, *([swing_key(stop)] if stop.method == "swing" else [])]
    outputs = NodeGroup.new(keys).step(subject.bars)
    columns = [outputs.of(key).columns[:, subject.first :] for key in keys]
    nothing = np.full(columns[0].shape[1], np.nan)
    lowest, highest = columns[1] if len(columns) > 1 else (nothing, nothing)
    return Basis(subject.visible.close, columns[0][0], lowest, highest)


def _result(
    subject: Subject, trades: list[Trade], n_rejected: int, distances: Distances
) -> LevelsResult:
    held = np.array([trade.bars_held for trade in trades], np.float64)
    return {
        "kind": "levels",
        "span": subject.span,
        "stop": distances[0],
        "target": distances[1],
        "n_entries": len(trades),
        "n_rejected": n_rejected,
        "reasons": _reasons(trades),
        "held_bars": np.percentile(held, SHARES).tolist() if trades else None,
        "entries": [_entry(trade) for trade in trades[-SHOWN_ROWS:][::-1]],
    }


def _reasons(trades: list[Trade]) -> list[ReasonDocument]:
    counted = Counter(trade.exit_reason for trade in trades)
    return [
        {"reason": reason_text(reason), "n": n, "share": n / len(trades)}
        for reason, n in counted.most_common()
    ]


def _entry(trade: Trade) -> EntryDocument:
    return {
        "entry_ts": trade.entry_bar_ns // NS,
        "entry_known_ts": trade.entry_fill_ns // NS,
        "exit_ts": trade.exit_bar_ns // NS,
        "exit_known_ts": trade.exit_fill_ns // NS,
        "direction": trade.direction,
        "entry_price": trade.entry_price,
        "stop_price": trade.initial_stop_price,
        "target_price": trade.target_price,
        "exit_price": trade.exit_price,
        "reason": reason_text(trade.exit_reason),
        "bars_held": trade.bars_held,
    }


def _chart(subject: Subject, trades: list[Trade]) -> ChartDocument:
    bars = subject.visible
    drawn = bars.take(slice(max(0, bars.n - MOST_DRAWN), None))
    first_ns = int(drawn.start_ns[0])
    shown = [(n, trade) for n, trade in enumerate(trades, 1) if trade.exit_bar_ns >= first_ns]
    return {
        "bars": drawn_bars(drawn),
        "overlays": [],
        "columns": [],
        "states": None,
        "codes": [],
        "markers": [mark for n, trade in shown for mark in _markers(n, trade)],
        "trades": [_line(n, trade) for n, trade in shown],
        "is_truncated": drawn.n < bars.n,
    }


def _markers(number: int, trade: Trade) -> list[MarkerDocument]:
    both: list[MarkerDocument] = []
    for kind, at, price, reason in (
        ("entry", trade.entry_bar_ns, trade.entry_price, ""),
        ("exit", trade.exit_bar_ns, trade.exit_price, reason_text(trade.exit_reason)),
    ):
        both.append(
            {
                "ts": at // NS,
                "kind": kind,
                "side": trade.direction,
                "price": price,
                "text": "",
                "trade": number,
                "reason": reason,
            }
        )
    return both


def _line(number: int, trade: Trade) -> LineDocument:
    return {
        "number": number,
        "entry_ts": trade.entry_bar_ns // NS,
        "exit_ts": trade.exit_bar_ns // NS,
        "entry": trade.entry_price,
        "exit": trade.exit_price,
        "stop": trade.initial_stop_price,
        "target": trade.target_price,
        "r": trade.r_multiple,
    }
