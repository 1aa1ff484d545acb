"""Look-ahead: whether anything that was decided on a bar depends on bars after it.

The strategy is computed anew on the history that ends with a bar, as if the rest had never been,
and everything decided by then is compared to the last bit. Bars are those of every decision, and
some between them: one that the future suppresses is only seen there.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

import numpy as np

from strategies.engine.indicators.catalogue import node_template
from strategies.engine.nodes.frames import Frame
from strategies.engine.nodes.node import NodeKey
from strategies.engine.program.advance import Advance
from strategies.engine.program.program import Program
from strategies.engine.report import iso
from strategies.engine.template import Template
from strategies.engine.trust.history import GoOn, History, always
from strategies.engine.trust.outcomes import Difference, LookAhead, Verdict
from strategies.engine.types import Floats, Int64s, Rows
from strategies.engine.walk.positions import POSITION, UNCOUNTED

# Bars between decisions that are checked as well.
N_BETWEEN = 100
# Differences that are kept one by one; the rest is counted.
MAX_DIFFERENCES = 20
_ENTRY = (
    "entry_index",
    "entry_price",
    "initial_stop_price",
    "target_price",
    "risk",
)
_NONE = "none"
_WORDS = {
    "index": "bar",
    "entry_index": "entry bar",
    "entry_price": "entry",
    "initial_stop_price": "stop",
    "target_price": "target",
    "exit_index": "exit bar",
    "exit_price": "exit",
}


def check_look_ahead(program: Program, history: History, go_on: GoOn = always) -> LookAhead:
    """Compare every decision with the same on the history cut right after it.

    Parameters
    ----------
    program : the strategy
    history : all bars; what is cut off is newer than the bar in question
    go_on : asked before each bar; once it says no, the bars checked by then lie evenly spread

    Returns
    -------
    `failed` with any difference, `passed` with none, `unknown` when there was no decision.

    Notes
    -----
    A decision is the entry or exit bar of a trade, the bar of a refused entry, the entry bar of
    the open trade. Compared are the trades closed by then, the position held (entry, initial stop,
    target), refused entries, and states, triggers and kept columns of the bar itself, all bit for
    bit. Each bar costs a backtest of the history before it.
    """
    whole = history.backtest(program)
    decisions = decision_bars(whole)
    between = _bars_between(history, program.warm_up_bars, decisions)
    is_decision = {int(bar): True for bar in decisions} | {int(bar): False for bar in between}
    bars = np.sort(np.concatenate([decisions, between]))
    counts, found, n_bars = {True: 0, False: 0}, list[Difference](), 0
    for done, index in enumerate(bars[spread_order(bars.size)].tolist()):
        if not go_on(done, bars.size):
            break
        differences = list(_differences(program, whole, history, index))
        found += differences
        n_bars += bool(differences)
        counts[is_decision[index]] += 1
    found.sort(key=itemgetter("bar", "what", "with_later", "without"))
    verdict: Verdict = "failed" if found else "passed" if counts[True] else "unknown"
    return {
        "verdict": verdict,
        "checked": counts[True],
        "total": decisions.size,
        "checked_between": counts[False],
        "n_bars": n_bars,
        "differences": found[:MAX_DIFFERENCES],
    }


def decision_bars(whole: Advance) -> Int64s:
    """The bars on which something happened, ascending, each once."""
    rows = whole.trade_rows
    bars = [rows["entry_index"], _decided(rows), whole.rejected_rows["index"]]
    if whole.position_row["is_open"].item():
        bars.append(whole.position_row["entry_index"])
    return np.unique(np.concatenate(bars)).astype(np.int64)


def spread_order(n: int) -> Int64s:
    """0 .. n - 1 in an order whose every beginning lies evenly spread (bits reversed)."""
    n_bits = max(1, (n - 1).bit_length())
    reversed_bits = [int(f"{i:0{n_bits}b}"[::-1], 2) for i in range(1 << n_bits)]
    return np.array([i for i in reversed_bits if i < n], np.int64)


def _bars_between(history: History, warm_up_bars: int, decisions: Int64s) -> Int64s:
    first = max(warm_up_bars, history.first_visible_index)
    if first >= history.bars.n:
        return np.empty(0, np.int64)
    even = np.linspace(first, history.bars.n - 1, N_BETWEEN).astype(np.int64)
    return np.setdiff1d(even, decisions)


def _differences(
    program: Program, whole: Advance, history: History, index: int
) -> Iterator[Difference]:
    cut = history.until(index).backtest(program)
    bar = iso(int(history.bars.start_ns[index]))
    pairs = [
        ("trades closed by then", _closed(whole, index), _closed(cut, index)),
        ("position held", _held(whole, index), _held(cut, index)),
        ("refused entries", _refused(whole, index), _refused(cut, index)),
    ]
    found = [
        (what, *_texts(with_later, without))
        for what, with_later, without in pairs
        if with_later.tobytes() != without.tobytes()
    ]
    found += _outputs(program, whole.frame, cut.frame, index)
    for what, with_later_text, without_text in found:
        yield Difference(bar=bar, what=what, with_later=with_later_text, without=without_text)


def _closed(advance: Advance, index: int) -> Rows:
    rows: Rows = advance.trade_rows
    return rows[_decided(rows) <= index]


def _decided(trades: Rows) -> Int64s:
    """The bar on which each exit was decided: missing data shows on the bar after it."""
    is_late = np.isin(trades["reason"], [int(reason) for reason in UNCOUNTED])
    decided: Int64s = trades["exit_index"] + is_late
    return decided


def _refused(advance: Advance, index: int) -> Rows:
    rows: Rows = advance.rejected_rows
    return rows[rows["index"] <= index]


def _held(advance: Advance, index: int) -> Rows:
    """The entry of the position held after a bar; (0,) when flat."""
    trades, position = advance.trade_rows, advance.position_row
    is_held = (trades["entry_index"] <= index) & (_decided(trades) > index)
    is_last = bool(position["is_open"].item()) and position["entry_index"].item() <= index
    parts = [trades[is_held][list(_ENTRY)], position[:is_last][list(_ENTRY)]]
    dtype = [(name, POSITION[name]) for name in _ENTRY]
    table = np.empty(sum(part.size for part in parts), dtype)
    for name in _ENTRY:
        table[name] = np.concatenate([part[name] for part in parts])
    return table


def _texts(with_later: Rows, without: Rows) -> tuple[str, str]:
    """The first row that differs, as text."""
    n = min(with_later.size, without.size)
    place = next((i for i in range(n) if with_later[i].tobytes() != without[i].tobytes()), n)
    return _row_text(with_later, place), _row_text(without, place)


def _row_text(rows: Rows, place: int) -> str:
    if place >= rows.size:
        return _NONE
    names = rows.dtype.names or ()
    shown = {name: word for name, word in _WORDS.items() if name in names}
    return ", ".join(f"{word} {rows[place][name].item():g}" for name, word in shown.items())


def _outputs(
    program: Program, whole: Frame, cut: Frame, index: int
) -> Iterator[tuple[str, str, str]]:
    """Names and both values of states, triggers and columns that differ on a bar."""
    last, nodes = cut.bars.n - 1, _nodes(program, whole)
    for row in np.flatnonzero(whole.codes[:, index] != cut.codes[:, last]).tolist():
        name, template = nodes[row]
        seen, known = int(whole.codes[row, index]), int(cut.codes[row, last])
        yield f"state of {name}", _state(template, seen), _state(template, known)
    for row in np.flatnonzero(whole.own.bits[:, index] != cut.own.bits[:, last]).tolist():
        name, template = nodes[row]
        seen, known = int(whole.own.bits[row, index]), int(cut.own.bits[row, last])
        yield f"triggers of {name}", _triggers(template, seen), _triggers(template, known)
    for key in whole.own.layout.keys:
        columns = whole.own.layout.columns_of(key)
        values, cut_values = whole.own.columns[columns, index], cut.own.columns[columns, last]
        if values.tobytes() != cut_values.tobytes():
            name = nodes[whole.own.layout.rows[key]][0]
            yield f"values of {name}", _numbers(values), _numbers(cut_values)


def _state(template: Template, code: int) -> str:
    return _NONE if code < 0 else template.states[code].name


def _triggers(template: Template, word: int) -> str:
    fired = [trigger.base for i, trigger in enumerate(template.triggers) if word >> i & 1]
    return ", ".join(fired) or _NONE


def _numbers(values: Floats) -> str:
    return ", ".join(f"{value:g}" for value in values.tolist())


def _nodes(program: Program, frame: Frame) -> dict[int, tuple[str, Template]]:
    """By row of the codes: the pack that is read there, by name, and its template."""
    packs: dict[NodeKey, str] = {key: pack for pack, key in program.pack_keys.items()}
    found = {
        row: (packs.get(key, key.template), node_template(key.template))
        for key, row in frame.own.layout.rows.items()
    }
    for (series, key), row in frame.layout.other_rows.items():
        template = node_template(key.template)
        found[row] = f"{key.template} on {series}", template
        found[row + 1] = f"{key.template} on {series} before the bar", template
    return found
