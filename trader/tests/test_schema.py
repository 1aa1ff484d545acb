"""The OpenAPI document is whole: every call, with its ways to sign in, and no warning."""

import io

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_document_is_valid_and_without_warnings():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_api_key_is_among_the_ways_to_sign_in(client, alice):
    client.force_login(alice)
    response = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    schemes = response.json()["components"]["securitySchemes"]
    assert schemes["apiKey"]["name"] == "X-API-Key"
