"""The document of the API: open in development, for accounts in production, its errors in shape."""

import pytest

from accounts.keys import create_key
from accounts.models import UserSettings

pytestmark = pytest.mark.django_db


def test_document_is_open_in_development(client):
    assert client.get("/api/schema/").status_code == 200


def test_document_needs_a_session_or_a_key_in_production(client, alice, settings):
    settings.IS_PRODUCTION = True
    refused = client.get("/api/schema/")
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "AUTHENTICATION_REQUIRED"
    key = create_key(alice, "bot")[1]
    assert client.get("/api/schema/", headers={"X-API-Key": key}).status_code == 200
    client.force_login(alice)
    assert client.get("/api/schema/").status_code == 200


@pytest.mark.parametrize("form", ["x", "html", "yamll", "%00"])
def test_unknown_form_of_the_document_is_an_error_in_the_one_shape(client, form):
    answer = client.get(f"/api/schema/?format={form}")
    assert answer.status_code in (404, 406)
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"]["code"]


def test_the_page_leads_back_and_is_led_to_where_keys_are_made(client, alice):
    assert '<html lang="en" data-theme-choice="">' in client.get("/docs/").content.decode()
    client.force_login(alice)
    UserSettings.objects.update_or_create(user=alice, defaults={"theme": "dark"})
    page = client.get("/docs/").content.decode()
    assert '<html lang="en" data-theme-choice="dark">' in page
    assert '<a href="/">' in page
    alice.refresh_from_db()
    keys = client.get("/settings/keys/", follow=True).content.decode()
    assert '<a href="/docs/">What the API can do</a>' in keys


@pytest.mark.parametrize("path", ["/docs/", "/api/schema/", "/openapi.json"])
@pytest.mark.parametrize("method", ["options", "head", "post", "delete"])
def test_other_methods_are_answered(client, path, method):
    assert getattr(client, method)(path).status_code < 500
