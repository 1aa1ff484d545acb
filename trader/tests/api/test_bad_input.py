"""Bad values in every field of every call: refused by name, never an error of ours.

The calls, their fields and parameters come from the OpenAPI document, so a new one is among them.
"""

import json
from contextlib import contextmanager
from itertools import product

import pytest
from django.db import transaction

from alerts.testing import make_alert
from strategies.testing import (
    make_computed,
    make_computed_preview,
    make_market,
    make_record,
)
from trader.signup import prepare_user
from trader.tests.api.test_schema import document
from webhooks.models import Lane
from webhooks.testing import make_delivery, make_endpoint, make_template

pytestmark = pytest.mark.django_db
BAD = (
    "null", "true", "-1.5", "9007199254740993", "1e999", "1" + "0" * 400, '""', '"\\u0000"',
    '"\\ud800"', '"🙂"', "[null]", "[[]]", '{"__proto__": null}', json.dumps("x" * 9_999),
    '"0001-01-01T00:00:00+14:00"', '"9999-12-31"',
)  # fmt: skip
BAD_TEXT = (
    "", "null", "x", "-1", "1.5", "0", "9223372036854775808", "1" + "0" * 400, "%00", "%ff", "🙂",
    "NaN", "[]", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B14:00",
    "9999-12-31T23:59:59-14:00", "\u00b2", "x" * 3_000,
)  # fmt: skip
STRATEGY = make_record(stop_config={"method": "atr", "atr_mult": 1.5})
# What has to be there besides the field that is tried.
WHOLE = {
    "POST /strategies/": STRATEGY,
    "PATCH /strategies/{id}/": {"version": 1},
    "PATCH /strategies/{id}/order/": {},
    "POST /packs/": {"base_template": "ema_stack"},
    "PATCH /packs/{id}/": {"revision": 1},
    "POST /packs/{id}/impact/": {},
    "POST /packs/{id}/previews/": {"data_source": "sample", "symbol": "SPY"},
    "POST /runs/": {},
    "POST /strategies/{id}/what-ifs/": {"stop": 0.8},
    "POST /strategies/{id}/extended/": {},
    "POST /strategies/{id}/report-links/": {},
    "POST /strategies/refresh/": {},
    "POST /drilldowns/": {"tab": "stop", "config": {}},
    "POST /monitor/": {"state": "running"},
    "PATCH /settings/": {},
    "POST /endpoints/": {"name": "B", "url": "http://127.0.0.1:9/"},
    "PUT /endpoints/{id}/": {"name": "B", "url": "http://127.0.0.1:9/"},
    "PATCH /endpoints/{id}/": {},
    "POST /endpoints/{id}/resend/": {"since": "2026-01-01T00:00:00Z"},
    "POST /endpoints/{id}/test/": {},
    "POST /deliveries/{id}/resend/": {},
    "POST /blocks/{id}/resend/": {},
    "POST /alerts/test/": {},
    "POST /templates/": {"name": "T", "payload_template": "{}"},
    "PUT /templates/{id}/": {"name": "T", "payload_template": "{}"},
    "PATCH /templates/{id}/": {},
}
DOCUMENT = document()


def operations():
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path.removeprefix('/api/v1')}", operation


def fields_of(operation):
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rpartition("/")[2]
    return sorted(DOCUMENT["components"]["schemas"][name]["properties"])


FIELDS = {
    call: [*fields_of(operation), "zz"]
    for call, operation in operations()
    if "requestBody" in operation
}
PARAMETERS = {
    call: names
    for call, operation in operations()
    if (names := [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"])
}


@pytest.fixture
def address(client, alice, settings, tmp_path):
    """The address of a call, for one row of each kind."""
    settings.VAR_DIR = tmp_path
    prepare_user(alice)
    make_market()
    strategy = make_computed(alice)
    endpoint = make_endpoint(alice)
    blocking = make_delivery(endpoint, is_exit=True, state="failed", event_type="exit_long")
    Lane.objects.create(endpoint=endpoint, subject="strategy:1", blocked_by=blocking)
    rows = {
        "strategies": strategy.pk,
        "runs": strategy.runs.get().pk,
        "alerts": make_alert(alice, strategy=strategy).pk,
        "packs": alice.packs.first().pk,
        "pack-previews": make_computed_preview(alice, alice.packs.first()).pk,
        "endpoints": endpoint.code,
        "deliveries": make_delivery(endpoint).code,
        "blocks": blocking.code,
        "templates": make_template(alice).pk,
    }
    client.force_login(alice)
    client.raise_request_exception = False
    return lambda path: "/api/v1" + path.replace("{id}", str(rows.get(path.split("/")[1])))


def complaint(answer):
    """What is wrong with an answer to bad input: an error of ours, or one without its shape."""
    if answer.status_code < 400:
        return None
    error = answer.json().get("error", {}) if answer.status_code < 500 else {}
    return None if error.get("code") and error.get("message") else answer.status_code


@contextmanager
def undone():
    """What one value has changed is not there for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_call_with_a_body_has_a_whole_one():
    assert set(FIELDS) == set(WHOLE)


@pytest.mark.parametrize("call", FIELDS)
def test_bad_value_of_a_field_is_no_error_of_ours(client, address, call):
    method, path = call.split()
    wrong = {}
    for field, value in product(FIELDS[call], BAD):
        rest = {name: item for name, item in WHOLE[call].items() if name != field}
        body = json.dumps({**rest, field: 0}).removesuffix("0}") + value + "}"
        with undone():
            answer = client.generic(method, address(path), body, content_type="application/json")
        if code := complaint(answer):
            wrong[field, value[:30]] = code
    assert not wrong


@pytest.mark.parametrize("call", FIELDS)
def test_unknown_field_is_refused_by_its_name(client, address, call):
    method, path = call.split()
    body = {**WHOLE[call], "zz": 1}
    answer = client.generic(
        method, address(path), json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 400
    assert "zz" in [detail["field"] for detail in answer.json()["error"]["details"]]


NO_OBJECTS = ("", "null", "[]", "1", '"x"', "[" * 1000, "{", "[{}]", '{"": 1}')


@pytest.mark.parametrize("call", FIELDS)
def test_body_that_is_no_object_is_no_error_of_ours(client, address, call):
    method, path = call.split()
    wrong = {}
    for body in NO_OBJECTS:
        with undone():
            answer = client.generic(method, address(path), body, content_type="application/json")
        if code := complaint(answer):
            wrong[body[:30]] = code
    assert not wrong


@pytest.mark.parametrize("call", PARAMETERS)
def test_bad_parameter_is_no_error_of_ours(client, address, call):
    method, path = call.split()
    wrong = {}
    for name, value in product(PARAMETERS[call], BAD_TEXT):
        others = "&source=sample&symbol=SPY" if path == "/bars/" else ""
        query = f"{name}={value}{others.replace(f'&{name}=', '&other=')}"
        with undone():
            answer = client.generic(method, f"{address(path)}?{query}")
        if code := complaint(answer):
            wrong[name, value[:30]] = code
    assert not wrong


@pytest.mark.parametrize("call", PARAMETERS)
def test_empty_or_repeated_parameter_is_refused_by_its_name(client, address, call):
    method, path = call.split()
    for name, query in product(PARAMETERS[call], ("{0}=", "{0}=1&{0}=1")):
        with undone():
            answer = client.generic(method, f"{address(path)}?{query.format(name)}")
        assert answer.status_code == 400, query.format(name)
        assert name in [detail["field"] for detail in answer.json()["error"]["details"]]
