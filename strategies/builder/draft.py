"""A strategy in the builder, new or stored: what it began with, its state, its form."""

from typing import NamedTuple, Self

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from accounts.openings import Difference, differences
from strategies.builder.form import BuilderForm
from strategies.builder.offers import SourceOffer, source_offers
from strategies.builder.part import State
from strategies.builder.parts import PARTS
from strategies.builder.setups import SET_UPS, SetUp
from strategies.builder.state import (
    carried,
    default_state,
    follow,
    offered_in,
    query_of,
    state_of_query,
    state_of_record,
)
from strategies.models import Pack, Strategy
from strategies.packs.names import PackNames

MAX_DIGITS = 9


class OfferedSetUp(NamedTuple):
    """A set-up with the query that opens the builder filled in with it."""

    setup: SetUp
    query: str


class Draft:
    """What `query` says, laid over a stored strategy or over what an empty builder shows."""

    def __init__(
        self,
        user: User,
        query: QueryDict,
        strategy: Strategy | None = None,
        beside: Self | None = None,
    ) -> None:
        """`beside` is another draft of the same: what it has read is not read again."""
        self.strategy = strategy
        packs = Pack.objects.for_user(user)
        self.names: PackNames = beside.names if beside else PackNames(packs)
        self.sources: list[SourceOffer] = beside.sources if beside else source_offers(user)
        stored = strategy.as_record() if strategy else None
        self.base: State
        if beside is not None:
            self.base = beside.base
        elif stored is None:
            self.base = default_state(user, self.sources, query.dict())
        else:
            self.base = state_of_record(stored)
        self.state = state_of_query(query, self.base, self.names)
        if stored is None and "offered" in query:
            follow(self.state, self.base, query)
        self.version = self._opened_version(query)
        is_untouched = strategy is None and not query
        offered = self.names, self.sources
        self.form = BuilderForm(*offered, self.state, stored, is_untouched=is_untouched)

    def _opened_version(self, query: QueryDict) -> int | None:
        """The version of the strategy that this draft began with; None for a new strategy.

        It stays through every answer and is part of the address: a reload must not renew it either.
        """
        if self.strategy is None:
            return None
        said = query.get("version", str(self.strategy.version))
        return int(said) if said.isdecimal() and len(said) <= MAX_DIGITS else 0

    @property
    def is_outdated(self) -> bool:
        return self.strategy is not None and self.version != self.strategy.version

    @property
    def differences(self) -> list[Difference]:
        """Where the stored strategy and this draft differ, as the form words it."""
        return differences(self.form.fields, self.base, self.state)

    @property
    def url(self) -> str:
        if self.strategy is None:
            return reverse("strategies:strategy-create")
        return reverse("strategies:strategy-edit", args=[self.strategy.pk])

    @property
    def address(self) -> str:
        """Where reload, back and a copied link find this state again."""
        version = "" if self.version is None else f"version={self.version}&"
        return f"{self.url}?{version}{query_of(self.state, self.base)}"

    @property
    def query(self) -> str:
        """The whole state, for a new strategy that takes it over."""
        return query_of(self.state, {})

    @property
    def offered(self) -> str:
        """What the form of a new strategy offers by itself; empty for a stored one."""
        return "" if self.strategy else offered_in(self.base)

    @property
    def setups(self) -> list[OfferedSetUp]:
        return [OfferedSetUp(one, self._query_of(one)) for one in SET_UPS]

    def _query_of(self, setup: SetUp) -> str:
        """What it says; parts of which it says nothing, such as the window, stay the usual ones."""
        states = [(part.state_of(setup.record), part.state_of({})) for part in PARTS]
        said = [item for state, empty in states if state != empty for item in state.items()]
        state = {**self.base, **{name: value for name, value in said if value is not None}}
        return query_of(state, self.base)

    @property
    def carried(self) -> list[tuple[str, object]]:
        """What was entered in fields that are not shown now, to be there when they are again."""
        return carried(self.state, self.base, self.form.fields)
