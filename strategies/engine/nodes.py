"""Nodes: one computation per distinct template and parameters, shared by all who ask for it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple

import numpy as np

from strategies.engine.catalogue import node_template
from strategies.engine.template import Template
from strategies.engine.types import Bars, Bits, Floats, Int8s

BLOCK_BARS = 32_768


class NodeKey(NamedTuple):
    """What makes two computations the same."""

    template: str
    vector: tuple[float, ...]


class NodeOutput(NamedTuple):
    """What a node says about each bar: columns (outputs, n), state code, trigger word.

    Codes and words are empty for a node without states, columns where they were not kept.
    """

    columns: Floats
    codes: Int8s
    bits: Bits


NodeStates = dict[NodeKey, Floats]
NodeOutputs = dict[NodeKey, NodeOutput]


def new_node_state(key: NodeKey) -> Floats:
    """The state of a node that has seen no bar."""
    return np.zeros(node_template(key.template).state_size(key.vector), np.float64)


def _new_output(template: Template, n: int, n_columns: int) -> NodeOutput:
    n_coded = n if template.states else 0
    return NodeOutput(
        np.empty((len(template.outputs), n_columns), np.float64),
        np.empty(n_coded, np.int8),
        np.empty(n_coded, np.uint16),
    )


def _run(key: NodeKey, state: Floats, bars: Bars, output: NodeOutput) -> None:
    run = node_template(key.template).run
    if run is None:
        raise TypeError(f"{key.template} has no node")
    run(np.array(key.vector, np.float64), state, bars, *output)


def advance_node(key: NodeKey, state: Floats, bars: Bars) -> NodeOutput:
    """Step one node over the bars; `state` moves with it."""
    output = _new_output(node_template(key.template), bars.n, bars.n)
    _run(key, state, bars, output)
    return output


def advance_nodes(states: NodeStates, keys: Iterable[NodeKey], bars: Bars) -> NodeOutputs:
    """Step the named nodes over the bars."""
    return {key: advance_node(key, states[key], bars) for key in keys}


def decide_nodes(keys: Iterable[NodeKey], bars: Bars, kept: Container[NodeKey]) -> NodeOutputs:
    """Outputs of new nodes over a whole history, with the columns of the `kept` ones only.

    Columns that nobody may read are overwritten block after block: fresh memory for them would
    cost more time than computing them.
    """
    nodes = [(key, node_template(key.template), new_node_state(key)) for key in keys]
    outputs = {k: _new_output(t, bars.n, bars.n if k in kept else 0) for k, t, _ in nodes}
    for begin in range(0, bars.n, BLOCK_BARS):
        span = slice(begin, begin + BLOCK_BARS)
        block = bars.take(span)
        for key, template, state in nodes:
            output, scratch = outputs[key], _new_output(template, 0, block.n)
            part = NodeOutput(scratch.columns, output.codes[span], output.bits[span])
            _run(key, state, block, part)
            if key in kept:
                output.columns[:, span] = part.columns
    return outputs
