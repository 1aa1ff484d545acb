"""What a pack with states and triggers says over bars: tables, figures and what a chart draws."""

from typing import NamedTuple

import numpy as np

from strategies.engine.figures.moves import HORIZONS, Moves, move_figures, moves_after
from strategies.engine.figures.states import (
    NONE,
    Runs,
    runs_of,
    shares_by,
    state_figures,
    transitions,
)
from strategies.engine.nodes.groups import NodeGroup
from strategies.engine.program.compiled import node_key
from strategies.engine.types import Bars, Bits, Bools, Floats, Int8s
from strategies.previews.documents import (
    ChangeDocument,
    ChartDocument,
    EventDocument,
    MarkerDocument,
    NextState,
    StateDocument,
    StatesResult,
    TriggerDocument,
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
from strategies.runs.charts import overlay_of, plain_column

# Neither gain and loss nor segments: those have colours of their own.
COLORS = (
    "#8b5cf6", "#06b6d4", "#ec4899", "#eab308", "#64748b", "#a16207", "#c4b5fd", "#155e75",
)  # fmt: skip
MOST_TABLED = 8
MOST_NEXT = 3


class Said(NamedTuple):
    """Columns (outputs, n), codes (n,) and trigger words (n,) of the visible bars."""

    bars: Bars
    columns: Floats
    codes: Int8s
    bits: Bits

    def events(self, place: int) -> Bools:
        found: Bools = (self.bits >> place) & 1 == 1
        return found


def said_by(subject: Subject) -> Steps:
    """Steps the pack's node over its bars and sums up what it said."""
    key = node_key(subject.pack, subject.is_daily)
    if key is None:
        raise TypeError(f"{subject.pack.base_template} has no node on this timeframe")
    group = NodeGroup.new([key])
    parts = []
    for begin in range(0, subject.bars.n, STEP_BARS):
        yield 0.6 * begin / subject.bars.n, "Computing indicators"
        parts.append(group.step(subject.bars.take(slice(begin, begin + STEP_BARS))).of(key))
    kept = slice(subject.first, None)
    columns = np.concatenate([part.columns for part in parts], axis=1)[:, kept]
    codes = np.concatenate([part.codes for part in parts])[kept]
    said = Said(subject.visible, columns, codes, np.concatenate([p.bits for p in parts])[kept])
    yield 0.6, "Summing up states and triggers"
    result = _result(subject, said)
    yield 0.95, "Drawing"
    return result, _chart(subject, said)


def _result(subject: Subject, said: Said) -> StatesResult:
    template, bars = subject.pack.template, said.bars
    n_states = len(template.states)
    runs = runs_of(said.codes)
    counts = transitions(runs, n_states)
    events = [said.events(place) for place in range(len(template.triggers))]
    moves = move_figures(bars, events, is_daily=subject.is_daily)
    is_tabled = 0 < n_states <= MOST_TABLED
    changes = _changes(subject, runs)
    return {
        "kind": "states",
        "span": subject.span,
        "n_without_state": int((said.codes == NONE).sum()) if n_states else 0,
        "states": _states(subject, runs, counts),
        "transitions": counts if is_tabled else None,
        "by_hour": shares_by(said.codes, bars.minute // 60, n_states)
        if is_tabled and not subject.is_daily
        else [],
        "by_weekday": shares_by(said.codes, bars.weekday, n_states)
        if is_tabled and subject.span["seconds"] <= 86_400
        else [],
        "changes": changes[-SHOWN_ROWS:][::-1],
        "n_changes": len(changes),
        "horizons": moves.horizons,
        "all_bars": moves.all_bars,
        "triggers": _triggers(subject, said, moves),
        "events": _events(subject, said),
        "n_events": sum(int(one.sum()) for one in events),
        "n_intervals": moves.n_intervals,
    }


def color_of(place: int) -> str:
    return COLORS[place % len(COLORS)]


def letter_of(place: int) -> str:
    """`A`, `B`, … `Z`, `A2`: the mark of a trigger on the chart."""
    again = place // 26
    return chr(ord("A") + place % 26) + (str(again + 1) if again else "")


def _states(subject: Subject, runs: Runs, counts: list[list[int]]) -> list[StateDocument]:
    states = subject.pack.template.states
    figures = state_figures(runs, len(states))
    return [
        {
            **figures[place],
            "name": state.name,
            "meaning": state.meaning,
            "color": color_of(place),
            "next": _next(counts[place], subject.pack.template.state_names()),
        }
        for place, state in enumerate(states)
    ]


def _next(counts: list[int], names: tuple[str, ...]) -> list[NextState]:
    total = sum(counts)
    often = sorted(range(len(counts)), key=lambda place: (-counts[place], place))
    return [
        {"name": names[place], "share": counts[place] / total}
        for place in often[:MOST_NEXT]
        if counts[place]
    ]


def _changes(subject: Subject, runs: Runs) -> list[ChangeDocument]:
    names, bars = subject.pack.template.state_names(), subject.visible
    found: list[ChangeDocument] = []
    for place in range(1, runs.codes.shape[0]):
        before, after = int(runs.codes[place - 1]), int(runs.codes[place])
        if NONE in (before, after):
            continue
        at = int(runs.starts[place])
        is_cut = place == 1
        found.append(
            {
                "ts": int(bars.start_ns[at]) // NS,
                "known_ts": int(bars.close_ns[at]) // NS,
                "before": names[before],
                "after": names[after],
                "bars": None if is_cut else int(runs.lengths[place - 1]),
            }
        )
    return found


def _triggers(subject: Subject, said: Said, moves: Moves) -> list[TriggerDocument]:
    n_dates = max(1, subject.span["n_dates"])
    found: list[TriggerDocument] = []
    for place, trigger in enumerate(subject.pack.template.triggers):
        is_event = said.events(place)
        n = int(is_event.sum())
        found.append(
            {
                "letter": letter_of(place),
                "base": trigger.base,
                "name": trigger.name,
                "direction": trigger.direction,
                "n": n,
                "n_dates": int(np.unique(said.bars.day[is_event]).shape[0]),
                "per_day": n / n_dates,
                "moves": moves.events[place],
            }
        )
    return found


def _events(subject: Subject, said: Said) -> list[EventDocument]:
    """The newest of them, newest first."""
    bars, triggers = said.bars, subject.pack.template.triggers
    ahead = [moves_after(bars, one, is_daily=subject.is_daily) for one in HORIZONS]
    newest = np.flatnonzero(said.bits)[-SHOWN_ROWS:][::-1].tolist()
    found: list[EventDocument] = [
        {
            "ts": int(bars.start_ns[at]) // NS,
            "known_ts": int(bars.close_ns[at]) // NS,
            "letter": letter_of(place),
            "name": trigger.name,
            "close": float(bars.close[at]),
            "moves": [None if np.isnan(column[at]) else float(column[at]) for column in ahead],
        }
        for at in newest
        for place, trigger in enumerate(triggers)
        if said.events(place)[at]
    ]
    return found[:SHOWN_ROWS]


def _chart(subject: Subject, said: Said) -> ChartDocument:
    pack = subject.pack
    first = max(0, said.bars.n - MOST_DRAWN)
    drawn = said.bars.take(slice(first, None))
    shown = [
        (output, column[first:])
        for output, column in zip(pack.template.outputs, said.columns, strict=True)
        if not output.is_hidden
    ]
    names = list(pack.template.state_names())
    colors = [color_of(place) for place in range(len(names))]
    return {
        "bars": drawn_bars(drawn),
        "overlays": [overlay_of(pack, output, {}) for output, _ in shown],
        "columns": [plain_column(column) for _, column in shown],
        "states": {"names": names, "colors": colors} if names else None,
        "codes": said.codes[first:].tolist() if names else [],
        "markers": _markers(subject, said, first),
        "trades": [],
        "is_truncated": first > 0,
    }


def _markers(subject: Subject, said: Said, first: int) -> list[MarkerDocument]:
    found: list[MarkerDocument] = []
    for place, trigger in enumerate(subject.pack.template.triggers):
        for at in np.flatnonzero(said.events(place)).tolist():
            if at >= first:
                found.append(
                    {
                        "ts": int(said.bars.start_ns[at]) // NS,
                        "kind": f"event-{letter_of(place)}",
                        "side": trigger.direction,
                        "price": None,
                        "text": letter_of(place),
                        "reason": trigger.name,
                    }
                )
    return sorted(found, key=lambda mark: mark["ts"])
