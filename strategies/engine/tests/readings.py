"""What a node says about hand-typed bars, in words."""

from strategies.engine.catalogue import node_template
from strategies.engine.nodes import NodeKey, advance_node, new_node_state
from strategies.engine.tests.builders import bars_of


def output_of(template, vector, bars):
    """Columns, codes and trigger words of a new node."""
    key = NodeKey(template, tuple(map(float, vector)))
    return advance_node(key, new_node_state(key), bars)


def read(template, vector, rows):
    """State and triggers of each bar; the state is None while it is missing."""
    names = node_template(template).state_names()
    bases = [trigger.base for trigger in node_template(template).triggers]
    output = output_of(template, vector, bars_of(rows))
    words = zip(output.codes.tolist(), output.bits.tolist(), strict=True)
    return [
        (names[code] if code >= 0 else None, [b for i, b in enumerate(bases) if word >> i & 1])
        for code, word in words
    ]


def read_closes(template, vector, closes):
    """The same for flat bars at these closes."""
    return read(template, vector, [(close,) * 4 for close in closes])
