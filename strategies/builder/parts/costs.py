"""What trading costs: a broker's plan and a spread fill in the single figures."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django import forms

from accounts import cost_presets
from accounts.cost_presets import (
    CHECKED_ON,
    PLAN_FIELDS,
    PLANS,
    SPREAD_FIELDS,
    SPREADS,
    Amounts,
    spread_of,
)
from accounts.models import UserSettings
from strategies.builder.fields import choose_from
from strategies.builder.part import Chosen, Fields, Part, Record, Start, State, Values, block_in
from strategies.packs.names import PackNames
from strategies.record.parts.costs import COST_FIELDS, LIMITS, MAX_COST, SCHEDULE
from strategies.record.shape import Unread
from strategies.record.spelling import canonical
from strategies.words.costs import cost_texts

US_FEES, STORED_FEES = "us", "stored"
# Picked, carried out and forgotten; the figures are what counts.
PLAN, SPREAD = "cost_plan", "cost_spread"
FEES, SYMBOL = "cost_fees", "cost_symbol"
LABELS = {
    "commission_per_share": "Commission $/share",
    "commission_per_order": "Commission $/order",
    "commission_bps": "Commission, bps",
    "commission_surcharge": "Surcharge, fraction",
    "minimum_per_order": "Least $/order",
    "maximum_bps_per_order": "Most, bps of order",
    "both_sides_fee_per_share": "Fee $/share",
    "sell_fee_bps": "Sale fee, bps",
    "sell_fee_per_share": "Sale fee $/share",
    "sell_fee_cap": "Sale fee, most $",
    "half_spread_per_share": "Half-spread $",
    "half_spread_bps": "Half-spread, bps",
    "slippage_per_share": "Slippage $",
    "slippage_bps": "Slippage, bps",
    "slippage_open_factor": "At the open, times",
    "slippage_open_minutes": "Open for, minutes",
}


def _amount(name: str) -> forms.FloatField:
    most = LIMITS[name].most if name in LIMITS else MAX_COST
    return forms.FloatField(required=False, min_value=0, max_value=most, label=LABELS[name])


def costs_of_new(preferences: UserSettings | None, symbol: str) -> Record:
    """The costs that a new strategy begins with: its user's defaults, for this instrument."""
    config = preferences.default_costs_config if preferences else cost_presets.default_config()
    return cost_presets.costs_of(config, symbol)


class Costs(Part):
    order = 92
    inputs = {
        PLAN: forms.ChoiceField(required=False, label="Broker"),
        SPREAD: forms.ChoiceField(required=False, label="Half-spread and slippage"),
        FEES: forms.ChoiceField(required=False, label="Fees on sales by date"),
        SYMBOL: forms.CharField(required=False, widget=forms.HiddenInput),
        **{name: _amount(name) for name in (*PLAN_FIELDS, *SPREAD_FIELDS)},
    }
    fault_fields = {"costs": PLAN}

    def defaults(self, start: Start) -> State:
        symbols = start.source.symbols if start.source else []
        symbol = symbols[0] if symbols else ""
        return _state(costs_of_new(start.preferences, symbol), symbol)

    def state_of(self, record: Unread) -> State:
        return _state(block_in(record, "costs") or {}, str(record.get("symbol") or ""))

    def fit(self, state: State, names: PackNames) -> None:
        """A picked plan or spread writes its figures; another instrument brings its own spread."""
        plan, spread = state.pop(PLAN, ""), state.pop(SPREAD, "")
        if plan in PLANS:
            _fill(state, PLAN_FIELDS, PLANS[str(plan)].amounts)
            state[FEES] = US_FEES if PLANS[str(plan)].has_us_fees else ""
            if plan == cost_presets.NO_PLAN:
                _fill(state, SPREAD_FIELDS, {})
        if spread in SPREADS:
            _fill(state, SPREAD_FIELDS, SPREADS[str(spread)].amounts)
        symbol, before = str(state.get("symbol") or ""), str(state.get(SYMBOL) or "")
        if symbol != before and _spread_in(state) == spread_of(before):
            _fill(state, SPREAD_FIELDS, SPREADS[spread_of(symbol)].amounts)
        state[SYMBOL] = symbol

    def fields(self, chosen: Chosen) -> Fields:
        fields = super().fields(chosen)
        plan, spread = _plan_in(chosen.state), _spread_in(chosen.state)
        choose_from(fields[PLAN], _picker(plan, {key: one.label for key, one in PLANS.items()}))
        choose_from(fields[SPREAD], _picker(spread, {k: one.label for k, one in SPREADS.items()}))
        stored = (block_in(chosen.stored, "costs") or {}).get(SCHEDULE)
        choices = [("", "None"), (US_FEES, "SEC and FINRA, USA")]
        if stored and _fees_in(stored) == STORED_FEES:
            choices.append((STORED_FEES, "As stored"))
        choose_from(fields[FEES], choices)
        return fields

    def record_of(self, values: Values, stored: Unread) -> Record:
        costs: Record = {name: values[name] for name in COST_FIELDS if values.get(name)}
        before = block_in(stored, "costs") or {}
        if values.get(FEES) == US_FEES:
            costs[SCHEDULE] = cost_presets.us_schedule()
        elif values.get(FEES) == STORED_FEES and before.get(SCHEDULE):
            costs[SCHEDULE] = before[SCHEDULE]
        return {"costs": costs}

    def fields_of(self, fault: Sequence[str], filled: Sequence[str]) -> Iterator[str]:
        if fault[1:2] == [SCHEDULE]:
            yield FEES
        yield from super().fields_of(fault, filled)

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        plan = _plan_in(chosen.state)
        known = PLANS.get(plan)
        return {
            "cost_amounts": [form[name] for name in (*PLAN_FIELDS, *SPREAD_FIELDS)],
            "has_cost_faults": any(form.has_error(name) for name in (*COST_FIELDS, FEES)),
            "cost_texts": cost_texts(_record_in(chosen)),
            "cost_source": _source_text(known) if known and known.source else "",
        }


def _state(costs: Unread, symbol: str) -> State:
    amounts = {name: _plain(costs.get(name)) or None for name in COST_FIELDS}
    return {**amounts, FEES: _fees_in(costs.get(SCHEDULE)), SYMBOL: symbol}


def _fees_in(schedule: object) -> str:
    if not schedule:
        return ""
    known = canonical(cost_presets.us_schedule())
    return US_FEES if canonical(schedule) == known else STORED_FEES


def _fill(state: State, names: Sequence[str], amounts: Amounts) -> None:
    state.update({name: _plain(amounts.get(name)) for name in names})


def _plain(amount: object) -> str:
    """An amount as people write it, to its last digit; empty for zero."""
    if not amount or not isinstance(amount, int | float):
        return ""
    text = format(Decimal(repr(amount)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _numbers(state: Values, names: Sequence[str]) -> Amounts | None:
    """The figures that are not zero; None while one of them is no number."""
    try:
        found = {name: float(str(state.get(name) or 0)) for name in names}
    except ValueError:
        return None
    return {name: value for name, value in found.items() if value}


def _plan_in(state: Values) -> str:
    """The plan whose figures these are; empty for none."""
    amounts, has_fees = _numbers(state, PLAN_FIELDS), state.get(FEES) == US_FEES
    found = (
        key
        for key, plan in PLANS.items()
        if plan.amounts == amounts and plan.has_us_fees == has_fees
    )
    return "" if state.get(FEES) == STORED_FEES else next(found, "")


def _spread_in(state: Values) -> str:
    amounts = _numbers(state, SPREAD_FIELDS)
    return next((key for key, one in SPREADS.items() if one.amounts == amounts), "")


def _picker(current: str, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """What holds now comes first and picks nothing."""
    first = labels.get(current, "Own figures")
    return [("", first), *((key, label) for key, label in labels.items() if key != current)]


def _record_in(chosen: Chosen) -> Record:
    """The costs that are chosen, as far as they can be read."""
    amounts: Record = dict(_numbers(chosen.state, COST_FIELDS) or {})
    fees = chosen.text(FEES)
    if fees == US_FEES:
        amounts[SCHEDULE] = cost_presets.us_schedule()
    elif fees == STORED_FEES:
        amounts[SCHEDULE] = (block_in(chosen.stored, "costs") or {}).get(SCHEDULE)
    return amounts


def _source_text(plan: cost_presets.Plan) -> str:
    begins = f"Since {plan.valid_from}; " if plan.valid_from else ""
    checked = f"checked {CHECKED_ON}, confidence {plan.confidence}."
    return f"{begins}{checked} {plan.source}"


PART = Costs()
