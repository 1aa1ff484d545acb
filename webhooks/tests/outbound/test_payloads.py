"""The six defaults and the chat message."""

import json

import pytest

from webhooks.models import Template
from webhooks.outbound.payloads import default_body, render_payload, summary_line
from webhooks.outbound.placeholders import parse_json
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
def test_six_shared_defaults_render_to_their_orders():
    rows = Template.objects.filter(is_default=True)
    assert {row.pk for row in rows} == set(BODIES)
    for row in rows:
        payload = render_payload(row.payload_template, ENTRY_VALUES)
        assert json.loads(payload.body) == BODIES[row.pk]
        assert (row.user_id, row.category) == (None, "Generic order")


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
