"""The quoting rule, row by row, and what may be saved."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.bodies.payloads import render_payload
from webhooks.bodies.placeholders import (
    PLACEHOLDERS,
    MessageValues,
    TemplateError,
    check_template,
    parse_json,
    render,
)

NAMES = {
    "symbol", "timeframe", "strategy_name", "strategy_id", "portfolio_id", "event_type",
    "order_action", "market_position", "direction", "order_price", "stop_price", "atr",
    "risk_per_trade", "position_risk", "quantity", "trigger_name", "exec_type",
    "confluence_met", "portfolio_name", "timestamp", "rule_name", "rule_limit", "rule_value",
    "target_price", "entry_price", "order_side", "quantity_signed", "exit_reason",
    "timestamp_ms", "expires_at", "message_id", "sequence", "is_test", "summary",
    "entry_state",
}  # fmt: skip


def test_all_placeholders_are_known():
    assert set(PLACEHOLDERS) == NAMES


def test_the_values_of_a_message_are_its_placeholders_and_how_prices_are_written():
    assert set(MessageValues.__annotations__) == NAMES | {"price_decimals"}


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("{{quantity}}", {"quantity": 57}, "57"),
        ("{{order_price}}", {"order_price": 512.25}, "512.25"),
        ("{{order_price}}", {"order_price": Decimal("512.250")}, "512.250"),
        ('"{{order_price}}"', {"order_price": 512.25}, '"512.25"'),
        # Plain decimals, in text and standing alone.
        ('"{{order_price}}"', {"order_price": 8.2929e-06}, '"0.0000082929"'),
        ("{{order_price}}", {"order_price": 8.2929e-06}, "0.0000082929"),
        ("{{order_price}}", {"order_price": Decimal("8.2929E-6")}, "0.0000082929"),
        ("{{order_price}}", {"order_price": 1e16}, "10000000000000000.0"),
        ("{{order_price}}", {"order_price": 512.0}, "512.0"),
        ("{{order_price}}", {"order_price": -0.5}, "-0.5"),
        ("{{quantity}}", {"quantity": 12_000_000_000}, "12000000000"),
        ("{{symbol}}", {"symbol": "SPY"}, '"SPY"'),
        ('"{{symbol}}"', {"symbol": "SPY"}, '"SPY"'),
        ('"buy {{symbol}} now"', {"symbol": "SPY"}, '"buy SPY now"'),
        ("{{symbol}}", {"symbol": "1e5"}, '"1e5"'),
        ("{{symbol}}", {"symbol": "nan"}, '"nan"'),
        ("{{symbol}}", {"symbol": ""}, '""'),
        ("{{quantity}}", {}, "null"),
        ("{{quantity}}", {"quantity": None}, "null"),
        ("{{quantity}}", {"quantity": float("nan")}, "null"),
        ("{{quantity}}", {"quantity": float("inf")}, "null"),
        ("{{quantity}}", {"quantity": "57"}, "null"),
        ("{{quantity}}", {"quantity": True}, "null"),
        ("{{quantity}}", {"quantity": 10**400}, "null"),
        ("{{quantity}}", {"quantity": Decimal("NaN")}, "null"),
        ("{{symbol}}", {}, "null"),
        ('"{{symbol}}"', {}, '""'),
        ('"{{quantity}}"', {}, '""'),
        ('"{{strategy_name}}"', {"strategy_name": 'a "b" \\ c'}, '"a \\"b\\" \\\\ c"'),
        ("{{strategy_name}}", {"strategy_name": "a\nb\tc\x01"}, '"a\\nb\\tc\\u0001"'),
        ('"\\"{{symbol}}"', {"symbol": "SPY"}, '"\\"SPY"'),
        ('["\\\\", {{symbol}}]', {"symbol": "SPY"}, '["\\\\", "SPY"]'),
        ("{{ symbol }}", {"symbol": "SPY"}, '"SPY"'),
        ("{{rule_limit}}", {"rule_limit": "-500"}, '"-500"'),
        ("{{is_test}}", {"is_test": True}, "true"),
        ("{{is_test}}", {"is_test": False}, "false"),
        ('"{{is_test}}"', {"is_test": True}, '"true"'),
        ("{{quantity_signed}}", {"quantity_signed": -57}, "-57"),
        ("{{exit_reason}}", {"exit_reason": None}, "null"),
        ("{{unknown}}", {"unknown": 1}, "{{unknown}}"),
    ],
)
def test_quoting_rule(template, values, expected):
    assert render(template, values) == expected


@given(st.text(), st.one_of(st.none(), st.floats(), st.integers()))
def test_any_value_renders_to_json_that_holds_it(text, number):
    template = '{"a": "{{symbol}}", "b": {{symbol}}, "c": "x{{symbol}}y", "d": {{atr}}}'
    body = parse_json(render(template, {"symbol": text, "atr": number}))
    assert (body["a"], body["b"], body["c"]) == (text, text, f"x{text}y")
    is_finite = number is not None and number == number and abs(number) != float("inf")
    assert body["d"] == (number if is_finite else None)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('{"s": {{symbl}}}', "Did you mean {{symbol}}?"),
        ('{"s": {{Quantity}}}', "Did you mean {{quantity}}?"),
        ('{"s": {{zzz}}}', "Unknown placeholder {{zzz}}"),
        ('{"s": {{symbol}}', "not JSON"),
        ('{"s": "{{symbol"}', "not closed"),
        ("buy {{symbol}}", "not JSON"),
        ('{"q": 1{{quantity}}}', "not JSON"),
        ('{"q": NaN}', "not JSON"),
        ('{"q": Infinity}', "not JSON"),
        ("[" * 20_000 + "]" * 20_000, "nests too deeply"),
        ('["' + "x" * 70_000 + '"]', "the limit is 65,536"),
    ],
)
def test_template_that_would_go_wrong_is_refused_by_name(template, message):
    with pytest.raises(TemplateError, match=message.replace("{", "\\{").replace("?", "\\?")):
        check_template(template)


def test_large_body_is_saved_with_a_warning():
    assert "many receivers" in check_template(json.dumps(["x" * 30_000]))


def test_text_that_is_no_json_goes_out_as_a_chat_message():
    payload = render_payload("hello {{symbol}} {{oops}}", {"symbol": "SPY"})
    assert payload.is_fallback
    assert json.loads(payload.body) == {"content": 'hello "SPY" {{oops}}'}
