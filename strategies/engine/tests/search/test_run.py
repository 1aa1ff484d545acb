"""Every variant of a search against a backtest of its own, to the bit."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from strategies.engine.figures.metrics import r_squared
from strategies.engine.program.program import compile_program
from strategies.engine.search.figures import demands
from strategies.engine.search.run import run_search
from strategies.engine.search.variants import Axes, Choice, Variants
from strategies.engine.spec import (
    Breakeven,
    ConditionRef,
    Confirmation,
    Costs,
    CostStep,
    Limits,
    Protection,
    TimeExit,
    Trailing,
    TriggerRef,
)
from strategies.engine.tests.builders import (
    condition,
    make_spec,
    pack,
    reference_bars,
    reference_spec,
    trigger,
    wild_bars,
)
from strategies.engine.tests.twins.search import figures
from strategies.engine.walk.positions import N_TRIGGERS
from strategies.engine.walk.trades import counted

EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
SLOW = pack("ema_stack", "slow", short_period=2, mid_period=5, long_period=9)
VWAP, RVOL, MACD = pack("vwap"), pack("rvol"), pack("macd_line")
MORNING = pack("time_of_day", "morning", end_hour=9, end_minute=50)
STOPS = (
    Protection("atr", 1.0),
    Protection("fixed_dollar", 1.5),
    Protection("percentage", 0.75),
    Protection("swing", lookback=3, padding=0.1),
    Protection("fixed_dollar", 1.5, execution="C"),
    Protection("atr", 0.5, execution="LC"),
    Protection("percentage", 0.3, execution="CC"),
)
TARGETS = (
    None,
    Protection("risk_reward", 1.5),
    Protection("atr", 2.0, execution="CC"),
    Protection("swing", lookback=5, padding=0.0),
    Protection("fixed_dollar", 2.0, execution="C"),
)
TRAILINGS = (None, Trailing("atr", 1.0), Trailing("percentage", 0.4, 0.5))
TIME_EXITS = (
    None,
    TimeExit("eod_exit", minutes_before_close=355),
    TimeExit("time_of_day_exit", start_minute=595),
    TimeExit("max_hold_bars", bars=6),
    TimeExit("session_exit", start_minute=575, end_minute=600),
    TimeExit("session_exit", start_minute=600, end_minute=580),
)
COSTS = Costs(0.01, 0.5, 2.0, 0.03)
DETAILED = Costs(
    commission_per_share=0.005,
    slippage_bps=2.0,
    minimum_per_order=1.0,
    maximum_bps_per_order=90.0,
    commission_surcharge=0.01,
    sell_fee_bps=0.2,
    sell_fee_per_share=0.01,
    sell_fee_cap=0.8,
    both_sides_fee_per_share=0.001,
    half_spread_bps=0.5,
    slippage_open_factor=3.0,
    slippage_open_minutes=12.0,
)
# From a date in the middle of the random bars on.
SCHEDULED = Costs(
    schedule=(
        CostStep(0, DETAILED),
        CostStep(
            1_710_133_200 * 10**9,
            replace(DETAILED, minimum_per_order=0.0, commission_bps=3.0, slippage_open_minutes=3.0),
        ),
    )
)


def every(length, bars):
    """Bars that join `length` of the given ones each."""
    ends = slice(length - 1, bars.n - bars.n % length, length)
    starts = np.arange(0, bars.n - bars.n % length, length)
    joined = bars.take(starts)
    return joined._replace(
        close_ns=bars.close_ns[ends].copy(),
        close=bars.close[ends].copy(),
        high=np.maximum.reduceat(bars.high, np.arange(0, bars.n, length))[: len(starts)],
        low=np.minimum.reduceat(bars.low, np.arange(0, bars.n, length))[: len(starts)],
    )


def entries():
    vwap = [TriggerRef(f"{VWAP.id}_cross_above_lc", VWAP, "cross_above", e) for e in ("L", "LC")]
    return [
        Choice({}, {"entry": trigger(EMA, "cross_bull")}),
        Choice({}, {"entry": replace(trigger(SLOW, "cross_bull"), execution="CC")}),
        Choice({}, {"entry": vwap[0]}),
        Choice({}, {"entry": vwap[1], "confirmation": Confirmation(0, "exit_market")}),
        Choice({}, {"entry": vwap[1], "confirmation": Confirmation(1, "exit_limit")}),
    ]


def exits():
    bear, other = trigger(EMA, "cross_bear"), trigger(SLOW, "cross_bear")
    level = TriggerRef(f"{VWAP.id}_cross_below_ib", VWAP, "cross_below", "L")
    return [
        Choice({}, {"exits": (), "bar_count": None}),
        Choice({}, {"exits": (bear,), "bar_count": 7}),
        Choice({}, {"exits": (level, other), "bar_count": None}),
        Choice({}, {"exits": (bear, level, other), "bar_count": 12, "opposite": other}),
    ]


def conditions():
    other = ConditionRef("5m-SLOW-SML", SLOW, "SML", "5Min", 300)
    return (condition(SLOW, "SML"), condition(SLOW, "LMS"), condition(MACD, "M>S+"), other)


def drawn(seed):
    """A strategy and axes with something of everything, drawn at random."""
    rng = np.random.default_rng(seed)

    def some(choices, n):
        return [choices[i] for i in rng.choice(len(choices), n, replace=False)]

    spec = make_spec(
        packs=(EMA, SLOW, VWAP, MACD, MORNING),
        direction=str(rng.choice(["LONG", "SHORT"])),
        conditions=(condition(RVOL, "LOW"),) if rng.random() < 0.2 else (),
        time_exit=some(TIME_EXITS, 1)[0],
        time_exit_bars=int(rng.choice([0, 20])) or None,
        costs=COSTS if rng.random() < 0.5 else Costs(),
    )
    stops = [
        Choice({}, {"stop": stop, "trailing": some(TRAILINGS, 1)[0], "breakeven": moved})
        for stop, moved in zip(some(STOPS, 2), (None, Breakeven(0.5, 0.05)), strict=True)
    ]
    axes = Axes(
        entries=some(entries(), 2),
        exits=some(exits(), 2),
        stops=stops,
        targets=[Choice({}, {"target": target}) for target in some(TARGETS, 2)],
        conditions=conditions() if rng.random() < 0.7 else (),
        condition_depth=2,
        general=(condition(MORNING, "IN_WINDOW"),),
        general_depth=int(rng.integers(0, 2)),
    )
    return Variants(spec, axes)


def spec_of(variants, kept):
    """The strategy of a kept variant, as its record would be read."""
    fields = {}
    for choice in variants.choices(variants.base(int(kept["base"]))):
        fields |= choice.fields
    added = variants.added(int(kept["general"]), kept["chosen"].tolist())
    return replace(variants.spec, **fields, conditions=(*variants.spec.conditions, *added))


def alone(spec, bars, others, end):
    """The figures of an ordinary backtest, of what was closed before bar `end`."""
    return figures(alone_rs(spec, bars, others, end))


def alone_rs(spec, bars, others, end):
    trades = counted(compile_program(spec).backtest(bars, others).trades)
    return [trade.r_multiple for trade in trades if trade.exit_index < end]


@pytest.mark.parametrize("seed", range(30))
def test_every_variant_equals_a_backtest_of_its_own(seed):
    variants = drawn(seed)
    bars = wild_bars(seed, 500)
    others, end = {"5Min": every(5, bars)}, int(np.random.default_rng(seed).choice([300, 500]))
    found = run_search(variants, bars, others, demands(), limit=variants.n, end_index=end)
    ranked = found.keeper.ranked()
    assert found.is_complete
    assert found.n_tried == variants.n == len(ranked)
    assert sorted(ranked["number"].tolist()) == list(range(variants.n))
    texts = set()
    for kept in ranked:
        spec = spec_of(variants, kept)
        texts.add(repr(spec))
        assert kept["figures"].item() == alone(spec, bars, others, end)
    assert len(texts) == variants.n
    if seed == 0:
        assert ranked["figures"]["trades"].max() > 10


def clocked(bars):
    """The bars with minutes and weekdays as clocks in New York show them."""
    zone = ZoneInfo("America/New_York")
    starts = [datetime.fromtimestamp(ns // 10**9, zone) for ns in bars.start_ns.tolist()]
    return bars._replace(
        minute=np.array([at.hour * 60 + at.minute for at in starts], np.int32),
        weekday=np.array([at.weekday() for at in starts], np.int8),
    )


@pytest.mark.parametrize("costs", [DETAILED, SCHEDULED], ids=["detailed", "scheduled"])
@pytest.mark.parametrize("seed", range(6))
def test_every_variant_equals_a_backtest_of_its_own_whatever_it_costs(seed, costs):
    drawing = drawn(seed)
    variants = Variants(replace(drawing.spec, costs=costs), drawing.axes)
    bars = clocked(wild_bars(seed, 500))
    others = {"5Min": every(5, bars)}
    for kept in run_search(variants, bars, others, demands(), limit=variants.n).keeper.ranked():
        spec = spec_of(variants, kept)
        assert kept["figures"].item() == alone(spec, bars, others, bars.n)


LIMITS = (
    Limits(max_trades_per_day=1),
    Limits(stop_after_losses=1),
    Limits(stop_after_loss_r=0.5, stop_after_profit_r=0.5),
    Limits(cooldown_bars=4),
    Limits(3, 2, 2.0, 3.0, 1),
)


@pytest.mark.parametrize("costs", [Costs(), DETAILED], ids=["free", "detailed"])
@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("seed", range(6))
def test_every_variant_equals_a_backtest_of_its_own_within_limits(seed, limits, costs):
    drawing = drawn(seed)
    variants = Variants(replace(drawing.spec, costs=costs, limits=limits), drawing.axes)
    bars = clocked(wild_bars(seed, 500))
    others, end = {"5Min": every(5, bars)}, int(np.random.default_rng(seed).choice([300, 500]))
    for rank in ("total_r", "r_squared"):
        found = run_search(variants, bars, others, demands(rank), limit=variants.n, end_index=end)
        for kept in found.keeper.ranked():
            rs = alone_rs(spec_of(variants, kept), bars, others, end)
            assert kept["figures"].item() == figures(rs)
            if rank == "r_squared":
                assert kept["r_squared"] == pytest.approx(r_squared(rs), rel=1e-9, abs=1e-12)


def test_the_reference_job_with_other_stops_and_targets():
    spec = reference_spec()
    axes = Axes(
        stops=[Choice({}, {"stop": Protection("atr", size)}) for size in (0.5, 1.5, 4.0)],
        targets=[Choice({}, {"target": Protection("risk_reward", size)}) for size in (1.0, 2.0)],
    )
    variants, bars = Variants(spec, axes), reference_bars("REFA")
    for kept in run_search(variants, bars, None, demands(), limit=6).keeper.ranked():
        assert kept["figures"].item() == alone(spec_of(variants, kept), bars, {}, bars.n)


def test_conditions_of_the_reference_job():
    spec = replace(reference_spec(), conditions=())
    slow = pack("ema_stack", "ema_slow")
    axes = Axes(
        conditions=(
            *(condition(MACD, state) for state in ("M>S+", "M>S-", "M<S-")),
            *(condition(slow, state) for state in ("SML", "LMS")),
            *(condition(RVOL, state) for state in ("NORMAL", "LOW")),
        ),
        condition_depth=3,
    )
    variants, bars = Variants(spec, axes), reference_bars("REFB")
    found = run_search(variants, bars, None, demands("profit_factor", min_trades=10), limit=8)
    assert len(found.keeper.ranked()) == 8
    for kept in found.keeper.ranked():
        assert kept["figures"].item() == alone(spec_of(variants, kept), bars, {}, bars.n)


def test_an_entry_is_not_its_own_exit():
    entry, exits_ = trigger(EMA, "cross_bull"), [(trigger(SLOW, "cross_bull"),), ()]
    axes = Axes(
        entries=[Choice({}, {"entry": entry}), Choice({}, {"entry": exits_[0][0]})],
        exits=[Choice({}, {"exits": one}) for one in exits_],
    )
    assert Variants(make_spec(), axes).pairs == [(0, 0), (0, 1), (1, 1)]


def test_a_search_over_no_bars_and_over_few():
    variants = drawn(1)
    for n in (0, 1, 5):
        bars = wild_bars(1, n)
        found = run_search(variants, bars, None, demands(), limit=3)
        assert found.n_tried == variants.n
        assert not found.keeper.ranked()["figures"]["trades"].any()


def test_a_search_that_is_ended_keeps_what_it_found():
    variants, bars, calls = drawn(2), wild_bars(2, 500), []

    def progress(n):
        calls.append(n)
        return len(calls) < 5

    ended = run_search(variants, bars, None, demands(), limit=100, progress=progress)
    whole = run_search(variants, bars, None, demands(), limit=variants.n)
    assert not ended.is_complete
    assert ended.n_tried == sum(calls) < variants.n
    early = whole.keeper.ranked()
    early = early[early["number"] < ended.n_tried][:100]
    assert ended.keeper.ranked().tobytes() == early.tobytes()


def test_no_variant_has_more_exits_than_the_walk_reads():
    assert max(len(choice.fields["exits"]) for choice in exits()) + 2 <= N_TRIGGERS
