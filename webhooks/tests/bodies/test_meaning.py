"""Bodies held against the events of their endpoint. Right answers typed by hand."""

import pytest

from webhooks.bodies.meaning import (
    carries_bracket,
    closes_twice,
    exit_cannot_open,
    meant_events,
    mismatches,
    needs_confirmation,
    suited_events,
    without_body,
)
from webhooks.events import all_events
from webhooks.models import Endpoint, Template
from webhooks.testing import ORDER, make_endpoint

ORDERS = ["entry_long", "entry_short", "exit_long", "exit_short"]
EXITS = ORDERS[2:]
SIDE = '{"side": "{{order_side}}", "q": {{quantity}}, "sl": {{stop_price}}}'
ACTION = '{"action": "{{order_action}}", "q": {{quantity}}, "sl": {{stop_price}}}'


def endpoint(**fields) -> Endpoint:
    return Endpoint(**{"name": "Bot", "events": ORDERS, **fields})


def wrong(row: Endpoint) -> list[str]:
    return [one.event_type for one in mismatches(row)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("identifier", "events"),
    [
        ("tpl_default_any_event", ORDERS),
        ("tpl_default_any_event_bracket", ORDERS),
        ("tpl_default_event_words", ORDERS),
        ("tpl_default_ttp_market_buy", ["entry_long"]),
        ("tpl_default_ttp_limit_buy", ["entry_long"]),
        ("tpl_default_ttp_market_sell", ["entry_short"]),
        ("tpl_default_ttp_limit_sell", ["entry_short"]),
        ("tpl_default_ttp_market_close", EXITS),
        ("tpl_default_ttp_limit_close", EXITS),
    ],
)
def test_every_default_is_meant_for_its_events_and_contradicts_the_others(identifier, events):
    template = Template.objects.get(pk=identifier)
    assert meant_events(template) == events
    row = endpoint(template=template, events=all_events())
    assert wrong(row) == [event for event in all_events() if event not in events]
    # And by its words alone, as a copy of it that lost its events would be read.
    template.events = []
    assert meant_events(template) == events


@pytest.mark.parametrize(
    ("fields", "events"),
    [
        ({"payload_template": '{"action": "buy"}'}, ["entry_short", "exit_long", "exit_short"]),
        ({"payload_template": '{"action": "{{order_action}}"}'}, []),
        ({"payload_template": ""}, []),
        # The body of one event stands in for the common one.
        (
            {
                "payload_template": '{"action": "buy"}',
                "event_bodies": {"exit_long": '{"action": "sell"}', "exit_short": '{"x": "exit"}'},
            },
            ["entry_short"],
        ),
        ({"event_bodies": {"exit_long": '{"action": "buy"}'}, "events": ["exit_long"]},
         ["exit_long"]),
    ],
)  # fmt: skip
def test_events_that_would_be_sent_as_something_else(fields, events):
    assert wrong(endpoint(**fields)) == events


@pytest.mark.parametrize(
    ("profile", "text", "is_wrong"),
    [
        ("order", '{"action": "{{order_action}}"}', True),
        ("order", '{"event": "{{event_type}}"}', False),
        ("order", "", False),
        # A record may hold what it likes, but no constant order.
        ("record", '{"action": "{{order_action}}"}', False),
        ("record", '{"action": "buy"}', True),
    ],
)
def test_breach_is_no_order(profile, text, is_wrong):
    row = endpoint(profile=profile, payload_template=text, events=["compliance_breach"])
    assert bool(mismatches(row)) is is_wrong


def test_words_and_template_are_named():
    template = Template(name="Limit buy", events=["entry_long"], payload_template='{"a": "buy"}')
    row = endpoint(template=template, events=["exit_long"])
    assert "“Limit buy” is not meant for it" in mismatches(row)[0].text
    own = endpoint(payload_template='{"action": "BUY"}', events=["exit_long"])
    assert mismatches(own)[0].text == "Exit, long would be sent with “BUY”"


def test_event_without_a_body_beside_others_is_found():
    row = endpoint(event_bodies={"entry_long": '{"a": 1}'}, events=["entry_long", "exit_long"])
    assert without_body(row) == ["exit_long"]
    assert suited_events(row) == ["entry_long"]
    assert without_body(endpoint()) == []


@pytest.mark.parametrize(
    ("fields", "has_bracket", "is_twice"),
    [
        ({"payload_template": SIDE}, True, True),
        ({"payload_template": SIDE, "stops_at": "here"}, True, False),
        ({"payload_template": SIDE, "events": ["entry_long"]}, True, False),
        ({"payload_template": SIDE, "events": ["exit_long"]}, False, False),
        # Words that can only close may come beside a bracket.
        ({"payload_template": ACTION}, True, False),
        ({"payload_template": SIDE, "event_bodies": dict.fromkeys(EXITS, '{"a": "flat"}')},
         True, False),
        ({"payload_template": SIDE, "event_bodies": {"exit_long": '{"side": "sell"}'}}, True, True),
        ({"payload_template": '{"p": {{order_price}}, "s": {{stop_price}}}'}, False, False),
        ({}, False, False),
    ],
)  # fmt: skip
def test_never_a_bracket_and_an_exit_that_could_open(fields, has_bracket, is_twice):
    row = endpoint(**fields)
    assert (carries_bracket(row), closes_twice(row)) == (has_bracket, is_twice)


@pytest.mark.parametrize(
    ("text", "cannot"),
    [
        (ACTION, True),
        (SIDE, False),
        ("", False),
        ('{"side": "sell", "close_position": true}', True),
    ],
)
def test_exit_that_can_only_close(text, cannot):
    assert exit_cannot_open(endpoint(payload_template=text)) is cannot


@pytest.mark.parametrize(
    ("profile", "text", "expected"),
    [
        ("order", "", True), ("order", ACTION, True), ("record", ACTION, True),
        ("record", "", False), ("record", '{"t": "{{summary}}"}', False),
    ],
)  # fmt: skip
def test_which_tests_are_confirmed(profile, text, expected):
    row = endpoint(profile=profile, payload_template=text)
    assert needs_confirmation(row, "entry_long") is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("own", "is_safe"),
    [
        ({}, True),
        ({"payload_template": ORDER}, False),
        ({"event_bodies": {"exit_long": ORDER}}, False),
        ({"event_bodies": {"entry_long": ORDER}}, True),
    ],
)
def test_only_the_template_in_force_says_that_an_exit_can_not_open(alice, own, is_safe):
    template = Template.objects.get(pk="tpl_default_any_event")
    assert make_endpoint(alice, template=template, **own).is_exit_safe("exit_long") is is_safe
