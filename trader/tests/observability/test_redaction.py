import pytest

from trader.observability.redaction import redact


@pytest.mark.parametrize(
    "text",
    [
        "key ror_abcdefghijklmnopqrstuvwxyz",
        "secret whsec_c2VjcmV0LXRoaW5n",
        "Authorization: Bearer abcdefgh.ijklmnop",
        "postgres://user:hunter2@db/ror",
        "POST /hooks/tok-3n-value/ 200",
        'payload {"password": "hunter2"}',
        "api_key=hunter2&x=1",
    ],
)
def test_secret_looking_text_is_hidden(text):
    hidden = redact(text)
    assert "[redacted]" in hidden
    for secret in ("abcdefghij", "c2VjcmV0", "hunter2", "tok-3n", "ijklmnop"):
        assert secret not in hidden


def test_secret_fields_are_hidden_at_any_depth():
    line = {"user_id": 7, "payload": [{"X-Signature": "v1,abc", "qty": 2}], "token": "t"}
    assert redact(line) == {
        "user_id": 7,
        "payload": [{"X-Signature": "[redacted]", "qty": 2}],
        "token": "[redacted]",
    }


def test_ordinary_text_stays():
    assert redact("SPY crossed 412.30 at 10:31") == "SPY crossed 412.30 at 10:31"
