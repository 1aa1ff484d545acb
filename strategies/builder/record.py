"""The flat record that the builder's fields describe."""

from collections.abc import Mapping
from typing import Any

from strategies.builder.protection import stop_of, target_of, time_exit_of
from strategies.builder.state import EXIT_NAMES, PLAIN_FIELDS
from strategies.record import ids
from strategies.record.parts.costs import COST_FIELDS
from strategies.record.sameness import Record

Values = Mapping[str, Any]
DATES = ("lookback_start_date", "lookback_end_date")


def record_of(values: Values, kept: Record) -> Record:
    """`values` are those of the fields that are shown; `kept` is the stored record, or empty."""
    exits = [_trigger(name, values) for name in EXIT_NAMES if values.get(name)]
    return {
        **{key: values[key] for key in PLAIN_FIELDS if values.get(key) is not None},
        **{key: values[key] and values[key].isoformat() for key in DATES if key in values},
        "entry_trigger_confluence_id": _trigger("entry", values),
        "entry_confirmation": _confirmation(values),
        "exit_trigger_confluence_ids": list(dict.fromkeys(exits)),
        "bar_count_exit": values.get("bar_count_exit"),
        "confluence": values["conditions"],
        "general_confluences": values["generals"],
        "stop_config": stop_of(values, kept.get("stop_config")),
        "target_config": target_of(values, kept.get("target_config")),
        "time_exit_config": time_exit_of(values, kept.get("time_exit_config")),
        "costs": {key: values.get(key) or 0.0 for key in COST_FIELDS},
        **({"hifi": values["hifi"]} if _says_hifi(values, kept) else {}),
    }


def _trigger(name: str, values: Values) -> str:
    return ids.joined(values[name], values.get(f"{name}_exec") or "C")


def _confirmation(values: Values) -> Record | None:
    """That of an `LC` entry; others have none."""
    if values.get("entry_exec") != "LC":
        return None
    return {
        "confirm_bar_offset": int(values.get("confirm_bar_offset") or 0),
        "on_failure": values.get("on_failure") or "exit_market",
    }


def _says_hifi(values: Values, kept: Record) -> bool:
    """Whether the box is shown and says something that is not said already by leaving it out."""
    return "hifi" in values and bool(values["hifi"] or kept.get("hifi"))
