"""Which events a body suits, read from its words. Right answers typed by hand."""

import pytest

from webhooks.bodies.actions import read_action

EVENTS = ("entry_long", "entry_short", "exit_long", "exit_short")
ANY = set(EVENTS)


@pytest.mark.parametrize(
    ("text", "suited"),
    [
        ('{"action": "buy"}', {"entry_long"}),
        ('{"action": "SELL"}', {"entry_short"}),
        ('{"action": "close"}', {"exit_long", "exit_short"}),
        ('{"action": "exit"}', {"exit_long", "exit_short"}),
        ('{"command": "FLATTEN"}', {"exit_long", "exit_short"}),
        ('{"action": "enter_long"}', {"entry_long"}),
        ('{"action": "Enter-Short"}', {"entry_short"}),
        ('{"action": "exit_long"}', {"exit_long"}),
        ('{"code": "closeshort"}', {"exit_short"}),
        ('{"data": "buy"}', {"entry_long"}),
        ('{"anything": "buy"}', {"entry_long"}),
        ('{"order": {"side": "sell_short"}}', {"entry_short"}),
        ('{"orders": [{"side": "buy"}]}', {"entry_long"}),
        ('{"side": "long"}', {"entry_long"}),
        ('{"side": "buy_to_cover"}', {"exit_short"}),
        # A side beside a word or member that closes: the exit that goes to this side.
        ('{"action": "sell", "sentiment": "flat"}', {"exit_long"}),
        ('{"action": "buy", "sentiment": "flat"}', {"exit_short"}),
        ('{"side": "sell", "reduceOnly": true}', {"exit_long"}),
        ('{"side": "sell", "reduceOnly": false}', {"entry_short"}),
        ('{"action": "buy", "sentiment": "bullish"}', {"entry_long"}),
        # A direction says which position is meant.
        ('{"action": "close", "direction": "long"}', {"exit_long"}),
        ('{"action": "close", "position_side": "SHORT"}', {"exit_short"}),
        ('{"reduce_only": true, "q": {{quantity}}}', {"exit_long", "exit_short"}),
        ('{"cmd": "BUY {{quantity}} {{symbol}}"}', {"entry_long"}),
        # At odds with itself.
        ('{"action": "buy", "side": "sell"}', set()),
        # Words of placeholders are right by themselves.
        ('{"action": "{{order_action}}"}', ANY),
        ('{"action": {{order_action}}, "side": "{{order_side}}"}', ANY),
        ('{"action": "{{direction}}_{{order_action}}"}', ANY),
        # No word for an action.
        ('{"p": {{order_price}}, "s": {{stop_price}}}', ANY),
        ('{"title": "close", "note": "a long way"}', ANY),
        ('{"text": "we buy {{symbol}}"}', ANY),
        ('{"type": "market", "reduceOnly": "no"}', ANY),
        ("", ANY),
        ("not json", ANY),
    ],
)
def test_events_that_a_body_suits(text, suited):
    action = read_action(text)
    assert {event for event in EVENTS if action.suits(event)} == suited


@pytest.mark.parametrize(
    ("text", "event", "is_right"),
    [
        ('{"side": "sell"}', "exit_long", True),
        ('{"side": "buy"}', "exit_short", True),
        ('{"side": "buy"}', "exit_long", False),
        ('{"side": "buy"}', "entry_long", True),
        ('{"side": "sell"}', "entry_long", False),
        ('{"action": "close"}', "entry_long", False),
    ],
)
def test_plain_side_in_the_body_of_one_event_is_that_of_its_order(text, event, is_right):
    assert read_action(text).suits(event, is_own=True) is is_right


@pytest.mark.parametrize(
    ("text", "is_order", "can_open"),
    [
        ('{"action": "{{order_action}}", "q": {{quantity}}}', True, False),
        ('{"position": "{{market_position}}"}', True, False),
        ('{"side": "{{order_side}}", "q": {{quantity}}}', True, True),
        ('{"side": "{{order_side}}", "reduce_only": true}', True, False),
        ('{"side": "sell"}', True, True),
        ('{"side": "sell", "sentiment": "flat"}', True, False),
        ('{"action": "closelong"}', True, False),
        ('{"q": {{quantity}}}', True, None),
        ('{"text": "{{summary}}"}', False, None),
        ('{"p": {{order_price}}}', False, None),
        ("", False, None),
    ],
)
def test_what_counts_as_an_order_and_may_open_at_an_exit(text, is_order, can_open):
    action = read_action(text)
    assert (action.is_order, action.exit_can_open) == (is_order, can_open)


@pytest.mark.parametrize(
    ("text", "is_silent"),
    [('{"a": "buy"}', False), ('{"reduceOnly": true}', False), ('{"a": "{{rule_name}}"}', True)],
)
def test_words_of_an_order_suit_no_breach(text, is_silent):
    assert read_action(text).suits("compliance_breach") is is_silent
