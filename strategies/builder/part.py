"""What a part of the builder is: its fields, its state, its share of the record, its faults.

The builder's state is flat: a name and a value for everything that is chosen, as the address and
the form have it. Each module of `parts` holds one part of the record with all the builder knows
of it; the template of its fieldset shows its fields. Nothing else names them.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from django import forms

from accounts.models import UserSettings
from market.timeframes import TIMEFRAMES, Timeframe
from strategies.builder.offers import SourceOffer
from strategies.packs.names import PackNames
from strategies.record.shape import Unread

State = dict[str, object]
Values = Mapping[str, object]
Fields = dict[str, forms.Field]
Record = dict[str, object]


class Start(NamedTuple):
    """What an empty builder begins with.

    `series` says which bars are chosen; it is empty where the part that offers them begins.
    """

    source: SourceOffer | None
    preferences: UserSettings | None
    series: Values = {}


@dataclass(frozen=True)
class Chosen:
    """What is chosen, what there is to choose from, and the stored record or an empty one."""

    state: Values
    names: PackNames
    sources: Sequence[SourceOffer]
    stored: Unread

    def text(self, name: str) -> str:
        return str(self.state.get(name) or "")

    @property
    def timeframe(self) -> Timeframe | None:
        return TIMEFRAMES.get(self.text("timeframe"))

    @property
    def own_timeframe(self) -> str:
        """The strategy's timeframe, or one to offer something on."""
        return self.timeframe.name if self.timeframe else "1Min"


def texts_in(source: Values, key: str) -> list[str]:
    """A list of texts of a state or a record; empty for anything else."""
    found = source.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def block_in(record: Unread, key: str) -> Values | None:
    """A block of a record; None for none."""
    found = record.get(key)
    return found if isinstance(found, Mapping) else None


class Part:
    """One part of the record.

    What a part does not say otherwise: each of its inputs shows and writes the key of the record
    that has its name, and shows the faults of that key.
    """

    # Place among the parts: of two faults the earlier part's is named first.
    order: ClassVar[int] = 1000
    # Plain fields.
    inputs: ClassVar[Mapping[str, forms.Field]] = {}
    # Names of its state that, in a new strategy, follow what else is chosen while they are still
    # as they were offered.
    following: ClassVar[tuple[str, ...]] = ()
    # Keys of the record, each with the field that shows what is wrong with it as a whole.
    fault_fields: ClassVar[Mapping[str, str]] = {}

    def defaults(self, start: Start) -> State:
        """What an empty builder shows."""
        return {}

    def state_of(self, record: Unread) -> State:
        """What the builder shows of a stored strategy; None and nothing are left out."""
        return {name: record.get(name) for name in self.inputs}

    def fit(self, state: State, names: PackNames) -> None:
        """Carry out what was picked to be added, and bring the rest in line with it."""

    def fields(self, chosen: Chosen) -> Fields:
        """The inputs with what they offer, but for those that mean nothing beside the rest."""
        return copy.deepcopy(dict(self.inputs))

    def details(self, chosen: Chosen) -> Fields:
        """Fields made for what is chosen; their faults are named after those of all inputs."""
        return {}

    def refusals(self, values: Values, chosen: Chosen) -> Iterator[tuple[str, str]]:
        """Fields whose values don't go together, with what to do about it."""
        yield from ()

    def record_of(self, values: Values, stored: Unread) -> Record:
        """What the shown fields say in the record; `stored` is the one that is edited."""
        return {name: values[name] for name in self.inputs if values.get(name) is not None}

    def fields_of(self, fault: Sequence[str], filled: Sequence[str]) -> Iterator[str]:
        """Fields that may show a fault of one of this part's keys, the most exact first.

        `fault` is the path to it in the record, `filled` the fields that hold something.
        """
        yield from fault[1:2]
        yield self.fault_fields.get(fault[0], fault[0])

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        """What the template of this part walks over."""
        return {}
