"""Operators see states, never secrets."""

import pytest
from django.urls import reverse

from accounts.testing import make_user
from webhooks.testing import make_delivery, make_endpoint

pytestmark = pytest.mark.django_db


def test_admin_shows_no_secret_address_header_or_body(client, alice):
    endpoint = make_endpoint(
        alice, url="https://example.com/?token=topsecret", extra_headers={"X-Key": "hidden7"}
    )
    delivery = make_delivery(endpoint)
    client.force_login(make_user("root@example.com", is_staff=True, is_superuser=True))
    for row in (endpoint, delivery):
        name = f"admin:webhooks_{row._meta.model_name}"
        pages = [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])]
        text = "".join(client.get(page).content.decode() for page in pages)
        assert endpoint.name in text
        hidden = ("topsecret", "hidden7", endpoint.secret, "ENTRY SIGNAL: SPY")
        assert not any(word in text for word in hidden[:3])
