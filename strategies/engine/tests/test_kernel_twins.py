"""Every kernel against its plain-Python twin on seeded wild bars."""

import numpy as np
import pytest

from strategies.engine.catalogue import INTERNAL, TEMPLATES, node_template
from strategies.engine.nodes import NodeKey, advance_node, new_node_state
from strategies.engine.program import ATR_KEY, compile_program, swing_key
from strategies.engine.strategy import Protection
from strategies.engine.tests.builders import (
    any_parameters,
    make_spec,
    pack,
    record,
    trigger,
    wild_bars,
)
from strategies.engine.tests.twins import twin_of
from strategies.engine.tests.twins.walk import Walk

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
        output = advance_node(key, new_node_state(key), bars)
        columns, states, bits = twin(bars, key.vector)
        if template.states:
            assert named(key, output.codes) == states
            assert output.bits.tolist() == bits
        for column, expected in zip(output.columns, columns, strict=True):
            np.testing.assert_array_equal(column, np.array(expected))


def test_trading_session_twin_with_early_and_no_session():
    bars = wild_bars(4, 300, per_day=100)
    closes = np.where(bars.day % 2 == 0, 600, -1).astype(np.int32)
    bars = bars._replace(regular_close_minute=closes)
    for session in range(4):
        key = NodeKey("trading_session", (float(session),))
        output = advance_node(key, new_node_state(key), bars)
        assert named(key, output.codes) == twin_of("trading_session")(bars, key.vector)[1]


EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
RVOL = pack("rvol", "rvol")
STOPS = (
    Protection("atr", 1.0),
    Protection("fixed_dollar", 1.5),
    Protection("percentage", 0.75),
    Protection("swing", 0.0, 4, 0.1),
)
TARGETS = (
    None,
    Protection("risk_reward", 1.5),
    Protection("atr", 2.0),
    Protection("swing", 0.0, 6, 0.0),
)


def walk_twin(spec, bars, advance):
    entry = advance.node("ema")
    entries = (entry.bits >> spec.entry.bit & 1).astype(bool)
    for required in spec.required:
        entries &= advance.node(required.pack.id).codes == required.code
    signals = np.zeros(bars.n, bool)
    for leave in spec.exits:
        signals |= (advance.node(leave.pack.id).bits >> leave.bit & 1).astype(bool)
    atr_values = twin_of("atr")(bars, ())[0][0]
    swings = {n: twin_of("swing_levels")(bars, (n,))[0] for n in (4, 6)}
    return Walk(spec, bars, entries, signals, atr_values, swings).run()


@pytest.mark.parametrize("direction", ["LONG", "SHORT"])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("stop", STOPS)
def test_position_walk_equals_its_twin(stop, target, direction):
    is_long = direction == "LONG"
    spec = make_spec(
        direction=direction,
        entry=trigger(EMA, "cross_bull" if is_long else "cross_bear"),
        exits=(trigger(RVOL, "fade"), trigger(EMA, "mid_cross_bear")),
        required=(record(EMA, "SML" if is_long else "LMS"),),
        bar_count=7,
        stop=stop,
        target=target,
        packs=(EMA, RVOL),
    )
    for seed in SEEDS:
        bars = wild_bars(seed, 500)
        advance = compile_program(spec).backtest(bars)
        trades, rejected = walk_twin(spec, bars, advance)
        found = [
            (t.entry_index, t.exit_index, t.exit_reason, t.exit_price, t.r_multiple)
            for t in advance.trades
        ]
        assert len(found) > 5
        assert found == trades
        assert [r.bar_index for r in advance.rejected] == rejected


def test_protection_nodes_are_shared_with_nobody_else():
    spec = make_spec(stop=Protection("atr", 1.0), target=Protection("swing", 0.0, 4, 0.0))
    keys = compile_program(spec).decision_keys
    assert {ATR_KEY, swing_key(spec.target)} <= set(keys)
