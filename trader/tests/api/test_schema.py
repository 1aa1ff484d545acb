"""The OpenAPI document is whole: every call, with its ways to sign in, and no warning;
what the calls answer is what it says."""

import io
import json
import re

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from accounts.keys import create_key
from alerts.testing import make_alert
from strategies.testing import make_computed, make_market
from trader.signup import prepare_user
from webhooks.testing import make_delivery, make_endpoint, make_template

pytestmark = pytest.mark.django_db


def test_document_is_valid_and_without_warnings():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_api_key_is_among_the_ways_to_sign_in(client, alice):
    client.force_login(alice)
    response = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    schemes = response.json()["components"]["securitySchemes"]
    assert schemes["apiKey"]["name"] == "X-API-Key"


def document():
    stream = io.StringIO()
    call_command("spectacular", format="openapi-json", stdout=stream)
    return json.loads(stream.getvalue())


def as_json_schema(node, components):
    """The schema with its references filled in and OpenAPI's `nullable` in JSON Schema's words."""
    if isinstance(node, list):
        return [as_json_schema(item, components) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return as_json_schema(components[node["$ref"].rpartition("/")[2]], components)
    plain = {name: as_json_schema(item, components) for name, item in node.items()}
    return {"anyOf": [plain, {"type": "null"}]} if plain.pop("nullable", False) else plain


@pytest.fixture
def rows(alice):
    """One row of each kind, as numbers and codes for the addresses below."""
    prepare_user(alice)
    make_market()
    strategy = make_computed(alice)
    endpoint = make_endpoint(alice, name="Bot")
    return {
        "strategy": strategy.pk,
        "run": strategy.runs.get().pk,
        "alert": make_alert(alice, strategy=strategy).pk,
        "pack": alice.packs.first().pk,
        "endpoint": endpoint.code,
        "delivery": make_delivery(endpoint).code,
        "template": make_template(alice).pk,
        "source": f"{strategy.data_source}&symbol={strategy.symbol}",
    }


CALLS = [
    *(("GET", f"{name}s/", "", 200) for name in ("run", "trade", "alert", "pack", "endpoint")),
    *(("GET", f"{name}/", "", 200) for name in ("strategies", "deliveries", "templates")),
    *(("GET", f"{name}/", "", 200) for name in ("sources", "settings", "monitor", "events")),
    ("GET", "bars/?source={source}", "", 200),
    ("GET", "strategies/{strategy}/", "", 200),
    ("GET", "strategies/{strategy}/export/", "", 200),
    ("PATCH", "strategies/{strategy}/", '{"name": "B", "version": 1}', 200),
    ("POST", "strategies/{strategy}/clone/", "", 201),
    ("GET", "runs/{run}/", "", 200),
    ("POST", "runs/", '{{"strategy": {strategy}}}', 202),
    ("POST", "runs/{run}/cancel/", "", 200),
    ("GET", "packs/{pack}/", "", 200),
    ("POST", "packs/{pack}/duplicate/", "", 201),
    ("POST", "packs/", '{"base_template": "ema_stack"}', 201),
    ("PATCH", "packs/{pack}/", '{"revision": 1}', 200),
    ("GET", "alerts/{alert}/", "", 200),
    ("POST", "alerts/{alert}/ack/", "", 200),
    ("POST", "alerts/ack-all/", "", 200),
    ("GET", "alerts/test/", "", 200),
    ("POST", "alerts/test/", "", 201),
    ("POST", "monitor/", '{"state": "running"}', 200),
    ("PATCH", "settings/", '{"theme": "dark"}', 200),
    ("POST", "endpoints/", '{"name": "B", "url": "http://127.0.0.1:9/"}', 201),
    ("GET", "endpoints/{endpoint}/", "", 200),
    ("GET", "endpoints/{endpoint}/secret/", "", 200),
    ("POST", "endpoints/{endpoint}/rotate/", "", 200),
    ("GET", "endpoints/{endpoint}/test/", "", 200),
    ("POST", "endpoints/{endpoint}/test/", '{"confirm": true}', 202),
    ("POST", "endpoints/{endpoint}/resend/", '{"since": "2026-01-01T00:00:00Z"}', 202),
    ("GET", "deliveries/{delivery}/", "", 200),
    ("POST", "deliveries/{delivery}/resend/", "{}", 409),
    ("GET", "templates/{template}/", "", 200),
    ("POST", "templates/{template}/copy/", "", 201),
    ("POST", "templates/", '{"name": "T"}', 400),
    ("GET", "runs/0/", "", 404),
    ("GET", "runs/?page=x", "", 404),
]


def test_answers_are_as_declared(client, alice, rows):
    client.defaults["HTTP_X_API_KEY"] = create_key(alice, "test")[1]
    api, lies = document(), []
    for method, form, body, status in CALLS:
        path = "/api/v1/" + form.format(**rows)
        filled = body.format(**rows) if "{{" in body else body
        answer = client.generic(method, path, filled, content_type="application/json")
        assert answer.status_code == status, (method, form, answer.content)
        declared = api["paths"][pattern_of(form)][method.lower()]["responses"]
        schema = declared[str(status)]["content"]["application/json"]["schema"]
        plain = as_json_schema(schema, api["components"]["schemas"])
        faults = Draft202012Validator(plain).iter_errors(answer.json())
        lies += [f"{method} {form}: {one.json_path} {one.message}" for one in faults]
    assert not lies


def pattern_of(form):
    """The document's name of an address: every part in braces, or a number, is its `id`."""
    return "/api/v1/" + re.sub(r"\{\w+\}|\b0\b", "{id}", form.partition("?")[0])


def test_every_call_says_what_it_does():
    silent = [
        f"{method} {path}"
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
        if len(operation.get("description", "")) < 10
    ]
    assert silent == []


def test_every_call_declares_how_it_fails():
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            codes = set(operation["responses"])
            assert {"400", "401", "404", "429"} <= codes, (method, path)
            assert ("409" in codes) == (method != "get"), (method, path)


def test_document_says_which_fields_and_numbers_are_refused():
    found = document()
    settings = found["components"]["schemas"]["PatchedSettings"]
    assert settings["additionalProperties"] is False
    assert "description" not in settings
    seed = settings["properties"]["global_data_seed"]
    assert (seed["minimum"], seed["maximum"]) == (0, 2**31 - 1)
    parameters = found["paths"]["/api/v1/strategies/"]["get"]["parameters"]
    schemas = {one["name"]: one["schema"] for one in parameters}
    assert schemas["page"] == {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}
    assert schemas["symbol"] == {"type": "string", "minLength": 1}
    since = found["paths"]["/api/v1/alerts/"]["get"]["parameters"]
    assert {one["name"]: one["schema"] for one in since}["since"]["format"] == "date"
