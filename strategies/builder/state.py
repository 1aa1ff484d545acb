"""Builder state: what the address says, laid over defaults or a stored strategy."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.models import User, UserSettings
from market.sources import SAMPLE
from market.timeframes import TIMEFRAMES, Timeframe
from strategies.builder import offers
from strategies.builder.protection import (
    State,
    state_of_stop,
    state_of_target,
    state_of_time_exit,
    with_defaults,
)
from strategies.engine.indicators.risk import risk_configs
from strategies.engine.indicators.time_exits import time_exit_config
from strategies.models import Pack
from strategies.record import ids
from strategies.record.sameness import Record
from strategies.saving.sample import SAMPLE_WINDOW
from strategies.words import fills

EXIT_NAMES = ("exit_1", "exit_2", "exit_3")
TRIGGER_NAMES = ("entry", *EXIT_NAMES)
MULTIPLE = ("conditions", "generals")
# Boxes: one that is not ticked is not sent.
SWITCHES = ("breakeven", "hifi")
PLAIN_FIELDS = (
    "name",
    "data_source",
    "symbol",
    "timeframe",
    "direction",
    "trading_session",
    "lookback_mode",
    "data_days",
    "bar_count",
    "risk_per_trade",
    "starting_balance",
    "notes",
)
PLAIN_CONFIRMATION: State = {"confirm_bar_offset": 0, "on_failure": "exit_market"}


def default_state(user: User, sources: list[offers.SourceOffer]) -> State:
    """What an empty builder shows: the deployment's source, a stop and a target that work."""
    preferences = UserSettings.objects.filter(user=user).first()
    source = next((one for one in sources if one.name == SAMPLE), sources[0] if sources else None)
    stop = preferences.default_stop_config if preferences else {"method": "atr", "atr_mult": 1.5}
    target = preferences.default_target_config if preferences else None
    return {
        "data_source": source.name if source else "",
        "symbol": source.symbols[0] if source and source.symbols else "",
        "timeframe": "1Min",
        "direction": "LONG",
        "trading_session": "RTH",
        "lookback_mode": "Days",
        "data_days": 30,
        "bar_count": 1000,
        "entry": "",
        **{f"{name}_exec": "C" for name in TRIGGER_NAMES},
        **PLAIN_CONFIRMATION,
        "risk_per_trade": 100.0,
        "starting_balance": 10000.0,
        "conditions": [],
        "generals": [],
        **(SAMPLE_WINDOW if source and source.name == SAMPLE else {}),
        **state_of_stop(stop),
        **state_of_target(target),
        **state_of_time_exit(None),
    }


def state_of_record(record: Record) -> State:
    """The builder state of a stored strategy."""
    confirmation = record.get("entry_confirmation") or {}
    state: State = {
        **{key: record.get(key) for key in PLAIN_FIELDS},
        **{key: confirmation.get(key, plain) for key, plain in PLAIN_CONFIRMATION.items()},
        "bar_count_exit": record.get("bar_count_exit"),
        "conditions": list(record.get("confluence") or []),
        "generals": list(record.get("general_confluences") or []),
        "lookback_start_date": (record.get("lookback_start_date") or "")[:10],
        "lookback_end_date": (record.get("lookback_end_date") or "")[:10],
        "hifi": "on" if record.get("hifi") else "",
        **(record.get("costs") or {}),
        **state_of_stop(record.get("stop_config")),
        **state_of_target(record.get("target_config")),
        **state_of_time_exit(record.get("time_exit_config")),
    }
    exits = list(record.get("exit_trigger_confluence_ids") or [])
    triggers = [record.get("entry_trigger_confluence_id") or "", *exits]
    for name in TRIGGER_NAMES:
        trigger = triggers.pop(0) if triggers else ""
        state[name], state[f"{name}_exec"] = ids.split(trigger)
    return {key: value for key, value in state.items() if value not in (None, "")}


def state_of_query(query: QueryDict, base: State, packs: list[Pack]) -> State:
    """The state an address or a submitted form describes, laid over `base`.

    A list that a form knows replaces the one of `base` even when it is empty; a picked addition
    and a picked risk pack are carried out here.
    """
    state = dict(base)
    is_whole_form = "entry" in query
    for name in query:
        if name not in MULTIPLE and name not in ("csrfmiddlewaretoken", "action"):
            state[name] = query[name]
    for name in MULTIPLE:
        if name in query or is_whole_form:
            state[name] = list(dict.fromkeys(query.getlist(name)))
    for name in SWITCHES:
        if name not in query and is_whole_form:
            state[name] = ""
    return _fit(_apply_presets(_with_additions(state), packs), packs)


def _with_additions(state: State) -> State:
    """Picked records join those chosen; a condition on the timeframe picked beside it."""
    added, general = state.pop("add_condition", ""), state.pop("add_general", "")
    timeframe = TIMEFRAMES.get(str(state.get("condition_timeframe")))
    if added and timeframe is not None:
        added = _relabelled(added, timeframe.label_secondary)
    if added:
        state["conditions"] = [*state["conditions"], added]
    if general and general not in state["generals"]:
        state["generals"] = [*state["generals"], general]
    return state


def _apply_presets(state: State, packs: list[Pack]) -> State:
    """A picked pack writes its values into the fields; how stops are filled stays as it is."""
    chosen = (state.pop("preset", ""), state.pop("time_preset", ""))
    for pack in packs:
        if pack.pack_id not in chosen:
            continue
        if pack.family == Pack.Family.TIME:
            config = time_exit_config(pack.base_template, pack.parameters)
            state = {**state, **state_of_time_exit(config)}
        elif pack.family == Pack.Family.RISK:
            stop, target = risk_configs(pack.base_template, pack.parameters)
            filled = {**state_of_stop(stop), **state_of_target(target)}
            kept = {key: value for key, value in filled.items() if not key.endswith("exec_type")}
            state = {**state, **kept}
    return state


def _fit(state: State, packs: list[Pack]) -> State:
    """Sizes of new methods, fills a trigger can have, records that follow the timeframe."""
    state = with_defaults(state)
    for name in TRIGGER_NAMES:
        state.update(_trigger(name, state, packs))
    timeframe = TIMEFRAMES.get(str(state.get("timeframe")))
    if timeframe is not None:
        records = [_own_record(record, timeframe) for record in state["conditions"]]
        state["conditions"] = list(dict.fromkeys(records))
    if state.get("condition_timeframe") == state.get("timeframe"):
        state["condition_timeframe"] = ""
    return state


def _trigger(name: str, state: State, packs: list[Pack]) -> State:
    """A trigger without its suffix beside the fill that it asks for."""
    trigger, said = ids.split(str(state.get(name) or ""))
    wanted = said if said != "C" else str(state.get(f"{name}_exec") or "C")
    possible = offers.executions_of(packs, trigger, is_entry=name == "entry")
    if possible:
        wanted = fills.nearest(wanted, possible)
    return {name: trigger, f"{name}_exec": wanted}


def _own_record(record: str, own: Timeframe) -> str:
    """Records of the strategy's own timeframe follow it; those of others stay where they are."""
    label = record.partition("-")[0]
    others = {one.label_secondary for one in TIMEFRAMES.values()} - {own.label_secondary}
    return record if label in others else _relabelled(record, own.label_primary)


def _relabelled(record: str, label: str) -> str:
    _, dash, rest = record.partition("-")
    return f"{label}-{rest}" if dash else record


def query_of(state: Mapping[str, Any], base: Mapping[str, Any]) -> str:
    """The shortest query that describes the state beside `base`; it always names the entry."""
    pairs: list[tuple[str, Any]] = []
    for name, value in state.items():
        if name in MULTIPLE:
            pairs += [(name, item) for item in value]
        elif name in SWITCHES:
            pairs += [(name, "on")] if value else []
        elif name == "entry" or is_other(value, base.get(name)):
            pairs.append((name, "" if value is None else value))
    return urlencode(pairs)


def is_other(value: Any, base: Any) -> bool:
    """Whether two values would not read alike in a form."""
    return ("" if value is None else str(value)) != ("" if base is None else str(base))
