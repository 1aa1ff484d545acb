"""The costs of a record: read with named errors, in one spelling, off where nothing is said."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.spec import Costs, CostStep
from strategies.record.keys import spelled
from strategies.record.parts.costs import COST_FIELDS
from strategies.record.reading import parse_strategy
from strategies.record.sameness import fingerprint

RECORD = {"symbol": "SPY", "entry_trigger_confluence_id": "ema_stack_default_cross_bull"}
DAY = {"valid_from": "2026-04-04", "fields": {"sell_fee_bps": 0.206}}


def read(costs, strict=False):
    record = {**RECORD, "costs": costs}
    return parse_strategy(record, default_packs=default_pack_records(), strict=strict)


def midnight_ns(year, month, day):
    at = datetime(year, month, day, tzinfo=ZoneInfo("America/New_York"))
    return int(at.timestamp()) * 10**9


def errors_of(costs, strict=False):
    with pytest.raises(StrategyError) as error:
        read(costs, strict)
    return dict(error.value.errors)


@pytest.mark.parametrize("costs", [None, {}, dict.fromkeys(COST_FIELDS), {"schedule": None}])
def test_what_is_not_said_costs_nothing(costs):
    assert read(costs).costs == Costs()
    assert read({"schedule": []}).costs.is_plain


def test_every_field_is_read_by_its_name():
    given = {name: 1.0 + place / 100 for place, name in enumerate(COST_FIELDS)}
    given["commission_surcharge"] = 0.5
    assert read(given).costs == Costs(**given)


def test_a_step_is_laid_over_the_fields_beside_the_schedule():
    later = {"valid_from": "2026-10-01", "fields": {"sell_fee_per_share": 0.0}}
    costs = read(
        {"sell_fee_per_share": 0.000195, "slippage_bps": 1, "schedule": [DAY, later]}
    ).costs
    first = Costs(sell_fee_bps=0.206, sell_fee_per_share=0.000195, slippage_bps=1.0)
    assert costs.schedule == (
        CostStep(midnight_ns(2026, 4, 4), first),
        CostStep(midnight_ns(2026, 10, 1), Costs(slippage_bps=1.0)),
    )
    assert costs.at(0) == first


def test_fields_of_a_step_may_stand_beside_its_date():
    flat = {"schedule": [{"valid_from": "2026-04-04", "sell_fee_bps": 0.206}]}
    nested = {"schedule": [DAY]}
    assert read(flat).costs == read(nested).costs
    assert spelled({**RECORD, "costs": flat}, read(flat))["costs"] == nested


REFUSED = [
    ({"slippage_open_factor": 0.5}, "costs.slippage_open_factor", "0 or from 1 to 100"),
    ({"slippage_open_minutes": 300}, "costs.slippage_open_minutes", "from 0 to 120"),
    ({"commission_surcharge": 7}, "costs.commission_surcharge", "from 0 to 1"),
    ({"minimum_per_order": -1}, "costs.minimum_per_order", "zero or more"),
    ({"half_spread_bps": "x"}, "costs.half_spread_bps", "zero or more"),
    ({"minimum_per_order": True}, "costs.minimum_per_order", "zero or more"),
    ({"maximum": 1}, "costs.maximum", "maximum_bps_per_order"),
    ({"schedule": {}}, "costs.schedule", "list"),
    ({"schedule": [DAY] * 101}, "costs.schedule", "at most 100"),
    ({"schedule": [7]}, "costs.schedule[0]", "valid_from"),
    ({"schedule": [{**DAY, "fields": 7}]}, "costs.schedule[0]", "fields"),
    ({"schedule": [{"fields": {}}]}, "costs.schedule[0].valid_from", "2026-04-04"),
    ({"schedule": [{"valid_from": "soon"}]}, "costs.schedule[0].valid_from", "'soon'"),
    ({"schedule": [{"valid_from": "20260404"}]}, "costs.schedule[0].valid_from", "date"),
    ({"schedule": [{"valid_from": "1066-01-01"}]}, "costs.schedule[0].valid_from", "date"),
    ({"schedule": [DAY, DAY]}, "costs.schedule[1].valid_from", "later"),
    (
        {"schedule": [{**DAY, "fields": {"bribes": 1}}]},
        "costs.schedule[0].fields.bribes",
        "sell_fee_bps",
    ),
    (
        {"schedule": [{**DAY, "fields": {"schedule": []}}]},
        "costs.schedule[0].fields.schedule",
        "is not one of",
    ),
]


@pytest.mark.parametrize(("costs", "field", "remedy"), REFUSED)
def test_fault_is_named_by_field_with_its_remedy(costs, field, remedy):
    assert remedy in errors_of(costs)[field]


@pytest.mark.parametrize(
    ("costs", "field"),
    [
        ({"slippage_open_factor": 3}, "costs.slippage_open_minutes"),
        ({"slippage_open_minutes": 15}, "costs.slippage_open_factor"),
    ],
)
def test_half_an_opening_is_a_doubt(costs, field):
    assert field in errors_of(costs, strict=True)
    assert any(warning.startswith(field) for warning in read(costs).warnings)


def test_a_cost_of_zero_is_no_other_result():
    def known(costs):
        return fingerprint({**RECORD, "costs": costs}, [], 0)

    assert known({"minimum_per_order": 0.0}) == known({}) == known(None)
    assert known({"minimum_per_order": 1.0}) != known(None)
    assert known({"schedule": [DAY]}) != known(None)
