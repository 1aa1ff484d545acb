"""The API: the same rules as the pages, errors with fields, filters and pages."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.keys import create_key
from webhooks.models import Delivery, Endpoint, Template
from webhooks.serializers import EndpointSerializer
from webhooks.testing import make_delivery, make_endpoint, make_message, make_template

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9000/hook"
LIST = "/api/v1/endpoints/"


@pytest.fixture
def api(client, alice):
    _, key = create_key(alice, "test")
    client.defaults["HTTP_X_API_KEY"] = key
    return client


def post(api, path, **data):
    return api.post(path, data, content_type="application/json")


def details(answer):
    return {row["field"]: row["message"] for row in answer.json()["error"]["details"]}


def test_endpoint_is_created_with_its_secret_shown(api, alice):
    answer = post(api, LIST, name="Bot", url=URL, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 201
    data = answer.json()
    endpoint = Endpoint.objects.get(user=alice)
    assert data["secret"] == endpoint.secret
    assert data["id"] == str(endpoint.code)
    assert data["header_names"] == ["Authorization"]
    assert "headers" not in data
    assert data["events"] == [
        "entry_long", "entry_short", "exit_long", "exit_short", "compliance_breach",
    ]  # fmt: skip
    assert "secret" not in api.get(f"{LIST}{endpoint.code}/").json()


def test_name_that_leads_nowhere_is_stored_with_a_warning(api, alice):
    (warning,) = post(api, LIST, name="Bot", url="https://nowhere.invalid/").json()["warnings"]
    assert "nowhere.invalid has no address" in warning
    address = f"{LIST}{Endpoint.objects.get(user=alice).code}/"
    patch = {"url": "https://elsewhere.invalid/"}
    changed = api.patch(address, patch, content_type="application/json").json()
    assert "elsewhere.invalid has no address" in changed["warnings"][0]
    assert api.get(address).json()["warnings"] == []


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"url": "https://10.0.0.1/"}, "url", "private or reserved"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "url", "private or reserved"),
        ({"payload_template": "{"}, "payload_template", "not JSON"),
        ({"payload_template": "{{symbl}}"}, "payload_template", "{{symbol}}"),
        ({"events": ["nope"]}, "events", "Unknown event"),
        ({"events": []}, "events", "at least one"),
        ({"subjects": ["strategy:1"]}, "subjects", "strategy:1"),
        ({"headers": {"webhook-id": "x"}}, "headers", "set by the sender"),
        ({"headers": {"X-A": "a\r\nX-B: b"}}, "headers", "printable"),
        ({"headers": {"X-A\n": "a"}}, "headers", "not a header name"),
        ({"ttl_seconds": 9}, "ttl_seconds", "10"),
        ({"rate_per_second": 51}, "rate_per_second", "50"),
        ({"template": "tpl_000000"}, "template", "tpl_000000"),
        ({"name": ""}, "name", "blank"),
        ({"profile": "often"}, "profile", "often"),
    ],
)
def test_bad_endpoint_is_refused_with_its_field(api, change, field, message):
    answer = post(api, LIST, **{"name": "Bot", "url": URL, **change})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert message in details(answer)[field]
    assert Endpoint.objects.count() == 0


def test_endpoint_is_changed_switched_and_deleted(api, alice):
    endpoint = make_endpoint(alice)
    make_delivery(endpoint)
    url = f"{LIST}{endpoint.code}/"
    answer = api.patch(url, {"name": "New", "is_enabled": False}, "application/json")
    assert (answer.json()["name"], answer.json()["health"]) == ("New", "disabled")
    assert Delivery.objects.get().state == "skipped"
    assert api.patch(url, {"is_enabled": True}, "application/json").json()["is_enabled"]
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404


def test_change_leaves_what_a_sender_writes_meanwhile(alice, rf):
    endpoint = make_endpoint(alice)
    request = rf.patch("/")
    request.user = alice
    serializer = EndpointSerializer(
        endpoint, {"name": "New"}, partial=True, context={"request": request}
    )
    assert serializer.is_valid()
    circuit = {"n_failures_in_row": 9, "is_enabled": False, "disabled_reason": "410"}
    Endpoint.objects.update(secret="rotated", **circuit)
    serializer.save()
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.secret) == ("New", "rotated")
    assert {name: getattr(endpoint, name) for name in circuit} == circuit


def test_secret_is_read_and_rotated(api, alice):
    endpoint = make_endpoint(alice)
    answer = api.get(f"{LIST}{endpoint.code}/secret/")
    assert answer.json() == {"secret": endpoint.secret}
    assert answer["Cache-Control"] == "no-store"
    fresh = post(api, f"{LIST}{endpoint.code}/rotate/").json()["secret"]
    assert fresh != endpoint.secret
    endpoint.refresh_from_db()
    assert endpoint.live_secrets(timezone.now())[0] == fresh


def test_delivery_shows_its_body_and_attempts_only_in_detail(api, alice):
    delivery = make_delivery(make_endpoint(alice))
    (row,) = api.get("/api/v1/deliveries/").json()["results"]
    assert "body" not in row
    data = api.get(f"/api/v1/deliveries/{delivery.code}/").json()
    assert data["body"] == delivery.body
    assert data["attempts"] == []


def test_deliveries_are_filtered_and_paged(api, alice):
    one, two = make_endpoint(alice, name="One"), make_endpoint(alice, name="Two")
    make_message(alice)
    make_message(alice, "exit_long")
    failed = make_delivery(one, state="failed")
    code = failed.message_code
    url = "/api/v1/deliveries/"
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    for query, n in [
        ({}, 6), ({"endpoint": str(two.code)}, 3), ({"state": "failed"}, 1),
        ({"event_type": "exit_long"}, 2), ({"message": str(code)}, 2),
        ({"subject": "strategy:7"}, 6), ({"is_test": "true"}, 0), ({"since": later}, 0),
        ({"until": later}, 6), ({"endpoint": str(uuid.uuid4())}, 0),
    ]:  # fmt: skip
        assert api.get(url, query).json()["count"] == n, query
    page = api.get(url, {"page_size": 2}).json()
    assert len(page["results"]) == 2
    assert page["next"]
    bad = api.get(url, {"state": "nope", "endpoint": "x"})
    assert bad.status_code == 400
    assert set(details(bad)) == {"state", "endpoint"}


def test_resend_answers_409_with_the_reason(api, alice):
    delivery = make_delivery(make_endpoint(alice), state="expired")
    url = f"/api/v1/deliveries/{delivery.code}/resend/"
    refused = post(api, url)
    assert refused.status_code == 409
    assert "Confirm" in refused.json()["error"]["message"]
    assert post(api, url, confirm=True).status_code == 202
    assert post(api, url, confirm=True).status_code == 409


def test_failed_deliveries_of_an_endpoint_are_sent_again(api, alice):
    endpoint = make_endpoint(alice)
    make_delivery(endpoint, state="failed")
    url = f"{LIST}{endpoint.code}/resend/"
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    assert post(api, url, since=since).json() == {"sent": 0, "left_alone": 1}
    assert post(api, url, since=since, include_entries=True).json()["sent"] == 1
    assert post(api, url).status_code == 400


def test_templates_are_listed_made_copied_and_kept_apart(api, alice, bob):
    make_template(bob, name="Bob's")
    made = post(api, "/api/v1/templates/", name="T", payload_template='{"a": {{atr}}}').json()
    assert made["id"].startswith("tpl_")
    assert api.get("/api/v1/templates/").json()["count"] == 10
    default = "/api/v1/templates/tpl_default_ttp_market_buy/"
    assert api.patch(default, {"name": "x"}, "application/json").status_code == 409
    assert api.delete(default).status_code == 409
    assert post(api, f"{default}copy/").json()["name"] == "Market buy (copy)"
    assert Template.objects.filter(user=alice).count() == 2
    bad = post(api, "/api/v1/templates/", name="T", payload_template="{{oops}}")
    assert "Unknown placeholder" in details(bad)["payload_template"]


@pytest.mark.parametrize("address", ["%00/", "tpl_x%00/", "tpl_x%00/copy/"])
def test_null_characters_in_a_template_address_are_unknown(api, address):
    answer = api.post(f"/api/v1/templates/{address}", {}, "application/json")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NOT_FOUND"


def test_template_in_use_is_a_conflict(api, alice):
    template = make_template(alice)
    make_endpoint(alice, name="User of it", template=template)
    answer = api.delete(f"/api/v1/templates/{template.pk}/")
    assert answer.status_code == 409
    assert "User of it" in answer.json()["error"]["message"]


def test_lists_take_few_queries(api, alice, django_assert_max_num_queries):
    for number in range(10):
        make_delivery(make_endpoint(alice, name=f"Bot {number}"))
    for name in ("endpoint", "delivery", "template"):
        with django_assert_max_num_queries(8):
            api.get(reverse(f"webhooks-api:{name}-list"))


def test_no_more_than_fifty_endpoints(api, alice):
    rows = [Endpoint(user=alice, name=f"E{n}", url=URL) for n in range(50)]
    Endpoint.objects.bulk_create(rows)
    answer = post(api, LIST, name="One more", url=URL)
    assert answer.status_code == 400
    assert "50 endpoints" in answer.json()["error"]["message"]
