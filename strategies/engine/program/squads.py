"""Many strategies over the same few bars in one call: what the monitor does on every bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from strategies.engine.nodes.frames import Frame
from strategies.engine.program.advance import Advance
from strategies.engine.program.program import Position, Program
from strategies.engine.types import Int64s, Rows
from strategies.engine.walk.hifi import Finer
from strategies.engine.walk.kernel import squad_nb
from strategies.engine.walk.positions import POSITION, REJECTED, TRADE

# Longer stretches, such as replays, are walked one strategy at a time.
FEW_BARS = 16


class Rank(NamedTuple):
    """Several bindings of one layout, one after the other."""

    rules: Rows
    triggers: Rows
    required: Int64s
    required_starts: Int64s
    bases: Int64s
    limits: Rows
    costs: Rows
    costs_starts: Int64s


class _Kept(NamedTuple):
    programs: tuple[Program, ...]
    rank: Rank


def walk_many(
    programs: Sequence[Program],
    positions: Sequence[Position],
    frame: Frame,
    first_visible: Sequence[int],
    finer: Sequence[Finer | None] | None = None,
) -> list[Advance]:
    """Walk each position over the frame, as `Program.walk` does.

    All positions have seen the same number of bars. `first_visible` is the index in the window
    from which each strategy may enter, `finer` what each asks where finer bars decide what limits
    count; with one of those, each is walked by itself.
    """
    if not programs:
        return []
    is_squad = frame.bars.n <= FEW_BARS and len(programs) > 1
    if is_squad and not any(program.awaits_finer for program in programs):
        return _walk_squad(programs, positions, frame, first_visible)
    found = []
    asks = finer or [None] * len(programs)
    for program, position, first, ask in zip(programs, positions, first_visible, asks, strict=True):
        found.append(program.walk(position, frame, first_visible_index=first, finer=ask))
    return found


def _walk_squad(
    programs: Sequence[Program],
    positions: Sequence[Position],
    frame: Frame,
    first_visible: Sequence[int],
) -> list[Advance]:
    n_members, size, offset = len(programs), frame.bars.n + 1, positions[0].n_seen
    # As plain numbers: rows with fields take long to join.
    numbers = [position.row.view(np.int64) for position in positions]
    rows = np.concatenate(numbers).view(POSITION)
    firsts = np.array(
        [
            max(0, max(program.warm_up_bars, first) - offset)
            for program, first in zip(programs, first_visible, strict=True)
        ],
        np.int64,
    )
    trades, rejected = np.empty(n_members * size, TRADE), np.empty(n_members * size, REJECTED)
    counts = np.zeros((n_members, 2), np.int64)
    squad_nb(
        *_rank(programs, frame),
        rows,
        frame.bars,
        offset,
        firsts,
        frame.codes,
        frame.own.bits,
        frame.own.columns,
        *frame.own.last,
        trades,
        rejected,
        counts,
    )
    found = []
    for s, (n_trades, n_rejected) in enumerate(counts.tolist()):
        positions[s].row = rows[s : s + 1]
        begin = s * size
        found.append(
            programs[s].settle(
                positions[s],
                frame,
                trades[begin : begin + n_trades],
                rejected[begin : begin + n_rejected],
            )
        )
    return found


def _rank(programs: Sequence[Program], frame: Frame) -> Rank:
    """The bindings of these programs in one piece, kept while the same ones walk together."""
    bindings = frame.layout.bindings
    kept = bindings.get(_Kept)
    # Programs compare by identity.
    if isinstance(kept, _Kept) and kept.programs == tuple(programs):
        return kept.rank
    each = [program.binding(frame.layout) for program in programs]
    rank = Rank(
        np.concatenate([binding.rules for binding in each]),
        np.concatenate([binding.triggers for binding in each]),
        np.concatenate([binding.required for binding in each]),
        _starts([len(binding.required) for binding in each]),
        np.array([binding.bases for binding in each]),
        np.concatenate([binding.limits for binding in each]),
        np.concatenate([binding.costs for binding in each]),
        _starts([len(binding.costs) for binding in each]),
    )
    bindings[_Kept] = _Kept(tuple(programs), rank)
    return rank


def _starts(lengths: list[int]) -> Int64s:
    return np.cumsum(np.array([0, *lengths], np.int64))
