"""Records no person would write: each is read or refused by field, and never breaks the reader."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import TEMPLATES, default_pack_records
from strategies.engine.program.program import compile_program
from strategies.record.reading import parse_strategy

STEADY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PACKS = default_pack_records()
FULL = {
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "5Min",
    "trading_session": "RTH",
    "strategy_origin": "standard",
    "entry_trigger_confluence_id": "vwap_default_cross_above_lc",
    "entry_confirmation": {"confirm_bar_offset": 1, "on_failure": "exit_limit"},
    "exit_trigger_confluence_ids": ["ema_stack_fast_cross_bear", "opposite_signal"],
    "bar_count_exit": 9,
    "time_exit_config": {"method": "session_exit", "start_hour": 10, "end_hour": 15},
    "confluence": ["5M-EMA_STACK-SML", "15m-RVOL-HIGH", "1d-MACD_LINE-M>S+"],
    "general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"],
    "stop_config": {
        "method": "swing",
        "lookback": 5,
        "padding": 0.1,
        "exec_type": "C",
        "trailing": {"enabled": True, "method": "percentage", "percentage": 0.4},
        "breakeven": {"enabled": True, "activation_r": 1.0, "offset": 0.1},
    },
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0, "exec_type": "CC"},
    "stop_atr_mult": 1.5,
    "hifi": True,
    "costs": {
        "commission_per_share": 0.01,
        "slippage_bps": 1,
        "slippage_open_factor": 2,
        "slippage_open_minutes": 15,
        "schedule": [{"valid_from": "2026-04-04", "fields": {"sell_fee_bps": 0.206}}],
    },
    "risk_per_trade": 50,
    "starting_balance": 1000.0,
    "forward_test_start": "2024-07-01T09:30:00",
    "data_source": "sample",
    "name": "All of it",
    "packs": [
        {
            "id": "ema_stack_fast",
            "base_template": "ema_stack",
            "version": "Fast",
            "parameters": {"short_period": 3, "mid_period": 5, "long_period": 8},
        }
    ],
}
KEYS = sorted(
    {*TEMPLATES, *(pack["id"] for pack in PACKS), *(f"{name}_default" for name in TEMPLATES)}
    | {name for t in TEMPLATES.values() for name in (t.prefix, t.interpreter)}
    | {n for t in TEMPLATES.values() for a in t.aliases for n in (a.id, a.prefix, a.interpreter)}
)
BASES = sorted({trigger.base for t in TEMPLATES.values() for trigger in t.triggers})
STATES = sorted({state.name for t in TEMPLATES.values() for state in t.states})
LABELS = ["GEN", "gen", "1M", "1m", "5M", "5m", "1d", "1mo", "1MO", "1w", "1W", "5Min", "", "7x"]
SUFFIXES = ["", "", "_ib", "_lc", "_cc", "_hm", "_hl", "_"]
EXITS = ["opposite_signal", "fixed_r_2", "fixed_r_3", "time_exit_50", "trailing_stop"]


def joined(joint, *parts):
    return st.tuples(*(st.sampled_from(part) for part in parts)).map(joint.join)


of_one_template = st.sampled_from([t for t in TEMPLATES.values() if t.triggers]).flatmap(
    lambda t: st.tuples(
        st.sampled_from([t.id, f"{t.id}_default", t.prefix]),
        st.sampled_from([trigger.base for trigger in t.triggers]),
        st.sampled_from(SUFFIXES),
    ).map(lambda parts: f"{parts[0]}_{parts[1]}{parts[2]}")
)
states_of_one = st.sampled_from([t for t in TEMPLATES.values() if t.states]).flatmap(
    lambda t: st.tuples(
        st.sampled_from(LABELS),
        st.sampled_from([t.id.upper(), f"{t.id}_default".upper(), t.interpreter]),
        st.sampled_from(t.state_names()),
    ).map("-".join)
)
fragments = (
    of_one_template
    | states_of_one
    | joined("_", ["trig_ema", "cid", *KEYS], BASES, ["", "lc", "ib"])
    | joined("-", LABELS, [key.upper() for key in KEYS], STATES)
    | st.sampled_from([*EXITS, *KEYS, *BASES, *STATES, *SUFFIXES, "L", "CC", "atr", "exit_limit"])
)
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, -1, 2.5, 10**400, 1e308, 1e13])
    | st.floats()
    | st.text(max_size=8)
    | fragments
)
anything = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from(["id", "method"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


def places(value, path=()):
    """Where a record holds a value, the record itself left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(items):
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


PLACES = list(places(FULL))


def changed(path, value, is_gone):
    record = copy.deepcopy(FULL)
    holder = record
    for key in path[:-1]:
        holder = holder[key]
    if is_gone:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return record


def check(record, strict):
    """The program of a record that can be read; a refusal names a field and says something."""
    try:
        spec = parse_strategy(record, default_packs=PACKS, strict=strict)
    except StrategyError as error:
        faults = error.errors
    else:
        return check_read(spec)
    assert faults
    assert all(field.strip() and message.strip() for field, message in faults)
    return None


def check_read(spec):
    assert all(warning.strip() for warning in spec.warnings)
    return compile_program(spec)


def test_the_record_that_is_changed_here_is_a_strategy():
    assert check(FULL, strict=True) is not None


@STEADY
@given(st.dictionaries(st.sampled_from(list(FULL)), anything, max_size=3), st.booleans())
def test_anything_in_any_field(changes, strict):
    check({**FULL, **changes}, strict)


@STEADY
@given(st.sampled_from(PLACES), anything, st.booleans(), st.booleans())
def test_a_strategy_with_one_part_changed_or_gone(path, value, is_gone, strict):
    check(changed(path, value, is_gone), strict)


ids = {
    "entry_trigger_confluence_id": of_one_template | fragments,
    "exit_trigger_confluence_ids": st.lists(of_one_template | fragments, min_size=1, max_size=2),
    "confluence": st.lists(states_of_one | fragments, min_size=1, max_size=2),
    "timeframe": st.sampled_from(["1Min", "15Min", "1Day"]),
}


@STEADY
@given(st.sampled_from(list(ids)).flatmap(lambda name: st.tuples(st.just(name), ids[name])))
def test_ids_made_of_parts_of_ids(change):
    name, value = change
    usual = {"time_exit_config": None, "exit_trigger_confluence_ids": []}
    check({**FULL, **usual, name: value}, strict=False)


@given(anything)
@settings(parent=STEADY, max_examples=50)
def test_what_is_no_record_at_all(value):
    check(value, strict=False)
