"""Why a trigger fired: right sentences typed by hand, and true ones for every trigger there is."""

import re

import numpy as np
import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.program.moment import BarValues, Moment
from strategies.engine.spec import PackSpec
from strategies.engine.tests.builders import (
    any_parameters,
    condition,
    pack,
    reference_bars,
    trigger,
    wild_bars,
)
from strategies.engine.tests.readings import read
from strategies.words.causes import compared, state_text, trigger_cause
from strategies.words.states import condition_words, stored_state

FIRING = [
    (template.id, one.base)
    for template in TEMPLATES.values()
    if template.run is not None
    for one in template.triggers
]
# A bar may pass several channels at once, and not the one that is then the nearest.
SEVERAL_LEVELS = {("sr_channels", "resistance_broken"), ("sr_channels", "support_broken")}


def moments(pack_spec, bars):
    """What a pack says on each bar, with the two before."""
    vector = pack_spec.template.vector(pack_spec.parameters)
    reading = read(pack_spec.base_template, vector, bars)
    rows = zip(bars.open, bars.high, bars.low, bars.close, bars.volume, bars.day, strict=True)
    values = [BarValues(*map(float, row[:5]), int(row[5])) for row in rows]
    columns = [
        dict(zip(reading.columns, row, strict=True))
        for row in zip(*reading.columns.values(), strict=True)
    ] or [{}] * bars.n
    for t in range(bars.n):
        span = range(t, max(-1, t - 3), -1)
        moment = Moment(
            pack_spec,
            tuple(values[i] for i in span),
            tuple(columns[i] for i in span),
            tuple(reading.states[i] for i in span[:2]),
        )
        yield moment, reading.triggers[t]


def drawn(template_id):
    """Packs of a template on bars of a market and on wild ones with spikes of volume."""
    template = TEMPLATES[template_id]
    for seed in range(40):
        rng = np.random.default_rng(seed)
        values = template.defaults() if seed < 2 else any_parameters(template, rng)
        calm = reference_bars("REFA").take(slice(0, 2400))
        bars = wild_bars(seed, 900) if seed % 2 else calm
        yield pack(template_id, **values), bars._replace(volume=bars.volume**3)


def fired(template_id, base, most=60):
    found = []
    for pack_spec, bars in drawn(template_id):
        found += [one for one, bases in moments(pack_spec, bars) if base in bases]
        if len(found) >= most:
            break
    return found


@pytest.mark.parametrize(("template_id", "base"), FIRING)
def test_every_trigger_is_told_truly_by_its_values_or_by_its_state(template_id, base) -> None:
    found = fired(template_id, base)
    assert found, "never fired on these bars"
    template = TEMPLATES[template_id]
    for moment in found:
        ref = trigger(moment.pack, base)
        text, relations = trigger_cause(ref, moment, 2), ref.trigger.compares
        if (template_id, base) not in SEVERAL_LEVELS:
            assert all(compared(one, moment) for one in relations), (relations, moment)
        has_values = bool(relations) and re.search(r"\d", text) is not None
        assert has_values or any(state.meaning in text for state in template.states), text


@pytest.mark.parametrize("template", [one for one in TEMPLATES.values() if one.states])
def test_no_state_is_a_bare_code(template) -> None:
    for state in template.states:
        words = stored_state(f"{template.name} (Default)", state.name)
        assert words == (state.meaning, state.name)
        moment = Moment(pack(template.id), (), (), (state.name, None))
        assert state_text(moment) == f"{template.name}: {state.meaning}"


def bar(high=0.0, low=0.0, close=0.0, open_=0.0, day=1):
    return BarValues(open_, high, low, close, 0.0, day)


def at(template_id, *columns, bars=(), states=(None, None), **parameters):
    return Moment(pack(template_id, **parameters), tuple(bars), columns, states)


EMA_UNDER = {"short": 448.27, "mid": 448.29}
RIGHT = [
    (
        ("ema_stack", "cross_bull", "C"),
        at("ema_stack", {"short": 448.31, "mid": 448.30}, EMA_UNDER),
        "Short EMA 448.31 rose above Mid EMA 448.30; a bar before it was under it (448.27 and "
        "448.29)",
    ),
    # Nothing known of the bar before.
    (
        ("ema_stack", "cross_bull", "C"),
        at("ema_stack", {"short": 448.31, "mid": 448.30}),
        "Short EMA 448.31 is above Mid EMA 448.30",
    ),
    # Equal to two decimals, and yet it crossed.
    (
        ("ema_stack", "cross_bear", "CC"),
        at("ema_stack", {"short": 448.301, "mid": 448.302}, {"short": 448.3, "mid": 448.3}),
        "Short EMA 448.301 fell under Mid EMA 448.302; a bar before it was at it (448.300 and "
        "448.300)",
    ),
    (
        ("rsi_zones", "cross_into_overbought", "C"),
        at("rsi_zones", {"rsi": 70.0}, {"rsi": 68.1}),
        "RSI 70.00 rose to Overbought 70; a bar before it was under it (68.10)",
    ),
    (
        ("macd_line", "zero_cross_down", "C"),
        at("macd_line", {"line": -0.028}, {"line": 0.0325}),
        "MACD −0.02800 fell under zero; a bar before it was above it (0.03250)",
    ),
    (
        ("vwap", "cross_above", "L"),
        at("vwap", {}, {"vwap": 448.31}, bars=[bar(high=448.4, open_=448.2), bar(close=448.2)]),
        "High 448.40 reached VWAP of the bar before (448.31); a bar before the close was under it "
        "(448.20)",
    ),
    (
        ("vwap", "cross_below", "LC"),
        at("vwap", {}, {"vwap": 448.31}, bars=[bar(low=447, open_=447.5), bar(close=448.31)]),
        "Open 447.50 is under VWAP of the bar before (448.31); a bar before the close was at it "
        "(448.31)",
    ),
    # The line began anew with the date: nothing is said of the day before.
    (
        ("vwap", "cross_above", "C"),
        at("vwap", {"vwap": 10.0}, {"vwap": 12.0}, bars=[bar(close=11, day=2), bar(close=9)]),
        "Close 11.00 is above VWAP 10.00",
    ),
    (
        ("vwap", "return_to_vwap", "C"),
        at("vwap", states=("@V", "<-1σ"), bars=[bar(), bar()]),
        "VWAP: at the line, within half of band 1; a bar before: under the lower band 1",
    ),
    (
        ("stochastic_oscillator", "k_cross_above_d_oversold", "C"),
        at("stochastic_oscillator", {"k": 19.21, "d": 17.84}, {"k": 12.24, "d": 20.4}),
        "%K 19.21 rose above %D 17.84 and is under Oversold 20; a bar before it was under it "
        "(12.24 and 20.40)",
    ),
    (
        ("strat_assistant", "hammer", "C"),
        at("strat_assistant", bars=[bar(open_=19.8, high=20, low=19, close=19.9)]),
        "Open 19.80 is above the end of a long lower wick 19.75 and close 19.90 is above the end "
        "of a long lower wick 19.75",
    ),
    (
        ("swing_123", "bull_c3", "C"),
        at(
            "swing_123", bars=[bar(close=42), bar(high=41, low=38, close=40), bar(low=39, close=39)]
        ),
        "Close 42.00 is above the high of the bar before (41.00), the low of the bar before, "
        "38.00, was under that of the one before it (39.00) and the close of the bar before, "
        "40.00, was above that of the one before it (39.00)",
    ),
    # What the values do not bear out is not said.
    (
        ("ema_stack", "cross_bull", "C"),
        at("ema_stack", {"short": 1.0, "mid": 2.0}, states=("LMS", "LMS")),
        "EMA Stack: full bear: long over mid over short",
    ),
    (("bar_count", "exit", "C"), at("bar_count"), "Bar Count Exit: Bar Count Reached"),
]


@pytest.mark.parametrize(("fired_trigger", "moment", "text"), RIGHT)
def test_a_cause_reads_as_typed_here(fired_trigger, moment, text) -> None:
    _, base, execution = fired_trigger
    assert trigger_cause(trigger(moment.pack, base, execution), moment, 2) == text


def test_a_pack_with_a_version_is_named_by_it() -> None:
    spec = PackSpec("x", "vwap", "Wide", TEMPLATES["vwap"].defaults())
    assert state_text(Moment(spec, (), (), ("@V",))).startswith("VWAP (Wide): at the line")


def test_a_condition_names_its_timeframe() -> None:
    words = condition_words(condition(pack("macd_line"), "M>S+", "5Min"))
    assert words == "MACD Line on 5Min: line over signal, above zero"
