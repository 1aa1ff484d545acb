"""A picked trigger in the builder: its picker and, where there is a choice, how it is filled."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django import forms

from strategies.builder.fields import choose_from_packs, fill_field
from strategies.builder.offers import Choice, PackChoices
from strategies.builder.part import Chosen, State, Values
from strategies.engine.template import Execution
from strategies.packs.names import PackNames
from strategies.record import ids
from strategies.words import fills

NOT_OFFERED = "Not offered with this direction and timeframe. Choose another."


class TriggerField(forms.ChoiceField):
    """A picker in which one trigger may stay in sight that can't be chosen any more."""

    refused = ""

    def valid_value(self, value: object) -> bool:
        return value != self.refused and super().valid_value(value)


def trigger_field(label: str, required: str = "") -> TriggerField:
    """`required` is what to say when nothing is chosen; empty where it need not be."""
    return TriggerField(
        label=label,
        required=bool(required),
        error_messages={"required": required, "invalid_choice": NOT_OFFERED},
    )


@dataclass(frozen=True)
class Picker:
    """`name` is that of the field; the one beside it says how the trigger is filled."""

    name: str
    is_entry: bool = False

    @property
    def fill_name(self) -> str:
        return f"{self.name}_exec"

    def defaults(self) -> State:
        return {self.fill_name: "C"}

    def state_of(self, trigger: str) -> State:
        plain, execution = ids.split(trigger)
        return {self.name: plain, self.fill_name: execution}

    def id_of(self, values: Values) -> str:
        """The trigger with its suffix; empty for none."""
        return ids.joined(str(values.get(self.name) or ""), self._execution(values))

    def _execution(self, values: Values) -> str:
        return str(values.get(self.fill_name) or "C")

    def possible(self, trigger: str, names: PackNames) -> tuple[Execution, ...]:
        """How it may be filled; empty for an unknown trigger."""
        found = names.trigger(trigger)
        if found is None:
            return ()
        return found.entry_executions if self.is_entry else found.exit_executions

    def fit(self, state: State, names: PackNames) -> None:
        """A trigger without its suffix beside the fill that it asks for and can have."""
        trigger, said = ids.split(str(state.get(self.name) or ""))
        wanted = said if said != "C" else self._execution(state)
        possible = self.possible(trigger, names)
        state[self.name] = trigger
        state[self.fill_name] = fills.nearest(wanted, possible) if possible else wanted

    def offer(
        self,
        field: forms.Field,
        chosen: Chosen,
        offered: list[PackChoices],
        stored: Collection[str],
        first: list[Choice],
        last: Iterable[Choice] = (),
    ) -> None:
        """Fill the picker; a stored trigger of a pack that is now disabled stays choosable.

        Another one that is not offered stays in sight, and is refused.
        """
        assert isinstance(field, TriggerField)
        trigger, names = chosen.text(self.name), chosen.names
        known = {one.value for pack in offered for one in pack.choices} | {"", ids.OPPOSITE}
        found = names.trigger(trigger)
        if trigger in stored and trigger not in known:
            last = [Choice(trigger, names.kept_text(trigger)), *last]
        elif found is not None and trigger not in known:
            field.refused = trigger
            last = [Choice(trigger, f"{found.label} (not offered)"), *last]
        choose_from_packs(field, first, offered, last)
        if trigger:
            # The whole text of what a narrow picker cuts off.
            field.widget.attrs["title"] = names.trigger_text(self.id_of(chosen.state))

    def fill_field(self, chosen: Chosen) -> forms.ChoiceField | None:
        """How it is filled, where it leaves a choice."""
        possible = self.possible(chosen.text(self.name), chosen.names)
        if len(possible) < 2:
            return None
        labels = fills.ENTRY_LABELS if self.is_entry else fills.EXIT_LABELS
        choices = [(execution, labels[execution]) for execution in possible]
        return fill_field("Entry filled" if self.is_entry else "Filled", choices)
