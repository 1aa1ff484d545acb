"""Every address for its owner, another user, a visitor and a missing row."""

import uuid

import pytest
from django.urls import reverse

from webhooks.testing import make_delivery, make_endpoint, make_template

pytestmark = pytest.mark.django_db
PAGES = [
    ("get", "webhooks:endpoint-detail", "endpoint"),
    ("get", "webhooks:endpoint-edit", "endpoint"),
    ("get", "webhooks:endpoint-delete", "endpoint"),
    ("post", "webhooks:endpoint-delete", "endpoint"),
    ("post", "webhooks:endpoint-toggle", "endpoint"),
    ("get", "webhooks:endpoint-test", "endpoint"),
    ("post", "webhooks:endpoint-resend", "endpoint"),
    ("post", "webhooks:secret-show", "endpoint"),
    ("post", "webhooks:secret-rotate", "endpoint"),
    ("get", "webhooks:delivery-detail", "delivery"),
    ("get", "webhooks:delivery-panel", "delivery"),
    ("post", "webhooks:delivery-resend", "delivery"),
    ("get", "webhooks:template-detail", "template"),
    ("post", "webhooks:template-copy", "template"),
    ("post", "webhooks:template-delete", "template"),
]
API = [
    ("get", "webhooks-api:endpoint-detail", "endpoint"),
    ("patch", "webhooks-api:endpoint-detail", "endpoint"),
    ("delete", "webhooks-api:endpoint-detail", "endpoint"),
    ("get", "webhooks-api:endpoint-secret", "endpoint"),
    ("post", "webhooks-api:endpoint-rotate", "endpoint"),
    ("get", "webhooks-api:endpoint-test", "endpoint"),
    ("post", "webhooks-api:endpoint-test", "endpoint"),
    ("get", "webhooks-api:delivery-detail", "delivery"),
    ("post", "webhooks-api:delivery-resend", "delivery"),
    ("get", "webhooks-api:template-detail", "template"),
    ("patch", "webhooks-api:template-detail", "template"),
    ("delete", "webhooks-api:template-detail", "template"),
    ("post", "webhooks-api:template-copy", "template"),
]
LISTS = [
    "webhooks:endpoint-list",
    "webhooks:endpoint-create",
    "webhooks:delivery-list",
    "webhooks:template-list",
    "webhooks:template-create",
    "webhooks:echo-page",
    "webhooks:echo-messages",
]


@pytest.fixture
def rows(alice):
    endpoint = make_endpoint(alice)
    return {
        "endpoint": endpoint.code,
        "delivery": make_delivery(endpoint, state="failed").code,
        "template": make_template(alice).pk,
    }


def call(client, method, name, argument):
    is_json = name.startswith("webhooks-api:") and method in ("post", "patch")
    more = {"content_type": "application/json"} if is_json else {}
    return getattr(client, method)(reverse(name, args=[argument]), **more)


@pytest.mark.parametrize(("method", "name", "kind"), PAGES + API)
def test_owner_gets_in(client, alice, rows, method, name, kind):
    client.force_login(alice)
    assert call(client, method, name, rows[kind]).status_code in (200, 201, 202, 204, 302, 409)


@pytest.mark.parametrize(("method", "name", "kind"), PAGES + API)
def test_another_users_row_looks_like_a_missing_one(client, bob, rows, method, name, kind):
    client.force_login(bob)
    missing = "tpl_000000" if kind == "template" else uuid.uuid4()
    foreign = call(client, method, name, rows[kind])
    assert foreign.status_code == 404
    assert call(client, method, name, missing).status_code == 404


@pytest.mark.parametrize(("method", "name", "kind"), PAGES)
def test_visitor_is_sent_to_the_login(client, rows, method, name, kind):
    answer = call(client, method, name, rows[kind])
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize(("method", "name", "kind"), API)
def test_api_asks_a_visitor_for_credentials(client, rows, method, name, kind):
    assert call(client, method, name, rows[kind]).status_code == 401


def test_stranger_sends_no_test(client, bob, charlie, rows):
    for user in (bob, charlie):
        client.force_login(user)
        url = reverse("webhooks:endpoint-test", args=[rows["endpoint"]])
        assert client.post(url, {"event": "entry_long", "name": "My bot"}).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_behind_the_login(client, name):
    assert client.get(reverse(name)).status_code == 302


def test_lists_hold_only_ones_own_rows(client, bob, rows):
    client.force_login(bob)
    pages = ("webhooks:endpoint-list", "webhooks:delivery-list", "webhooks:template-list")
    for name in pages:
        html = client.get(reverse(name)).content.decode()
        assert not any(str(identifier) in html for identifier in rows.values())
    for kind in ("endpoint", "delivery"):
        assert client.get(reverse(f"webhooks-api:{kind}-list")).json()["count"] == 0


def test_foreign_template_can_not_be_chosen(client, alice, bob):
    template = make_template(alice)
    client.force_login(bob)
    data = {"name": "x", "url": "http://127.0.0.1:9/", "template": template.pk}
    answer = client.post(reverse("webhooks-api:endpoint-list"), data, "application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "template"


def test_foreign_endpoint_filter_finds_nothing(client, bob, rows):
    client.force_login(bob)
    url = reverse("webhooks-api:delivery-list")
    assert client.get(url, {"endpoint": str(rows["endpoint"])}).json()["count"] == 0
