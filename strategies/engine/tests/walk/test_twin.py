"""The position walk against its plain-Python twin, on random strategies of every kind."""

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.nodes.node import NodeKey, new_node_memory, step_node
from strategies.engine.program.program import compile_program
from strategies.engine.spec import Limits
from strategies.engine.tests.builders import COARSE, coarse_bars, wild_bars
from strategies.engine.tests.drawing import Drawer
from strategies.engine.tests.twins import twin_of
from strategies.engine.tests.twins.walk import Facts, Walk

N_BARS = 420
N_SPECS = 40
SEEDS = range(6)
LIMITS = {field.name for field in fields(Limits)}


def outputs(packs, bars):
    keys = {p.id: NodeKey(p.template.id, p.template.vector(p.parameters)) for p in packs}
    return {name: step_node(key, new_node_memory(key), bars) for name, key in keys.items()}


def walk_twin(spec, bars, others):
    by_timeframe = spec.packs_by_timeframe()
    other_nodes = {name: outputs(packs, others[name]) for name, packs in by_timeframe.items()}
    facts = Facts(spec, bars, outputs(spec.packs, bars), others, other_nodes)
    atr_values = twin_of("atr")(bars, ())[0][0]
    lookbacks = {part.lookback for part in (spec.stop, spec.target) if part and part.lookback}
    swings = {n: twin_of("swing_levels")(bars, (n,))[0] for n in lookbacks}
    return Walk(facts, atr_values, swings).run()


def found(trades, names):
    return [{name: getattr(trade, name) for name in names} for trade in trades]


def check(spec, bars, others):
    """Demands equal trades; returns how they ended, and the limits that kept entries out."""
    advance = compile_program(spec).backtest(bars, others)
    trades, rejected = walk_twin(spec, bars, others)
    if trades:
        assert found(advance.trades, list(trades[0])) == trades
    assert len(advance.trades) == len(trades)
    assert [one.bar_index for one in advance.rejected] == [t for t, _ in rejected]
    kept_out = {one.bar_index: one.reason for one in advance.rejected if one.reason in LIMITS}
    assert kept_out == {t: name for t, name in rejected if name}
    ends = [(trade["exit_reason"], spec.entry.execution) for trade in trades]
    return ends, kept_out.values()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_strategies_trade_as_their_twins(seed):
    bars, drawer = wild_bars(seed, N_BARS), Drawer(seed)
    others = {name: coarse_bars(bars, name) for name in COARSE}
    packs = drawer.packs()
    n_trades = sum(len(check(drawer.spec(packs), bars, others)[0]) for _ in range(N_SPECS))
    assert n_trades > N_SPECS


def test_the_random_strategies_use_every_reason_execution_and_limit():
    seen, limits = Counter(), Counter()
    for seed in range(40):
        bars, drawer = wild_bars(seed, N_BARS), Drawer(seed)
        others = {name: coarse_bars(bars, name) for name in COARSE}
        packs = drawer.packs(5)
        for _ in range(6):
            ends, kept_out = check(drawer.spec(packs), bars, others)
            seen.update(ends)
            limits.update(kept_out)
    reasons = {reason for reason, _ in seen}
    assert reasons == {
        "stop_loss",
        "target",
        "time_exit",
        "bar_count_exit",
        "opposite_signal",
        "signal_exit",
        "unconfirmed_lc",
        "unconfirmed_cc",
        "data_gap",
    }
    assert {execution for _, execution in seen} == {"C", "L", "LC", "CC"}
    assert limits.keys() == LIMITS


def test_every_template_with_a_node_is_among_them():
    nodes = {t.id for t in TEMPLATES.values() if t.run is not None}
    assert {one.base_template for one in Drawer(1).packs()} == nodes
    assert np.unique([one.id for one in Drawer(1).packs()]).size == len(nodes)
