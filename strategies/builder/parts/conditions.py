"""What must be true at entry: conditions of timeframes and general ones."""

from collections.abc import Iterable

from django import forms

from market.timeframes import TIMEFRAMES, Timeframe
from strategies.builder import offers
from strategies.builder.fields import choose_from, choose_from_packs
from strategies.builder.part import Chosen, Fields, Part, Record, Start, State, Values, texts_in
from strategies.packs.names import PackNames
from strategies.record import ids
from strategies.record.shape import Unread

KEY_OF = {"conditions": "confluence", "generals": "general_confluences"}
ADDING = offers.Choice("", "Add a condition")


def _chips(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=label
    )


class Conditions(Part):
    order = 50
    inputs = {
        "conditions": _chips("Timeframe conditions"),
        "condition_timeframe": forms.ChoiceField(
            required=False, label="Timeframe of the condition"
        ),
        "add_condition": forms.ChoiceField(required=False, label="Add a condition"),
        "generals": _chips("General conditions"),
        "add_general": forms.ChoiceField(required=False, label="Add a general condition"),
    }
    fault_fields = {key: name for name, key in KEY_OF.items()}

    def defaults(self, start: Start) -> State:
        return {name: [] for name in KEY_OF}

    def state_of(self, record: Unread) -> State:
        return {name: texts_in(record, key) for name, key in KEY_OF.items()}

    def fit(self, state: State, names: PackNames) -> None:
        """Picked conditions join those chosen; own ones follow the strategy's timeframe."""
        for picker, name in (("add_condition", "conditions"), ("add_general", "generals")):
            picked = str(state.pop(picker, "") or "")
            other = TIMEFRAMES.get(str(state.get("condition_timeframe")))
            if picked and other is not None and name == "conditions":
                picked = ids.relabelled(picked, other.label_secondary)
            if picked:
                state[name] = list(dict.fromkeys([*texts_in(state, name), picked]))
        own = TIMEFRAMES.get(str(state.get("timeframe")))
        if own is not None:
            following = (_following(one, own) for one in texts_in(state, "conditions"))
            state["conditions"] = list(dict.fromkeys(following))
        if state.get("condition_timeframe") == state.get("timeframe"):
            state["condition_timeframe"] = ""

    def fields(self, chosen: Chosen) -> Fields:
        fields = super().fields(chosen)
        packs, own = chosen.names.offered, chosen.own_timeframe
        others = [(name, name) for name in TIMEFRAMES if name != own]
        choose_from(fields["condition_timeframe"], [("", f"Own bars ({own})"), *others])
        other = chosen.text("condition_timeframe")
        read_on = other if other in TIMEFRAMES else own
        for name, picker, offered in (
            ("conditions", "add_condition", offers.conditions_on(packs, read_on, own)),
            ("generals", "add_general", offers.general_conditions(packs, own)),
        ):
            taken = texts_in(chosen.state, name)
            choose_from(fields[name], [(one, chosen.names.condition_text(one)) for one in taken])
            choose_from_packs(fields[picker], [ADDING], list(_without(offered, taken)))
        return fields

    def record_of(self, values: Values, stored: Unread) -> Record:
        return {key: values[name] for name, key in KEY_OF.items()}


def _following(condition: str, own: Timeframe) -> str:
    """Conditions of the strategy's own timeframe follow it; those of others stay where they are."""
    label = condition.partition("-")[0]
    other = ids.other_timeframe(label)
    is_other = other is not None and other != own
    return condition if is_other else ids.relabelled(condition, own.label_primary)


def _without(packs: Iterable[offers.PackChoices], taken: list[str]) -> Iterable[offers.PackChoices]:
    for pack in packs:
        yield pack._replace(choices=[one for one in pack.choices if one.value not in taken])


PART = Conditions()
