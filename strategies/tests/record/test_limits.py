"""Limits of a record: read, refused, spelled in one way, and what a change of them means."""

import pytest

from strategies.checking import check_record
from strategies.engine.spec import Limits
from strategies.record.parts.limits import NAMES
from strategies.record.sameness import changed_deciding_fields, fingerprint
from strategies.search.plan import parse_search
from strategies.testing import make_record
from strategies.tests.record.parsing import BASE, errors_of, parse

ALL = {
    "max_trades_per_day": 3,
    "stop_after_losses": 2,
    "stop_after_loss_r": 2.5,
    "stop_after_profit_r": 4,
    "cooldown_bars": 10,
}
OFF = [None, {}, {"cooldown_bars": 0}, dict.fromkeys(NAMES)]
WHOLE, R = "a whole number from 1 on", "a number of R above zero"
BEGIN = "limits.max_trades_per_day"
NO = "leave it out for no limit"
FAULTS = [
    ({"max_trades_per_day": 0}, BEGIN, f"must be {WHOLE}, not 0; {NO}"),
    ({"max_trades_per_day": 1.5}, BEGIN, f"must be {WHOLE}, not 1.5; {NO}"),
    ({"max_trades_per_day": "3"}, BEGIN, f"must be {WHOLE}, not '3'; {NO}"),
    ({"max_trades_per_day": True}, BEGIN, f"must be {WHOLE}, not True; {NO}"),
    ({"stop_after_losses": -1}, "limits.stop_after_losses", f"must be {WHOLE}, not -1; {NO}"),
    ({"stop_after_loss_r": 0}, "limits.stop_after_loss_r", f"must be {R}, not 0; {NO}"),
    ({"stop_after_loss_r": -2}, "limits.stop_after_loss_r", f"must be {R}, not -2; {NO}"),
    (
        {"stop_after_profit_r": float("inf")},
        "limits.stop_after_profit_r",
        f"must be {R}, not inf; {NO}",
    ),
    (
        {"cooldown_bars": -1},
        "limits.cooldown_bars",
        f"must be a whole number from 0 on, not -1; {NO}",
    ),
    (
        {"cooldown_bars": 1e13},
        "limits.cooldown_bars",
        "must be at most 1,000,000,000,000, not 1e+13",
    ),
    ({"max_trade": 3}, "limits.max_trade", f"is no limit; use {', '.join(NAMES)}"),
    (3, "limits", f"must be null or an object with any of {', '.join(NAMES)}"),
]


def test_they_are_read():
    assert parse(limits=ALL).limits == Limits(3, 2, 2.5, 4.0, 10)
    assert parse(limits={"max_trades_per_day": 2.0, "stop_after_losses": None}).limits == Limits(2)


@pytest.mark.parametrize("limits", OFF)
def test_none_are_none(limits):
    assert not parse(limits=limits).limits.are_set
    assert fingerprint({**BASE, "limits": limits}, [], 0) == fingerprint(BASE, [], 0)


@pytest.mark.parametrize(("limits", "field", "message"), FAULTS)
@pytest.mark.parametrize("strict", [True, False])
def test_faults_name_the_field_and_the_remedy(limits, field, message, strict):
    assert errors_of(strict, limits=limits) == {field: message}


def test_the_builder_takes_no_more_than_its_limits():
    assert errors_of(strict=True, limits={"max_trades_per_day": 1001}) == {
        BEGIN: f"must be from 1 to 1000, not 1001; {NO}"
    }
    read = parse(limits={"max_trades_per_day": 1001})
    assert read.limits == Limits(1001)
    assert read.warnings == (f"{BEGIN}: must be from 1 to 1000, not 1001; {NO}",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"max_trades_per_day": 2.0, "cooldown_bars": 0}, {"max_trades_per_day": 2}),
        ({"stop_after_loss_r": 3.0, "stop_after_losses": None}, {"stop_after_loss_r": 3}),
        ({"cooldown_bars": 0}, None),
        ({}, None),
    ],
)
def test_they_are_stored_in_one_spelling(given, stored, market, alice):
    assert check_record(alice, make_record(limits=given)).record["limits"] == stored


COSTS = {"commission_per_share": 0.01}
CHANGES = [
    ({}, {"limits": ALL}, ["limits"]),
    ({"costs": COSTS}, {"costs": COSTS, "limits": ALL}, ["limits"]),
    ({"limits": ALL}, {"limits": {**ALL, "cooldown_bars": 11}}, ["limits"]),
    ({"limits": ALL}, {"limits": {**ALL, "cooldown_bars": 10.0}}, []),
    ({"limits": ALL}, {"limits": ALL, "costs": COSTS}, ["costs"]),
    ({"limits": ALL}, {"limits": ALL, "costs": {"slippage_bps": 0}}, []),
    ({"limits": ALL}, {"limits": ALL, "risk_per_trade": 50}, ["risk_per_trade"]),
    ({"limits": ALL}, {"limits": ALL, "starting_balance": 50}, []),
    ({"limits": ALL, "costs": COSTS}, {"costs": COSTS}, ["limits"]),
    ({}, {"costs": COSTS, "risk_per_trade": 50}, []),
    ({"limits": {"cooldown_bars": 0}}, {"costs": COSTS, "risk_per_trade": 50}, []),
]


@pytest.mark.parametrize(("old", "new", "changed"), CHANGES)
def test_what_net_r_depends_on_decides_where_limits_are_set(old, new, changed):
    assert changed_deciding_fields(old, new) == changed


def test_a_search_file_may_hold_them():
    plan = parse_search({**BASE, "limits": ALL, "search": {}}, default_packs=())
    assert plan.spec.limits == Limits(3, 2, 2.5, 4.0, 10)
