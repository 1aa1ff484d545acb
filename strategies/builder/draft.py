"""A strategy in the builder, new or stored: what it began with, its state, its form."""

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from strategies.builder.form import BuilderForm
from strategies.builder.offers import source_offers
from strategies.builder.state import (
    carried,
    default_state,
    query_of,
    state_of_query,
    state_of_record,
)
from strategies.models import Pack, Strategy
from strategies.packs.names import PackNames

EXAMPLE = {
    "entry": "ema_stack_default_cross_bull",
    "exit_1": "ema_stack_default_cross_bear",
    "target_method": "risk_reward",
    "target_rr_ratio": 2.0,
}


class Draft:
    """What `query` says, laid over a stored strategy or over what an empty builder shows."""

    def __init__(self, user: User, query: QueryDict, strategy: Strategy | None = None) -> None:
        self.strategy = strategy
        self.names = PackNames(Pack.objects.for_user(user))
        sources = source_offers(user)
        stored = strategy.as_record() if strategy else None
        self.base = default_state(user, sources) if stored is None else state_of_record(stored)
        self.state = state_of_query(query, self.base, self.names)
        is_untouched = strategy is None and not query
        self.form = BuilderForm(self.names, sources, self.state, stored, is_untouched=is_untouched)

    @property
    def url(self) -> str:
        if self.strategy is None:
            return reverse("strategies:strategy-create")
        return reverse("strategies:strategy-edit", args=[self.strategy.pk])

    @property
    def address(self) -> str:
        """Where reload, back and a copied link find this state again."""
        return f"{self.url}?{query_of(self.state, self.base)}"

    @property
    def query(self) -> str:
        """The whole state, for a new strategy that takes it over."""
        return query_of(self.state, {})

    @property
    def example_query(self) -> str:
        return query_of({**self.state, **EXAMPLE}, self.base)

    @property
    def carried(self) -> list[tuple[str, object]]:
        """What was entered in fields that are not shown now, to be there when they are again."""
        return carried(self.state, self.base, self.form.fields)
