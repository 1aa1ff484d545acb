"""Nodes: one computation per distinct template and parameters, shared by all who ask for it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from strategies.engine.indicators.catalogue import node_template
from strategies.engine.template import RunKernel, Template
from strategies.engine.types import Bars, Bits, Floats, Int8s

BLOCK_BARS = 32_768


class NodeKey(NamedTuple):
    """What makes two computations the same."""

    template: str
    vector: tuple[float, ...]


class NodeOutput(NamedTuple):
    """What a node says about each bar: columns (outputs, n), state code (n,), trigger word (n,).

    Columns are empty where they were not kept.
    """

    columns: Floats
    codes: Int8s
    bits: Bits


class Last(NamedTuple):
    """The bar before the first one: outputs of every node, its close and date.

    Codes are -1, numbers NaN and the date 0 when there was none.
    """

    codes: Int8s
    columns: Floats
    bar: Floats


@dataclass(frozen=True)
class Layout:
    """Which row of a table of outputs belongs to which node; columns only for the kept ones."""

    keys: tuple[NodeKey, ...]
    kept: frozenset[NodeKey]

    @classmethod
    def of(cls, keys: Iterable[NodeKey], kept: Container[NodeKey] | None = None) -> Layout:
        distinct = tuple(dict.fromkeys(keys))
        return cls(distinct, frozenset(k for k in distinct if kept is None or k in kept))

    @cached_property
    def rows(self) -> dict[NodeKey, int]:
        """The row of each node among codes and trigger words."""
        return {key: row for row, key in enumerate(self.keys)}

    @cached_property
    def first_columns(self) -> dict[NodeKey, int]:
        """The row of each kept node's first column."""
        starts, n = {}, 0
        for key in self.keys:
            if key in self.kept:
                starts[key] = n
                n += len(node_template(key.template).outputs)
        return starts

    @cached_property
    def n_columns(self) -> int:
        return sum(len(node_template(key.template).outputs) for key in self.kept)

    def columns_of(self, key: NodeKey) -> slice:
        """The rows of a node's columns; none when they are not kept."""
        return self.columns[self.rows[key]]

    @cached_property
    def columns(self) -> tuple[slice, ...]:
        """The rows of each node's columns, by row of the node."""
        found = []
        for key in self.keys:
            start = self.first_columns.get(key)
            n_outputs = 0 if start is None else len(node_template(key.template).outputs)
            found.append(slice(start or 0, (start or 0) + n_outputs))
        return tuple(found)

    @cached_property
    def stateless_rows(self) -> tuple[int, ...]:
        """Rows of nodes that write columns only."""
        return tuple(r for key, r in self.rows.items() if not node_template(key.template).states)

    @cached_property
    def runs(self) -> tuple[tuple[RunKernel, Floats], ...]:
        """Kernel and parameters of each node, by row of the node."""
        return tuple((_run_of(key), np.array(key.vector, np.float64)) for key in self.keys)

    def column(self, key: NodeKey, output: str) -> int:
        """The row of one column by name."""
        names = [one.name for one in node_template(key.template).outputs]
        return self.first_columns[key] + names.index(output)

    def nothing_before(self) -> Last:
        """What precedes the first bar of all."""
        n_columns = self.n_columns
        return Last(
            np.full(len(self.keys), -1, np.int8),
            np.full(n_columns, np.nan),
            np.array([np.nan, 0.0]),
        )


class Outputs(NamedTuple):
    """Outputs of several nodes over the same n bars, one row each, after the `last` bar."""

    layout: Layout
    codes: Int8s
    bits: Bits
    columns: Floats
    last: Last

    @classmethod
    def empty(cls, layout: Layout, n: int, last: Last | None = None) -> Outputs:
        """Room for n bars; nodes without states have none and never fire.

        What kernels write is left as it comes: a pass over fresh arrays costs as much as a node.
        """
        n_nodes = len(layout.keys)
        codes, bits = np.empty((n_nodes, n), np.int8), np.empty((n_nodes, n), np.uint16)
        for row in layout.stateless_rows:
            codes[row], bits[row] = -1, 0
        columns = np.empty((layout.n_columns, n), np.float64)
        return cls(layout, codes, bits, columns, last or layout.nothing_before())

    @property
    def n(self) -> int:
        return int(self.codes.shape[1])

    def has(self, key: NodeKey) -> bool:
        return key in self.layout.rows

    def of(self, key: NodeKey) -> NodeOutput:
        """Views of one node's rows."""
        row = self.layout.rows[key]
        return NodeOutput(
            self.columns[self.layout.columns_of(key)], self.codes[row], self.bits[row]
        )

    def last_after(self, bars: Bars) -> Last:
        """The `Last` of what follows these bars."""
        if not bars.n:
            return self.last
        return Last(
            self.codes[:, -1].copy(),
            self.columns[:, -1].copy(),
            np.array([bars.close[-1], float(bars.day[-1])]),
        )


NodeMemories = dict[NodeKey, Floats]


def new_node_memory(key: NodeKey) -> Floats:
    """What a node remembers that has seen no bar: the `memory` of its kernel."""
    return np.zeros(node_template(key.template).memory_size(key.vector), np.float64)


def _run_of(key: NodeKey) -> RunKernel:
    run = node_template(key.template).run
    if run is None:
        raise TypeError(f"{key.template} has no node")
    return run


def step_node(key: NodeKey, memory: Floats, bars: Bars) -> NodeOutput:
    """Step one node over the bars; `memory` moves with it."""
    layout = Layout.of([key])
    return step_nodes({key: memory}, layout, bars, layout.nothing_before()).of(key)


def step_nodes(memories: NodeMemories, layout: Layout, bars: Bars, last: Last) -> Outputs:
    """Step every node of the layout over the bars."""
    outputs = Outputs.empty(layout, bars.n, last)
    codes, bits, columns = outputs.codes, outputs.bits, outputs.columns
    for row, (run, parameters) in enumerate(layout.runs):
        memory, rows = memories[layout.keys[row]], layout.columns[row]
        run(parameters, memory, bars, columns[rows], codes[row], bits[row])
    return outputs


def decide_nodes(keys: Iterable[NodeKey], bars: Bars, kept: Container[NodeKey]) -> Outputs:
    """Outputs of new nodes over a whole history, with the columns of the `kept` ones only.

    Columns that nobody may read are overwritten block after block: fresh arrays for them would
    cost more time than computing them.
    """
    layout = Layout.of(keys, kept)
    outputs = Outputs.empty(layout, bars.n)
    memories = [new_node_memory(key) for key in layout.keys]
    for begin in range(0, bars.n, BLOCK_BARS):
        span = slice(begin, begin + BLOCK_BARS)
        block = bars.take(span)
        for row, (run, parameters) in enumerate(layout.runs):
            key = layout.keys[row]
            columns = _scratch(node_template(key.template), block.n)
            codes, bits = outputs.codes[row, span], outputs.bits[row, span]
            run(parameters, memories[row], block, columns, codes, bits)
            if key in layout.kept:
                outputs.columns[layout.columns[row], span] = columns
    return outputs


def _scratch(template: Template, n: int) -> Floats:
    return np.empty((len(template.outputs), n), np.float64)
