"""The defaults and the chat message."""

import json

import pytest

from webhooks.bodies.payloads import default_body, render_payload, summary_line
from webhooks.bodies.placeholders import PLACEHOLDERS, parse_json
from webhooks.bodies.samples import sample_values
from webhooks.events import EventType
from webhooks.models import Template
from webhooks.testing import ENTRY_VALUES, EXIT_VALUES

BODIES = {
    "tpl_default_ttp_market_buy": {"symbol": "SPY", "action": "buy", "quantity": 57},
    "tpl_default_ttp_market_sell": {"symbol": "SPY", "action": "sell", "quantity": 57},
    "tpl_default_ttp_market_close": {"symbol": "SPY", "action": "close"},
    "tpl_default_ttp_limit_buy": {
        "symbol": "SPY", "action": "buy", "quantity": 57, "limit_price": 512.25,
    },
    "tpl_default_ttp_limit_sell": {
        "symbol": "SPY", "action": "sell", "quantity": 57, "limit_price": 512.25,
    },
    "tpl_default_ttp_limit_close": {"symbol": "SPY", "action": "close"},
}  # fmt: skip
BREACH = {
    "event_type": "compliance_breach",
    "portfolio_name": "Evaluation",
    "rule_name": "Daily loss",
}


@pytest.mark.django_db
def test_six_defaults_of_one_event_render_to_their_orders():
    rows = Template.objects.filter(is_default=True, category="Generic order")
    assert {row.pk for row in rows} == set(BODIES)
    for row in rows:
        payload = render_payload(row.payload_template, ENTRY_VALUES)
        assert json.loads(payload.body) == BODIES[row.pk]
        assert (row.user_id, row.category) == (None, "Generic order")


ANY_EVENT = {
    "entry_long": ("buy", "long", 512.34), "entry_short": ("sell", "short", 512.34),
    "exit_long": ("close", "flat", 517.28), "exit_short": ("close", "flat", 507.4),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("event", ANY_EVENT)
def test_one_default_is_right_for_every_order(event):
    template = Template.objects.get(pk="tpl_default_any_event")
    values = sample_values(event)
    body = json.loads(render_payload(template.body_text(event), values).body)
    action, position, price = ANY_EVENT[event]
    assert body == {
        "symbol": "SPY", "action": action, "position": position, "quantity": 40, "price": price,
        "time": values["timestamp"], "message_id": values["message_id"],
        "sequence": values["sequence"], "is_test": False,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("event", ANY_EVENT)
def test_stop_and_target_go_out_with_what_is_opened(event):
    template = Template.objects.get(pk="tpl_default_any_event_bracket")
    body = json.loads(render_payload(template.body_text(event), sample_values(event)).body)
    levels = (body.get("stop_price"), body.get("target_price"))
    expected = {"entry_long": (509.87, 517.28), "entry_short": (514.81, 507.4)}
    assert levels == expected.get(event, (None, None))
    assert body["action"] == ANY_EVENT[event][0]


@pytest.mark.django_db
def test_the_default_for_any_event_is_offered_first():
    assert Template.objects.filter(is_default=True).first().pk == "tpl_default_any_event"


@pytest.mark.django_db
@pytest.mark.parametrize("event", ANY_EVENT)
def test_words_of_its_own_are_right_for_every_order(event):
    template = Template.objects.get(pk="tpl_default_event_words")
    body = json.loads(render_payload(template.body_text(event), sample_values(event)).body)
    assert body["action"] == event


@pytest.mark.parametrize("event", EventType.values)
def test_samples_of_an_event_fit_each_other(event):
    values = sample_values(event, is_test=True)
    assert values["summary"].startswith("TEST: ")
    assert set(values) <= set(PLACEHOLDERS)
    if event == "compliance_breach":
        assert values.get("order_action") is None
        return
    sign = 1 if values["order_side"] == "buy" else -1
    assert values["quantity_signed"] == sign * values["quantity"]
    risk = abs(values["entry_price"] - values["stop_price"])
    assert values["quantity"] == int(values["risk_per_trade"] / risk)
    is_long = values["direction"] == "LONG"
    assert (values["stop_price"] < values["entry_price"] < values["target_price"]) is is_long


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (ENTRY_VALUES, "ENTRY SIGNAL: SPY LONG @ $512.25 (Stop: $510.50)"),
        (EXIT_VALUES | {"stop_price": None}, "EXIT SIGNAL: SPY LONG @ $512.25"),
        (BREACH, "COMPLIANCE BREACH: Evaluation - Daily loss"),
    ],
)
def test_summary_says_what_happened(values, line):
    assert summary_line(values) == line


@pytest.mark.parametrize(
    ("price", "decimals", "shown"),
    [
        (512.25, 2, "512.25"),
        (512.3, 2, "512.30"),
        (512.0, None, "512.00"),
        (0.5, None, "0.50"),
        (0.9877, 4, "0.9877"),
        (8.2998e-06, 10, "0.0000082998"),
        (8.2998e-06, 2, "0.0000082998"),
        (8.2998e-06, None, "0.0000082998"),
        (0.00027, 4, "0.00027"),
        (110.515625, 4, "110.515625"),
        (448.78292962830784, 2, "448.78293"),
        (39_000, 0, "39000"),
        (100_000.25, 2, "100000.25"),
        (0, 2, "0.00"),
    ],
)
def test_price_for_people_keeps_its_digits(price, decimals, shown):
    values = ENTRY_VALUES | {"order_price": price, "price_decimals": decimals, "stop_price": None}
    assert summary_line(values) == f"ENTRY SIGNAL: SPY LONG @ ${shown}"


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 10**400, "none", True])
def test_default_body_is_strict_json_whatever_the_values(odd):
    values = ENTRY_VALUES | {"order_price": odd, "stop_price": odd, "timestamp": odd}
    body = parse_json(default_body(values))
    assert body["content"] == "ENTRY SIGNAL: SPY LONG"


def test_default_body_is_a_chat_message_with_one_embed():
    body = json.loads(default_body(ENTRY_VALUES))
    assert body["content"] == body["text"]
    (embed,) = body["embeds"]
    assert embed["title"] == "Opening drive"
    assert embed["timestamp"] == "2026-01-05T14:31:00Z"
    names = [field["name"] for field in embed["fields"]]
    assert names == ["Trigger", "Price", "Stop", "Confluence"]
