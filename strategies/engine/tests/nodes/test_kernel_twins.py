"""Every kernel against its plain-Python twin on seeded wild bars."""

import numpy as np
import pytest

from strategies.engine.indicators.catalogue import INTERNAL, TEMPLATES, node_template
from strategies.engine.nodes.node import Layout, NodeKey, Outputs, new_node_memory, step_node
from strategies.engine.program.binding import ATR_KEY, swing_key
from strategies.engine.program.program import compile_program
from strategies.engine.spec import Protection
from strategies.engine.tests.builders import (
    any_parameters,
    make_spec,
    wild_bars,
)
from strategies.engine.tests.twins import twin_of

NODE_TEMPLATES = [t for t in (*TEMPLATES.values(), *INTERNAL.values()) if t.run is not None]
SEEDS = (1, 2, 3)


def named(key, codes):
    names = node_template(key.template).state_names()
    return [names[code] if code >= 0 else None for code in codes.tolist()]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("template", NODE_TEMPLATES, ids=lambda template: template.id)
def test_node_equals_its_twin(template, seed):
    rng, bars = np.random.default_rng(seed), wild_bars(seed, 300)
    twin = twin_of(template.id)
    for parameters in (template.defaults(), *(any_parameters(template, rng) for _ in range(4))):
        key = NodeKey(template.id, template.vector(parameters))
        output = step_node(key, new_node_memory(key), bars)
        columns, states, bits = twin(bars, key.vector)
        if template.states:
            assert named(key, output.codes) == states
            assert output.bits.tolist() == bits
        for column, expected in zip(output.columns, columns, strict=True):
            np.testing.assert_array_equal(column, np.array(expected))
        assert_cut_gives_the_same(key, output, bars, int(rng.integers(1, bars.n)))


def assert_cut_gives_the_same(key, whole, bars, cut):
    memory = new_node_memory(key)
    parts = [step_node(key, memory, bars.take(s)) for s in (slice(0, cut), slice(cut, None))]
    for column, joined in zip(whole, zip(*parts, strict=True), strict=True):
        assert column.tobytes() == np.concatenate(joined, axis=-1).tobytes()


@pytest.mark.parametrize("template", NODE_TEMPLATES, ids=lambda template: template.id)
def test_no_bars_before_the_first_or_after_the_last_change_nothing(template):
    bars, key = wild_bars(1, 300), NodeKey(template.id, template.vector(template.defaults()))
    whole = step_node(key, new_node_memory(key), bars)
    for cut in (0, bars.n):
        assert_cut_gives_the_same(key, whole, bars, cut)


def test_trading_session_twin_with_early_and_no_session():
    bars = wild_bars(4, 300, per_day=100)
    closes = np.where(bars.day % 2 == 0, 600, -1).astype(np.int32)
    bars = bars._replace(regular_close_minute=closes)
    for session in range(4):
        key = NodeKey("trading_session", (float(session),))
        output = step_node(key, new_node_memory(key), bars)
        assert named(key, output.codes) == twin_of("trading_session")(bars, key.vector)[1]


def test_protection_nodes_are_shared_with_nobody_else():
    spec = make_spec(stop=Protection("atr", 1.0), target=Protection("swing", 0.0, 4, 0.0))
    keys = compile_program(spec).decision_keys
    assert {ATR_KEY, swing_key(spec.target)} <= set(keys)


@pytest.mark.parametrize("template", NODE_TEMPLATES, ids=lambda template: template.id)
def test_a_kernel_writes_all_that_is_read(template):
    """Whatever its arrays held before it."""
    bars, key = wild_bars(1, 300), NodeKey(template.id, template.vector(template.defaults()))
    layout, found = Layout.of([key]), []
    for rest in (0, 77):
        outputs = Outputs.empty(layout, bars.n)
        outputs.columns[:] = rest
        if template.states:
            outputs.codes[:], outputs.bits[:] = rest, rest
        run, parameters = layout.runs[0]
        written = outputs.of(key)
        run(parameters, new_node_memory(key), bars, *written)
        found.append([part.tobytes() for part in written])
    assert found[0] == found[1]
