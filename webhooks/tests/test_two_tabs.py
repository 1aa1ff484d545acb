"""Two tabs at one endpoint or template: the second save is refused and shows both texts."""

import pytest
from django.urls import reverse

from accounts.testing import conflict_then_save, opened_with
from webhooks.models import Endpoint
from webhooks.testing import make_endpoint, make_template

pytestmark = pytest.mark.django_db
ENDPOINT = {
    "name": "My bot",
    "url": "http://127.0.0.1:9/hook",
    "profile": "order",
    "ttl_seconds": "300",
    "events": ["entry_long", "exit_long"],
    "rate_per_second": "10",
}


@pytest.fixture
def tab(client, alice):
    client.force_login(alice)
    return client


def test_an_endpoint_is_not_saved_over_in_silence(tab, alice):
    endpoint = make_endpoint(alice, **{**ENDPOINT, "ttl_seconds": 300})
    address = reverse("webhooks:endpoint-edit", args=[endpoint.code])
    mark = opened_with(tab, address)
    first, second = ({**ENDPOINT, "name": name} for name in ("Theirs", "Mine"))
    text = conflict_then_save(tab, address, first, second, mark)
    assert '<th scope="row">Name</th><td>Theirs</td><td>Mine</td>' in text
    assert Endpoint.objects.get().name == "Mine"


def test_what_a_sender_writes_is_no_conflict(tab, alice):
    endpoint = make_endpoint(alice)
    address = reverse("webhooks:endpoint-edit", args=[endpoint.code])
    mark = opened_with(tab, address)
    Endpoint.objects.update(n_failures_in_row=9, circuit_state="open", last_error="refused")
    assert tab.post(address, {**ENDPOINT, "opened_with": mark}).status_code == 302


def test_a_template_is_not_saved_over_in_silence(tab, alice):
    template = make_template(alice)
    address = reverse("webhooks:template-detail", args=[template.pk])
    mark = opened_with(tab, address)
    plain = {"name": "My order", "category": "Custom"}
    first, second = ({**plain, "payload_template": f'{{"a": {n}}}'} for n in (1, 2))
    text = conflict_then_save(tab, address, first, second, mark)
    both = "<td>{&quot;a&quot;: 1}</td><td>{&quot;a&quot;: 2}</td>"
    assert f'<th scope="row">Body for all events</th>{both}' in text
