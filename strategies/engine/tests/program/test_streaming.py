"""Batch equals prefix plus streamed rest, to the last bit, for every pack and kind of order."""

from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategies.engine.nodes.groups import Nodes
from strategies.engine.program.program import Position, compile_program
from strategies.engine.program.squads import walk_many
from strategies.engine.spec import Protection, StrategySpec
from strategies.engine.tests.builders import (
    COARSE,
    closed_between,
    coarse_bars,
    make_spec,
    pack,
    trigger,
    wild_bars,
)
from strategies.engine.tests.drawing import Drawer
from strategies.engine.types import Bars

N_BARS = 160
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Case(NamedTuple):
    """A strategy, its bars and the bars of the other timeframes."""

    spec: StrategySpec
    bars: Bars
    others: dict[str, Bars]

    def part(self, span: slice) -> tuple[Bars, dict[str, Bars]]:
        """Some of the bars, and what of the others closed since those before them."""
        part = self.bars.take(span)
        begin = span.start or 0
        after = int(self.bars.close_ns[begin - 1]) if begin else 0
        until = int(part.close_ns[-1]) if part.n else after
        return part, {name: closed_between(b, after, until) for name, b in self.others.items()}


@st.composite
def cases(draw):
    """A random strategy of packs of every template, on bars of its own."""
    seed = draw(st.integers(0, 2**32))
    drawer, bars = Drawer(seed), wild_bars(seed, N_BARS)
    others = {name: coarse_bars(bars, name) for name in COARSE}
    return Case(drawer.spec(drawer.packs()), bars, others)


def assert_outputs_equal(whole, parts):
    for key, output in whole.outputs.items():
        for column, pieces in zip(
            output, zip(*(p.outputs[key] for p in parts), strict=True), strict=True
        ):
            joined = np.concatenate(pieces, axis=-1)
            assert column.tobytes() == joined.tobytes(), key


def assert_same(program, whole, whole_memory, parts, memory):
    assert_outputs_equal(whole, parts)
    assert [t for part in parts for t in part.trades] == whole.trades
    assert [r for part in parts for r in part.rejected] == whole.rejected
    assert parts[-1].open_trade == whole.open_trade
    assert program.dumps(memory) == program.dumps(whole_memory)


@SLOW
@given(cases(), st.integers(0, N_BARS), st.integers(0, 90))
def test_prefix_and_streamed_rest_equal_the_whole(case, cut, first_visible):
    program = compile_program(case.spec)
    whole_memory, memory = program.new_memory(), program.new_memory()
    whole = program.advance(
        whole_memory, *case.part(slice(0, N_BARS)), first_visible_index=first_visible
    )
    cuts = [slice(0, cut), *(slice(i, i + 1) for i in range(cut, N_BARS))]
    parts = [
        program.advance(memory, *case.part(span), first_visible_index=first_visible)
        for span in cuts
    ]
    assert_same(program, whole, whole_memory, parts, memory)


@SLOW
@given(cases(), st.integers(0, N_BARS))
def test_a_snapshot_of_any_bar_goes_on_as_if_never_taken(case, cut):
    program = compile_program(case.spec)
    whole_memory, memory = program.new_memory(), program.new_memory()
    whole = program.advance(whole_memory, *case.part(slice(0, N_BARS)))
    first = program.advance(memory, *case.part(slice(0, cut)))
    restored = compile_program(case.spec).loads(program.dumps(memory, "v1"), "v1")
    rest = program.advance(restored, *case.part(slice(cut, N_BARS)))
    assert_same(program, whole, whole_memory, [first, rest], restored)


@SLOW
@given(cases(), st.integers(1, N_BARS))
def test_appending_bars_never_changes_what_was_decided(case, cut):
    """The long run even has the bars of other timeframes that close later."""
    program = compile_program(case.spec)
    short = program.backtest(*case.part(slice(0, cut)))
    long = program.backtest(case.bars, case.others)
    assert long.trades[: len(short.trades)] == short.trades
    assert long.rejected[: len(short.rejected)] == short.rejected
    for key, output in short.outputs.items():
        assert output.codes.tobytes() == long.outputs[key].codes[:cut].tobytes()
        assert output.bits.tobytes() == long.outputs[key].bits[:cut].tobytes()
    assert short.frame.codes.tobytes() == long.frame.codes[:, :cut].tobytes()
    if short.open_trade is not None:
        held = [t.entry_index for t in long.trades] + [
            long.open_trade.entry_index if long.open_trade else -1
        ]
        assert short.open_trade.entry_index in held


@SLOW
@given(cases())
def test_a_lazy_backtest_equals_a_full_advance(case):
    program = compile_program(case.spec)
    lazy = program.backtest(case.bars, case.others)
    full = program.advance(program.new_memory(), *case.part(slice(0, N_BARS)))
    assert (lazy.trades, lazy.rejected, lazy.open_trade) == (
        full.trades,
        full.rejected,
        full.open_trade,
    )


@SLOW
@given(st.integers(0, 2**32), st.integers(0, N_BARS))
def test_a_squad_decides_as_each_member_alone(seed, cut):
    drawer, bars = Drawer(seed), wild_bars(seed, N_BARS)
    packs = drawer.packs(4)
    programs = [compile_program(drawer.spec(packs)) for _ in range(5)]
    others = {name: coarse_bars(bars, name) for name in COARSE}
    found = stream_squad(Case(programs[0].spec, bars, others), programs, cut)
    for program, advances in zip(programs, found, strict=True):
        alone = program.backtest(bars, others)
        assert [t for one in advances for t in one.trades] == alone.trades
        assert [r for one in advances for r in one.rejected] == alone.rejected
        assert advances[-1].open_trade == alone.open_trade


def stream_squad(case, programs, cut):
    """The advances of each program over a first part and then bar by bar."""
    keys = [key for program in programs for key in program.keys]
    other_keys = {}
    for program in programs:
        for name, more in program.other_keys.items():
            other_keys[name] = (*other_keys.get(name, ()), *more)
    nodes, positions = Nodes.new(keys, other_keys), [Position() for _ in programs]
    cuts = [slice(0, cut), *(slice(i, i + 1) for i in range(cut, N_BARS))]
    rounds = []
    for span in cuts:
        frame = nodes.step(*case.part(span))
        rounds.append(walk_many(programs, positions, frame, [0] * len(programs)))
    return list(zip(*rounds, strict=True))


def test_wild_bars_do_trade():
    """The properties above would hold for strategies that never enter; these do."""
    ema = pack("ema_stack", "ema_x", short_period=2, mid_period=4, long_period=6)
    spec = make_spec(entry=trigger(ema, "cross_bull"), packs=(ema,))
    reasons = set()
    for seed in range(20):
        spec_with_target = make_spec(
            entry=spec.entry,
            packs=spec.packs,
            exits=(trigger(ema, "cross_bear"),),
            bar_count=9,
            stop=Protection("atr", 1.5),
            target=Protection("risk_reward", 1.0),
        )
        trades = compile_program(spec_with_target).backtest(wild_bars(seed, 400)).trades
        reasons |= {trade.exit_reason for trade in trades}
    assert reasons == {"stop_loss", "target", "signal_exit", "bar_count_exit", "data_gap"}
