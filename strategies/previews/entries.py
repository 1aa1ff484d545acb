"""A strategy around a pack, so that the engine itself shows where it would stop, aim and leave.

Its entries are crosses of two averages: often enough to see something, and nobody's edge.
"""

from collections.abc import Mapping

from strategies.engine.indicators.risk import risk_configs
from strategies.engine.indicators.time_exits import time_exit_config
from strategies.engine.spec import PackSpec, StrategySpec
from strategies.engine.template import Template, Value
from strategies.record.reading import parse_strategy

ENTRY_PACK = {
    "id": "preview_entry",
    "base_template": "ema_stack",
    "version": "9 and 21",
    "parameters": {"short_period": 9, "mid_period": 21, "long_period": 22},
}
PREVIEW_ID = "preview"
CROSSES = {"LONG": "cross_bull", "SHORT": "cross_bear"}
OPPOSITES = {"LONG": "cross_bear", "SHORT": "cross_bull"}
# So far away that time alone ends a trade.
FAR_STOP = {"method": "percentage", "percentage": 10.0}


def shows_trades(template: Template) -> bool:
    """Whether a preview shows what becomes of entries, in place of states and events."""
    return template.run is None


def pack_spec(template: Template, parameters: Mapping[str, Value]) -> PackSpec:
    return PackSpec(PREVIEW_ID, template.id, "Preview", dict(parameters))


def entry_spec(
    template: Template, parameters: Mapping[str, Value], series: Mapping[str, object]
) -> StrategySpec:
    """Crosses entered with the stop and target, or left by the time exit or bar count, of a pack.

    Without a target the opposite cross ends a trade too. Raises StrategyError by field.
    """
    direction = str(series["direction"])
    record = {
        "name": "Preview",
        **{name: series[name] for name in ("data_source", "symbol", "timeframe", "direction")},
        "trading_session": series["trading_session"],
        "entry_trigger_confluence_id": _trigger(CROSSES[direction]),
        **_exits(template, parameters, direction),
    }
    return parse_strategy(record, default_packs=[ENTRY_PACK], strict=True)


def _exits(
    template: Template, parameters: Mapping[str, Value], direction: str
) -> dict[str, object]:
    if template.family == "risk":
        stop, target = risk_configs(template.id, parameters)
        opposite = [] if target else [_trigger(OPPOSITES[direction])]
        return {
            "stop_config": stop,
            "target_config": target,
            "exit_trigger_confluence_ids": opposite,
        }
    if template.family == "time":
        config = time_exit_config(template.id, parameters)
        return {"stop_config": FAR_STOP, "time_exit_config": config}
    return {"stop_config": FAR_STOP, "bar_count_exit": parameters.get("candle_count", 1)}


def _trigger(base: str) -> str:
    return f"{ENTRY_PACK['id']}_{base}"
