"""What a node says about bars, by name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strategies.engine.indicators.catalogue import node_template
from strategies.engine.nodes.node import NodeKey, new_node_memory, step_node
from strategies.engine.tests.builders import bars_of


class Reading(NamedTuple):
    """Columns by name, and per bar the name of the state and the bases of the triggers."""

    columns: dict[str, list[float]]
    states: list[str | None]
    triggers: list[list[str]]


def output_of(template_id, vector, bars):
    """Columns, codes and trigger words of a new node."""
    key = NodeKey(template_id, tuple(map(float, vector)))
    return step_node(key, new_node_memory(key), bars)


def read(template_id, vector, bars) -> Reading:
    """What a new node says of the bars; the state is None while it is missing."""
    template, output = node_template(template_id), output_of(template_id, vector, bars)
    names, bases = template.state_names(), [trigger.base for trigger in template.triggers]
    return Reading(
        {o.name: c.tolist() for o, c in zip(template.outputs, output.columns, strict=True)},
        [names[code] if code >= 0 else None for code in output.codes.tolist()],
        [[b for i, b in enumerate(bases) if word >> i & 1] for word in output.bits.tolist()],
    )


def read_rows(template_id, vector, rows):
    """State and triggers of each of these hand-typed bars."""
    reading = read(template_id, vector, bars_of(rows))
    return list(zip(reading.states, reading.triggers, strict=True))


def read_closes(template_id, vector, closes):
    """The same for flat bars at these closes."""
    return read_rows(template_id, vector, [(close,) * 4 for close in closes])


def assert_any_cuts_give_the_same(template_id, vector, bars, rng, n_cuts=40):
    """Bars in pieces, single ones and empty ones among them, equal all at once to the last bit."""
    key = NodeKey(template_id, tuple(float(x) for x in vector))
    whole_memory, memory = new_node_memory(key), new_node_memory(key)
    whole = step_node(key, whole_memory, bars)
    cuts = np.sort(rng.integers(0, bars.n + 1, n_cuts))
    singles = np.arange(bars.n - 60, bars.n)
    edges = np.unique(np.concatenate([[0], cuts, singles, [bars.n]])).tolist()
    pieces = [slice(0, 0), *map(slice, edges[:-1], edges[1:])]
    parts = [step_node(key, memory, bars.take(piece)) for piece in pieces]
    for column, joined in zip(whole, zip(*parts, strict=True), strict=True):
        assert column.tobytes() == np.concatenate(joined, axis=-1).tobytes()
    assert memory.tobytes() == whole_memory.tobytes()
