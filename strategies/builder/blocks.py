"""Blocks of a record, such as a stop: nested there, a method with its sizes in the builder.

A default that a stored block leaves out stays out, and a block that is switched off keeps what it
said: saving unchanged changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms

from strategies.builder.fields import PartlyClosedSelect
from strategies.builder.part import Fields, Record, State, Values
from strategies.engine.indicators.risk import Method
from strategies.engine.indicators.time_exits import TimeMethod
from strategies.engine.template import Parameter
from strategies.packs.forms import number_field


@dataclass(frozen=True)
class Block:
    """`name` begins the names of its fields."""

    name: str
    label: str
    methods: Mapping[str, Method | TimeMethod]
    # How none of the methods reads; empty where there has to be one.
    none: str = ""
    # Sizes beside those of the method.
    common: tuple[Parameter, ...] = ()

    @property
    def chooser(self) -> str:
        """The field that says which it is, or whether there is one."""
        return f"{self.name}_method"

    def field_of(self, size: str) -> str:
        return f"{self.name}_{size}"

    def sizes(self, state: Values) -> tuple[Parameter, ...]:
        """Those that mean anything beside what is chosen."""
        method = self.methods.get(str(state.get(self.chooser) or ""))
        return (*method.fields, *self.common) if method else ()

    def fields(self, state: Values) -> Fields:
        """The picker of a method, and its sizes."""
        methods = [(name, method.label) for name, method in self.methods.items()]
        field = forms.ChoiceField(
            label=self.label,
            required=not self.none,
            choices=[*([("", self.none)] if self.none else []), *methods],
            widget=PartlyClosedSelect,
        )
        return {self.chooser: field, **self.size_fields(state)}

    def size_fields(self, state: Values) -> Fields:
        return {self.field_of(size.name): number_field(size) for size in self.sizes(state)}

    def bound_sizes(self, form: forms.BaseForm, state: Values) -> list[forms.BoundField]:
        return [form[self.field_of(size.name)] for size in self.sizes(state)]

    def fit(self, state: State) -> None:
        """Sizes that a newly chosen method needs get their defaults."""
        for size in self.sizes(state):
            if state.get(self.field_of(size.name)) is None:
                state[self.field_of(size.name)] = size.default

    def state_of(self, block: Values | None) -> State:
        state = self._chosen(block)
        for size in self.sizes(state):
            state[self.field_of(size.name)] = (block or {}).get(size.name)
        return state

    def _chosen(self, block: Values | None) -> State:
        return {self.chooser: (block or {}).get("method") or ""}

    def block_of(self, values: Values, stored: object) -> Record | None:
        """What its fields say, spelled as the stored block; None when it is not wanted."""
        said = self._said(values)
        if said is None:
            return None
        sizes = {size.name: values[self.field_of(size.name)] for size in self.sizes(values)}
        return self._spelled_as({**said, **sizes}, stored if isinstance(stored, Mapping) else None)

    def _said(self, values: Values) -> Record | None:
        method = values.get(self.chooser)
        return {"method": method} if method else None

    def _spelled_as(self, new: Record, stored: Values | None) -> Record:
        if stored is None or new.get("method") != stored.get("method", new.get("method")):
            return new
        defaults = {size.name: size.default for size in self.sizes(self._chosen(new))}
        return {
            name: value
            for name, value in new.items()
            if name in stored or name not in defaults or value != defaults[name]
        }

    def switched(self, values: Values, stored: object) -> Record | None:
        """The block with its switch."""
        old = stored if isinstance(stored, Mapping) else None
        was_on = old is not None and bool(old.get("enabled"))
        block = self.block_of(values, old if was_on else None)
        if block is not None:
            return {"enabled": True, **block}
        if old is None:
            return None
        return {**old, "enabled": False} if was_on else dict(old)


class Switch(Block):
    """A block without methods, under a box to tick that is an input of its part."""

    @property
    def chooser(self) -> str:
        return self.name

    def fields(self, state: Values) -> Fields:
        return self.size_fields(state)

    def sizes(self, state: Values) -> tuple[Parameter, ...]:
        return self.common if state.get(self.name) else ()

    def state_of(self, block: Values | None) -> State:
        """Every size, so that a box that is not ticked forgets what was entered under it."""
        sizes = {self.field_of(size.name): (block or {}).get(size.name) for size in self.common}
        return {**self._chosen(block), **sizes}

    def _chosen(self, block: Values | None) -> State:
        return {self.name: "" if block is None else "on"}

    def _said(self, values: Values) -> Record | None:
        return {} if values.get(self.name) else None
