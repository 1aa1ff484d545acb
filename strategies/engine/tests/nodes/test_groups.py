"""Strategies that share nodes decide exactly as if each were alone."""

import numpy as np
import pytest

from strategies.engine.errors import SnapshotMismatch
from strategies.engine.nodes.groups import NodeGroup, Nodes
from strategies.engine.program.program import Position, compile_program
from strategies.engine.spec import Protection
from strategies.engine.tests.builders import make_spec, pack, trigger, wild_bars

EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
RVOL = pack("rvol", "rvol_default", sma_period=5)
N_BARS = 300


def programs():
    cross = make_spec(entry=trigger(EMA, "cross_bull"), packs=(EMA,), bar_count=5)
    spike = make_spec(entry=trigger(RVOL, "spike"), packs=(EMA, RVOL), stop=Protection("atr", 1.0))
    short = make_spec(direction="SHORT", entry=trigger(EMA, "cross_bear"), packs=(EMA,))
    return [compile_program(spec) for spec in (cross, spike, short)]


def stream(group, positions, members, bars, first=0):
    trades, nodes = [[] for _ in members], Nodes(group)
    for t in range(first, bars.n):
        bar = bars.take(slice(t, t + 1))
        frame = nodes.step(bar)
        for i, program in enumerate(members):
            trades[i] += program.walk(positions[i], frame).trades
    return trades


def test_shared_nodes_give_each_strategy_its_own_trades():
    bars, members = wild_bars(11, N_BARS), programs()
    group = NodeGroup.new(key for program in members for key in program.keys)
    assert len(group.memories) < sum(len(program.keys) for program in members)
    trades = stream(group, [Position() for _ in members], members, bars)
    assert trades == [program.backtest(bars).trades for program in members]
    assert all(trades)


def test_a_strategy_joins_a_running_group_by_replay():
    bars, (first, joining, _) = wild_bars(12, N_BARS), programs()
    head = bars.take(slice(0, 120))
    group = NodeGroup.new(first.keys)
    group.step(head)
    own = joining.new_memory()
    joining.advance(own, head)
    assert group.join(joining.keys, head) == [key for key in joining.keys if key not in first.keys]
    (rest,) = stream(group, [own.position], [joining], bars, first=120)
    whole = joining.backtest(bars)
    assert rest == [trade for trade in whole.trades if trade.decided_index >= 120]


def test_join_and_merge_give_the_same_group():
    bars, (first, joining, _) = wild_bars(13, 100), programs()
    joined, merged = NodeGroup.new(first.keys), NodeGroup.new(first.keys)
    for group in (joined, merged):
        group.step(bars)
    joined.join(joining.keys, bars)
    memory = joining.new_memory()
    joining.advance(memory, bars)
    merged.merge(memory.nodes.own)
    assert joined.dumps() == merged.dumps()


def test_groups_of_different_lengths_do_not_merge():
    bars, (first, joining, _) = wild_bars(14, 100), programs()
    group = NodeGroup.new(first.keys)
    group.step(bars)
    with pytest.raises(SnapshotMismatch, match="100"):
        group.join(joining.keys, bars.take(slice(0, 99)))


def test_a_group_survives_storage():
    bars, members = wild_bars(15, 100), programs()
    group = NodeGroup.new(key for program in members for key in program.keys)
    group.step(bars)
    restored = NodeGroup.loads(group.dumps())
    assert restored.dumps() == group.dumps()
    assert (restored.n_seen, list(restored.memories)) == (100, sorted(group.memories))


def test_retain_drops_nodes_nobody_reads():
    first, joining, _ = programs()
    group = NodeGroup.new([*first.keys, *joining.keys])
    group.retain(first.keys)
    assert set(group.memories) == set(first.keys)


def test_an_open_position_survives_storage_with_its_conditions():
    program = programs()[0]
    bars, memory = wild_bars(16, N_BARS), program.new_memory()
    for t in range(N_BARS):
        program.advance(memory, bars.take(slice(t, t + 1)))
        if memory.position.is_open:
            break
    restored = program.loads_position(program.dumps_position(memory.position))
    assert restored.entry_conditions == memory.position.entry_conditions != ()
    assert restored.row.tobytes() == memory.position.row.tobytes()


def test_a_position_of_another_strategy_is_refused():
    first, joining, _ = programs()
    with pytest.raises(SnapshotMismatch, match="changed"):
        joining.loads_position(first.dumps_position(Position()))


def test_a_snapshot_of_another_engine_is_refused(monkeypatch):
    program = programs()[0]
    data = program.dumps(program.new_memory())
    monkeypatch.setattr("strategies.engine.nodes.storage.ENGINE_VERSION", "0.0.1")
    with pytest.raises(SnapshotMismatch, match=r"0\.0\.1"):
        program.loads(data)


def test_what_is_no_snapshot_is_refused():
    with pytest.raises(SnapshotMismatch):
        NodeGroup.loads(b"")
    with pytest.raises(SnapshotMismatch):
        programs()[0].loads(b"ROR1\x02\x00\x00\x00{}")


def test_a_change_of_any_decision_changes_the_fingerprint():
    base = make_spec()
    changes = [
        {"direction": "SHORT"},
        {"bar_count": 3},
        {"stop": Protection("fixed_dollar", 2.0)},
        {"target": Protection("risk_reward", 2.0)},
        {"exits": (trigger(EMA, "cross_bear"),)},
        {"trading_session": "24/7"},
    ]
    prints = {compile_program(make_spec(**change)).fingerprint for change in changes}
    assert len(prints | {compile_program(base).fingerprint}) == len(changes) + 1


def test_names_and_observed_packs_leave_the_fingerprint_alone():
    other = compile_program(make_spec(name="x", risk_per_trade=5.0, packs=(EMA, RVOL)))
    assert other.fingerprint == compile_program(make_spec()).fingerprint


def test_events_name_entries_and_exits_on_their_bars():
    bars, program = wild_bars(17, N_BARS), programs()[0]
    memory, found = program.new_memory(), []
    for t in range(N_BARS):
        advance = program.advance(memory, bars.take(slice(t, t + 1)))
        found += advance.events
        assert all(event.bar_index == t for event in advance.events)
    whole = program.backtest(bars)
    assert [(e.kind, e.bar_index) for e in found] == [(e.kind, e.bar_index) for e in whole.events]


def test_read_only_and_strided_bars_are_accepted():
    bars, program = wild_bars(18, 100), programs()[0]
    doubled = type(bars)(*(np.repeat(column, 2)[::2] for column in bars))
    for column in doubled:
        column.flags.writeable = False
    assert program.backtest(doubled).trades == program.backtest(bars).trades
