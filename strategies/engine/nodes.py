"""Nodes: one computation per distinct template and parameters, shared by all who ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from strategies.engine.catalogue import node_template
from strategies.engine.types import Bars, Bits, Floats, Int8s


class NodeKey(NamedTuple):
    """What makes two computations the same."""

    template: str
    vector: tuple[float, ...]


class NodeOutput(NamedTuple):
    """What a node says about each bar: columns (outputs, n), state code, trigger word.

    Codes and words are empty for a node without states.
    """

    columns: Floats
    codes: Int8s
    bits: Bits


NodeStates = dict[NodeKey, Floats]
NodeOutputs = dict[NodeKey, NodeOutput]


def new_node_state(key: NodeKey) -> Floats:
    """The state of a node that has seen no bar."""
    return np.zeros(node_template(key.template).state_size(key.vector), np.float64)


def advance_node(key: NodeKey, state: Floats, bars: Bars) -> NodeOutput:
    """Step one node over the bars; `state` moves with it."""
    template = node_template(key.template)
    if template.run is None:
        raise TypeError(f"{key.template} has no node")
    n_coded = bars.n if template.states else 0
    output = NodeOutput(
        np.empty((len(template.outputs), bars.n), np.float64),
        np.empty(n_coded, np.int8),
        np.empty(n_coded, np.uint16),
    )
    template.run(np.array(key.vector, np.float64), state, bars, *output)
    return output


def advance_nodes(states: NodeStates, keys: Iterable[NodeKey], bars: Bars) -> NodeOutputs:
    """Step the named nodes over the bars."""
    return {key: advance_node(key, states[key], bars) for key in keys}
