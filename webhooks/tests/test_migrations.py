"""What the migration of the templates leaves as it was: whatever is sent."""

from importlib import import_module

import pytest
from django.apps import apps

from webhooks.models import Endpoint, Template
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db
TEMPLATES = import_module("webhooks.migrations.0005_any_event_templates")
EVENTS = ("entry_long", "entry_short", "exit_long", "exit_short")


def sent(endpoint: Endpoint) -> list[str]:
    fresh = Endpoint.objects.select_related("template").get(pk=endpoint.pk)
    return [fresh.body_text(event) for event in EVENTS]


def test_stored_endpoints_send_what_they_sent(alice):
    template = Template.objects.get(pk="tpl_default_ttp_limit_buy")
    Template.objects.filter(pk=template.pk).update(events=[])
    endpoint = make_endpoint(alice, template=template)
    before = sent(endpoint)
    TEMPLATES.create(apps, None)
    endpoint.refresh_from_db()
    assert (sent(endpoint), len(endpoint.events)) == (before, 5)
    assert Template.objects.get(pk=template.pk).events == ["entry_long"]


@pytest.mark.parametrize("identifier", [row[0] for row in TEMPLATES.DEFAULTS])
def test_going_back_leaves_endpoints_with_their_bodies(alice, identifier):
    template = Template.objects.get(pk=identifier)
    bodies = {"exit_long": '{"mine": 1}'}
    endpoint = make_endpoint(alice, template=template, event_bodies=bodies)
    before = sent(endpoint)
    TEMPLATES.remove(apps, None)
    assert sent(endpoint) == before
    assert Endpoint.objects.get().template is None
    assert Template.objects.filter(is_default=True).count() == 6
