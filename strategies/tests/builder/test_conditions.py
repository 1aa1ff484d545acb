"""Conditions of the builder, on the strategy's own timeframe and on others."""

from urllib.parse import parse_qs, urlparse

import pytest

from strategies.tests.builder.building import built, form_of, options, page, pushed

pytestmark = pytest.mark.usefixtures("market")
OWN = "1M-VWAP_DEFAULT->V"
OTHER = "5m-EMA_STACK_DEFAULT-SML"


def records(address):
    return parse_qs(urlparse(address).query).get("conditions", [])


def test_the_timeframe_beside_the_picker_chooses_its_records(builder):
    offered = options(page(builder, condition_timeframe="5Min"), "add_condition")
    assert OTHER in offered
    assert all(one.startswith("5m-") for one in offered)


def test_on_days_no_session_bound_pack_is_offered(builder):
    offered = options(page(builder, condition_timeframe="1Day"), "add_condition")
    assert "1d-EMA_STACK_DEFAULT-SML" in offered
    assert not any("VWAP" in one for one in offered)


def test_a_picked_record_of_another_timeframe_is_added(builder):
    address = pushed(builder, condition_timeframe="5Min", add_condition=OTHER)
    assert records(address) == [OTHER]
    assert "EMA Stack (Default) on 5Min: SML – full bull" in builder.get(address).content.decode()


def test_without_scripts_the_timeframe_counts_for_what_is_picked_with_it(builder):
    picked = "1M-EMA_STACK_DEFAULT-SML"
    address = pushed(builder, condition_timeframe="15Min", add_condition=picked)
    assert records(address) == ["15m-EMA_STACK_DEFAULT-SML"]


def test_own_records_follow_the_timeframe_and_others_stay(builder):
    address = pushed(builder, conditions=[OWN, "15m-EMA_STACK_DEFAULT-SML"], timeframe="5Min")
    assert records(address) == ["5M-VWAP_DEFAULT->V", "15m-EMA_STACK_DEFAULT-SML"]


def test_a_record_of_what_becomes_the_own_timeframe_is_an_own_one(builder):
    address = pushed(builder, conditions=[OTHER, "1M-EMA_STACK_DEFAULT-SML"], timeframe="5Min")
    assert records(address) == ["5M-EMA_STACK_DEFAULT-SML"]


def test_the_own_timeframe_is_no_other_one(alice):
    form = form_of(alice, condition_timeframe="5Min", timeframe="5Min")
    assert form["condition_timeframe"].value() == ""


def test_the_record_holds_what_is_shown(alice):
    assert built(alice, conditions=[OWN, OTHER])["confluence"] == [OWN, OTHER]


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (OWN, "VWAP (Default): >V – above the line, by more than half of band 1"),
        (OTHER, "EMA Stack (Default) on 5Min: SML – full bull: short over mid over long"),
        (
            "1d-EMA_STACK_DEFAULT-SML",
            "EMA Stack (Default) on 1Day: SML – full bull: short over mid over long",
        ),
        ("5m-NO_SUCH_PACK-SML", "5m-NO_SUCH_PACK-SML"),
    ],
)
def test_records_read_with_their_timeframe(alice, record, text):
    form = form_of(alice)
    assert form.chosen.names.condition_text(record) == text
