"""Stop and target, and what moves the stop."""

from collections.abc import Iterator, Mapping, Sequence

from django import forms

from strategies.builder import offers
from strategies.builder.blocks import Block, Switch
from strategies.builder.fields import choose_from, fill_field
from strategies.builder.part import Chosen, Fields, Part, Record, Start, State, Values, block_in
from strategies.engine.indicators.risk import (
    BREAKEVEN_FIELDS,
    STOP_METHODS,
    TARGET_METHODS,
    TRAILING_ACTIVATION,
    TRAILING_METHODS,
    risk_configs,
)
from strategies.models import Pack
from strategies.packs.names import PackNames
from strategies.record.shape import Unread
from strategies.words import fills
from strategies.words.protection import enabled

STOP = Block("stop", "Stop", STOP_METHODS)
TARGET = Block("target", "Target", TARGET_METHODS, none="None: triggers only")
TRAILING = Block(
    "trailing",
    "Trailing stop",
    TRAILING_METHODS,
    none="Off: the stop stays",
    common=(TRAILING_ACTIVATION,),
)
BREAKEVEN = Switch("breakeven", "Move the stop to breakeven", {}, common=BREAKEVEN_FIELDS)
BLOCKS = (STOP, TARGET, TRAILING, BREAKEVEN)
# Blocks within the stop.
MOVING = (TRAILING, BREAKEVEN)
USUAL_STOP: Record = {"method": "atr", "atr_mult": 1.5}
USUAL_TARGET: Record = {"method": "risk_reward", "rr_ratio": 2.0}
USUAL_FILL = "L"


class Protection(Part):
    order = 60
    inputs = {
        "preset": forms.ChoiceField(required=False, label="Risk pack"),
        "breakeven": forms.BooleanField(
            required=False,
            label=BREAKEVEN.label,
            help_text="It goes to the entry price once the trade is ahead enough.",
        ),
    }
    fault_fields = {"stop_config": "stop_method", "target_config": "target_method"}

    def defaults(self, start: Start) -> State:
        mine = start.preferences
        stop, target = (
            (mine.default_stop_config, mine.default_target_config) if mine else (USUAL_STOP, None)
        )
        return {**_state_of_stop(stop), **_state_of_target(target or USUAL_TARGET)}

    def state_of(self, record: Unread) -> State:
        stop, target = block_in(record, "stop_config"), block_in(record, "target_config")
        return {**_state_of_stop(stop), **_state_of_target(target)}

    def fit(self, state: State, names: PackNames) -> None:
        """A picked pack writes its values into the fields; how stops are filled stays as it is."""
        pack = names.pack(state.pop("preset", ""))
        if pack is not None and pack.family == Pack.Family.RISK:
            stop, target = risk_configs(pack.base_template, pack.parameters)
            filled = {**_state_of_stop(stop), **_state_of_target(target)}
            state.update({k: v for k, v in filled.items() if not k.endswith("exec_type")})
        for block in BLOCKS:
            block.fit(state)

    def fields(self, chosen: Chosen) -> Fields:
        fields = super().fields(chosen)
        packs = offers.presets(chosen.names.packs, Pack.Family.RISK)
        choose_from(fields["preset"], [("", "Take from a risk pack"), *packs])
        return fields

    def details(self, chosen: Chosen) -> Fields:
        fields: Fields = {}
        for block in BLOCKS:
            fields.update(block.fields(chosen.state))
        fields["stop_exec_type"] = fill_field("Stop filled", fills.STOP_LABELS.items())
        if chosen.state.get("target_method"):
            fields["target_exec_type"] = fill_field("Target filled", fills.STOP_LABELS.items())
        if "trailing_activation_r" in fields:
            fields["trailing_activation_r"].help_text += "; 0: at once"
        return fields

    def record_of(self, values: Values, stored: Unread) -> Record:
        return {
            "stop_config": _stop_of(values, block_in(stored, "stop_config")),
            "target_config": _filled(TARGET, values, block_in(stored, "target_config")),
        }

    def fields_of(self, fault: Sequence[str], filled: Sequence[str]) -> Iterator[str]:
        key, *rest = fault
        inner = next((block for block in MOVING if block.name in rest[:1]), None)
        if inner is not None:
            yield "_".join(rest)
            yield inner.chooser
        elif rest:
            yield f"{key.removesuffix('_config')}_{rest[0]}"
        yield self.fault_fields[key]

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        """The sizes of each block as chosen."""
        return {f"{one.name}_sizes": one.bound_sizes(form, chosen.state) for one in BLOCKS}


def _state_of_stop(stop: Values | None) -> State:
    trailing, breakeven = (enabled(stop or {}, block.name) for block in MOVING)
    return {
        **STOP.state_of(stop),
        "stop_exec_type": (stop or {}).get("exec_type") or USUAL_FILL,
        **TRAILING.state_of(None if trailing is None else {"method": "atr", **trailing}),
        **BREAKEVEN.state_of(breakeven),
    }


def _state_of_target(target: Values | None) -> State:
    execution = (target or {}).get("exec_type") or USUAL_FILL
    return {**TARGET.state_of(target), "target_exec_type": execution}


def _stop_of(values: Values, stored: Values | None) -> Record | None:
    stop = _filled(STOP, values, stored)
    if stop is None:
        return None
    for block in MOVING:
        moving = block.switched(values, (stored or {}).get(block.name))
        if moving is not None:
            stop[block.name] = moving
    return stop


def _filled(block: Block, values: Values, stored: Values | None) -> Record | None:
    """A stop or target with how it is filled, where that is not the usual or was said before."""
    config = block.block_of(values, stored)
    if config is None:
        return None
    execution = values.get(block.field_of("exec_type")) or USUAL_FILL
    if execution != USUAL_FILL or "exec_type" in (stored or {}):
        config["exec_type"] = execution
    return config


PART = Protection()
