"""Builder state: what the address says, laid over defaults or a stored strategy."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.models import User, UserSettings
from market.sample import SOURCE as SAMPLE
from market.timeframes import TIMEFRAMES
from strategies import offers
from strategies.engine.risk import STOP_METHODS, TARGET_METHODS, risk_configs
from strategies.models import Pack
from strategies.records import Record
from strategies.sample import SAMPLE_WINDOW

State = dict[str, Any]
EXIT_NAMES = ("exit_1", "exit_2", "exit_3")
MULTIPLE = ("conditions", "generals")
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
# Options of a stop or target that the builder leaves as they are.
KEPT_OPTIONS = ("trailing", "breakeven", "exec_type")


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
        "risk_per_trade": 100.0,
        "starting_balance": 10000.0,
        "conditions": [],
        "generals": [],
        **(SAMPLE_WINDOW if source and source.name == SAMPLE else {}),
        **_protection_state("stop", stop),
        **_protection_state("target", target),
    }


def _protection_state(side: str, config: Record | None) -> State:
    state: State = {f"{side}_method": (config or {}).get("method", "")}
    for key, value in (config or {}).items():
        if key != "method" and key not in KEPT_OPTIONS:
            state[f"{side}_{key}"] = value
    return state


def state_of_record(record: Record) -> State:
    """The builder state of a stored strategy."""
    state = {key: record.get(key) for key in PLAIN_FIELDS}
    state.update(
        entry=record.get("entry_trigger_confluence_id") or "",
        bar_count_exit=record.get("bar_count_exit"),
        conditions=list(record.get("confluence") or []),
        generals=list(record.get("general_confluences") or []),
        lookback_start_date=(record.get("lookback_start_date") or "")[:10],
        lookback_end_date=(record.get("lookback_end_date") or "")[:10],
        **(record.get("costs") or {}),
        **_protection_state("stop", record.get("stop_config")),
        **_protection_state("target", record.get("target_config")),
    )
    exits = list(record.get("exit_trigger_confluence_ids") or [])
    state.update(dict(zip(EXIT_NAMES, exits, strict=False)))
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
    for adding, name in (("add_condition", "conditions"), ("add_general", "generals")):
        added = state.pop(adding, "")
        if added and added not in state[name]:
            state[name] = [*state[name], added]
    return _fit(_apply_preset(state, packs))


def _apply_preset(state: State, packs: list[Pack]) -> State:
    chosen = state.pop("preset", "")
    pack = next((pack for pack in packs if pack.pack_id == chosen), None)
    if pack is None:
        return state
    stop, target = risk_configs(pack.base_template, pack.parameters)
    return {**state, **_protection_state("stop", stop), **_protection_state("target", target)}


def _fit(state: State) -> State:
    """Sizes a newly chosen method needs get their defaults; records follow the timeframe."""
    for side, methods in (("stop", STOP_METHODS), ("target", TARGET_METHODS)):
        method = methods.get(str(state.get(f"{side}_method") or ""))
        for parameter in method.fields if method else ():
            state.setdefault(f"{side}_{parameter.name}", parameter.default)
    timeframe = TIMEFRAMES.get(str(state.get("timeframe")))
    if timeframe is not None:
        state["conditions"] = [
            _own_record(record, timeframe.label_primary) for record in state["conditions"]
        ]
    return state


def _own_record(record: str, label: str) -> str:
    _, dash, rest = record.partition("-")
    return f"{label}-{rest}" if dash else record


def query_of(state: Mapping[str, Any], base: Mapping[str, Any]) -> str:
    """The shortest query that describes the state beside `base`; it always names the entry."""
    pairs: list[tuple[str, Any]] = []
    for name, value in state.items():
        if name in MULTIPLE:
            pairs += [(name, item) for item in value]
        elif name == "entry" or (value not in (None, "") and str(value) != str(base.get(name))):
            pairs.append((name, value))
        elif value in (None, "") and base.get(name) not in (None, ""):
            pairs.append((name, ""))
    return urlencode(pairs)
