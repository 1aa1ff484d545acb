"""What is read as JSON, and what is refused with its field."""

import json

import pytest

from trader.api.json_text import JsonError, read_json

TOO_LARGE = "This number is too large."
TOO_WHOLE = "Whole numbers go to 9,007,199,254,740,992 (2^53) at most."
TWICE = "This field is given twice."
FAULTS = [
    ('{"stop": {"percent": 1e999}}', "stop.percent", TOO_LARGE),
    ('{"a": -1e999}', "a", TOO_LARGE),
    ('{"lookback": 1' + "0" * 400 + "}", "lookback", TOO_LARGE),
    ('{"lookback": 1' + "0" * 5000 + "}", "lookback", TOO_LARGE),
    ('{"list": [1, 2, 9007199254740993]}', "list.2", TOO_WHOLE),
    ('{"a": -9007199254740993}', "a", TOO_WHOLE),
    ('{"a": 1, "b": 2, "a": 1}', "a", TWICE),
    ('{"one": {"a": 1, "a": 2}}', "a", TWICE),
    ('{"a": "' + "x" * 10_001 + '"}', "a", "A text is longer than 10,000 characters."),
    ('{"a": "\\u0000"}', "a", "A text contains a null character."),
    ('{"a": [[[[[]]]]]}', "a.0.0.0.0", "The JSON nests deeper than 5 levels."),
    ("1e999", "", TOO_LARGE),
    ("[" * 100_000, "", "The JSON nests too deeply."),
]


@pytest.mark.parametrize(("text", "field", "message"), FAULTS)
def test_fault_is_named_with_its_field(text, field, message):
    with pytest.raises(JsonError) as found:
        read_json(text)
    assert (found.value.field, found.value.message) == (field, message)


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a": Infinity}', "{'a': 1}", "[1,]", "nul"])
def test_what_is_no_json_is_said_so(text):
    with pytest.raises(JsonError, match="JSON parse error"):
        read_json(text)


@pytest.mark.parametrize(
    "text",
    ["null", "[]", '{"a": 9007199254740992, "b": -9007199254740992, "c": 1.5e300}',
     '{"a": {"b": 1}, "b": 1}', '{"ä": "€"}', "1e-999"],
)  # fmt: skip
def test_the_rest_is_read_as_python_does(text):
    assert read_json(text) == json.loads(text)


@pytest.mark.django_db
@pytest.mark.urls("trader.tests.probe_urls")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"name": 1e999}', "name"),
        (b'{"name": "a", "name": "b"}', "name"),
        (b'{"a\\u0000": 1}', ""),
    ],
)
def test_api_answers_with_the_field(client, alice, body, field):
    client.force_login(alice)
    answer = client.post("/api/v1/probe/", body, content_type="application/json")
    assert answer.status_code == 400
    details = answer.json()["error"]["details"]
    assert [one["field"] for one in details] == ([field] if field else [])


@pytest.mark.django_db
@pytest.mark.urls("trader.tests.probe_urls")
@pytest.mark.parametrize("body", [b'{"name": "\xff"}', '{"name": "a"}'.encode("utf-16")])
def test_other_encodings_are_refused(client, alice, body):
    client.force_login(alice)
    answer = client.post("/api/v1/probe/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "UTF-8" in answer.json()["error"]["message"]
