"""Batch equals prefix plus streamed rest, to the last bit, for every pack and cut."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategies.engine.catalogue import TEMPLATES
from strategies.engine.program import compile_program
from strategies.engine.strategy import Protection
from strategies.engine.tests.builders import (
    any_parameters,
    make_spec,
    pack,
    record,
    trigger,
    wild_bars,
)

N_BARS = 160
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


SIGNAL_TEMPLATES = [t for t in TEMPLATES.values() if t.run is not None]


@st.composite
def packs(draw):
    """A pack of every template with a node, parameters drawn from its own limits."""
    seed = draw(st.integers(0, 2**32))
    rng = np.random.default_rng(seed)
    return [pack(t.id, f"{t.id}_x", **any_parameters(t, rng)) for t in SIGNAL_TEMPLATES]


protections = st.one_of(
    st.builds(Protection, st.just("atr"), st.floats(0.5, 3.0)),
    st.builds(Protection, st.just("fixed_dollar"), st.floats(0.1, 5.0)),
    st.builds(Protection, st.just("percentage"), st.floats(0.05, 3.0)),
    st.builds(Protection, st.just("swing"), st.just(0.0), st.integers(1, 8), st.floats(0.0, 0.5)),
)
targets = st.one_of(
    st.none(), protections, st.builds(Protection, st.just("risk_reward"), st.floats(0.5, 4.0))
)


@st.composite
def specs(draw):
    all_packs = draw(packs())
    all_triggers = [trigger(p, t.base) for p in all_packs for t in p.template.triggers]
    entry, *exits = draw(
        st.lists(st.sampled_from(all_triggers), min_size=1, max_size=4, unique_by=lambda t: t.id)
    )
    required = []
    if draw(st.booleans()):
        owner = draw(st.sampled_from(all_packs))
        required = [record(owner, draw(st.sampled_from(owner.template.state_names())))]
    return make_spec(
        direction=draw(st.sampled_from(["LONG", "SHORT"])),
        entry=entry,
        exits=tuple(exits),
        required=tuple(required),
        bar_count=draw(st.one_of(st.none(), st.integers(1, 20))),
        stop=draw(protections),
        target=draw(targets),
        packs=tuple(all_packs),
    )


def assert_outputs_equal(whole, parts):
    for key, output in whole.outputs.items():
        for column, pieces in zip(
            output, zip(*(p.outputs[key] for p in parts), strict=True), strict=True
        ):
            joined = np.concatenate(pieces, axis=-1)
            assert column.tobytes() == joined.tobytes(), key


def assert_same(program, whole, whole_state, parts, state):
    assert_outputs_equal(whole, parts)
    assert [t for part in parts for t in part.trades] == whole.trades
    assert [r for part in parts for r in part.rejected] == whole.rejected
    assert parts[-1].open_trade == whole.open_trade
    assert program.dumps(state) == program.dumps(whole_state)


@SLOW
@given(specs(), st.integers(0, 2**32), st.integers(0, N_BARS), st.integers(0, 90))
def test_prefix_and_streamed_rest_equal_the_whole(spec, seed, cut, first_visible):
    bars, program = wild_bars(seed, N_BARS), compile_program(spec)
    whole_state, state = program.new_state(), program.new_state()
    whole = program.advance(whole_state, bars, first_visible_index=first_visible)
    cuts = [slice(0, cut), *(slice(i, i + 1) for i in range(cut, N_BARS))]
    parts = [
        program.advance(state, bars.take(part), first_visible_index=first_visible) for part in cuts
    ]
    assert_same(program, whole, whole_state, parts, state)


@SLOW
@given(specs(), st.integers(0, 2**32), st.integers(0, N_BARS))
def test_a_state_stored_at_any_bar_goes_on_as_if_never_stored(spec, seed, cut):
    bars, program = wild_bars(seed, N_BARS), compile_program(spec)
    whole_state, state = program.new_state(), program.new_state()
    whole = program.advance(whole_state, bars)
    first = program.advance(state, bars.take(slice(0, cut)))
    restored = compile_program(spec).loads(program.dumps(state))
    rest = program.advance(restored, bars.take(slice(cut, None)))
    assert_same(program, whole, whole_state, [first, rest], restored)


@SLOW
@given(specs(), st.integers(0, 2**32), st.integers(1, N_BARS))
def test_appending_bars_never_changes_what_was_decided(spec, seed, cut):
    bars, program = wild_bars(seed, N_BARS), compile_program(spec)
    short, long = program.backtest(bars.take(slice(0, cut))), program.backtest(bars)
    assert long.trades[: len(short.trades)] == short.trades
    assert long.rejected[: len(short.rejected)] == short.rejected
    for key, output in short.outputs.items():
        assert output.codes.tobytes() == long.outputs[key].codes[:cut].tobytes()
        assert output.bits.tobytes() == long.outputs[key].bits[:cut].tobytes()
    if short.open_trade is not None:
        held = [t.entry_index for t in long.trades] + [
            long.open_trade.entry_index if long.open_trade else -1
        ]
        assert short.open_trade.entry_index in held


@SLOW
@given(specs(), st.integers(0, 2**32))
def test_a_lazy_backtest_equals_a_full_advance(spec, seed):
    bars, program = wild_bars(seed, N_BARS), compile_program(spec)
    lazy, full = program.backtest(bars), program.advance(program.new_state(), bars)
    assert (lazy.trades, lazy.rejected, lazy.open_trade) == (
        full.trades,
        full.rejected,
        full.open_trade,
    )


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
    assert reasons == {"stop_loss", "target", "signal_exit", "bar_count_exit"}
