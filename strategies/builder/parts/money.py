"""What is at risk, and what trading costs."""

from collections.abc import Mapping

from django import forms

from strategies.builder.part import Chosen, Part, Record, Start, State, Values, block_in
from strategies.record.shape import Unread


def _cost(label: str | None = None) -> forms.FloatField:
    return forms.FloatField(required=False, min_value=0, label=label)


SHOWN_COSTS = (
    "commission_per_share",
    "commission_per_order",
    "slippage_bps",
    "slippage_per_share",
)


class Money(Part):
    order = 90
    inputs = {
        "risk_per_trade": forms.FloatField(label="Risk per trade ($)", min_value=0.01),
        "starting_balance": forms.FloatField(label="Starting balance ($)", min_value=0.01),
        "commission_per_share": _cost(),
        "commission_per_order": _cost(),
        "slippage_bps": _cost("Slippage (bps)"),
        "slippage_per_share": _cost(),
    }
    fault_fields = {"costs": "commission_per_share"}

    def defaults(self, start: Start) -> State:
        return {"risk_per_trade": 100.0, "starting_balance": 10000.0}

    def state_of(self, record: Unread) -> State:
        costs = block_in(record, "costs") or {}
        return {**super().state_of(record), **{name: costs.get(name) for name in SHOWN_COSTS}}

    def record_of(self, values: Values, stored: Unread) -> Record:
        said = super().record_of(values, stored)
        costs = {name: said.pop(name, None) or 0.0 for name in SHOWN_COSTS}
        kept = block_in(stored, "costs") or {}
        return {**said, "costs": {**kept, **costs}}

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        return {"has_costs": any(chosen.state.get(name) for name in SHOWN_COSTS)}


PART = Money()
