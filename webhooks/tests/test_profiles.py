"""A profile is one row of `webhooks/profiles.py`: a made-up one works everywhere at once.

The row is that of docs/extending.md.
"""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from tests.documents import row
from webhooks import profiles
from webhooks.models import Attempt, Endpoint
from webhooks.outbound import sender
from webhooks.outbound.circuit import is_hopeless
from webhooks.outbound.claims import claim_due
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.transport import SendResult
from webhooks.profiles import MAX_NAME_LENGTH, PROFILES, startable_within
from webhooks.testing import black_hole, make_endpoint, make_message
from webhooks.tests.test_pages import FORM

pytestmark = pytest.mark.django_db
JOURNAL = row("extending.md", "Profile(", profiles)


@pytest.fixture
def journal(monkeypatch):
    monkeypatch.setitem(PROFILES, "journal", JOURNAL)


def test_names_fit_their_column():
    assert all(len(name) <= MAX_NAME_LENGTH for name in PROFILES)
    assert all(one.name == name for name, one in PROFILES.items())


def test_a_new_profile_is_offered_and_stored_by_the_form(client, alice, journal):
    client.force_login(alice)
    assert "Trading journal" in client.get("/webhooks/new/").content.decode()
    client.post("/webhooks/new/", {**FORM, "profile": "journal"})
    endpoint = Endpoint.objects.get(user=alice)
    assert (endpoint.profile, endpoint.get_profile_display()) == ("journal", "Trading journal")
    assert "Trading journal" in client.get(f"/webhooks/{endpoint.code}/").content.decode()


def test_a_new_profile_is_taken_by_the_api(client, alice, journal):
    client.force_login(alice)
    data = {"name": "Bot", "url": FORM["url"], "profile": "journal"}
    answer = client.post("/api/v1/endpoints/", data, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["profile"] == "journal"


def test_its_tries_follow_its_pauses_and_end_with_them(alice, journal):
    make_endpoint(alice, profile="journal")
    now = timezone.now()
    (delivery,) = make_message(alice, received_at=now)
    assert delivery.deadline is None
    for pause in (7, 70, None):
        ((due, attempt),) = claim_due("test", now, 10)
        record_result(due, attempt, SendResult(status=500, error="no"), "test", now)
        assert due.next_attempt_at == (now + timedelta(seconds=pause) if pause else None)
        now = due.next_attempt_at
    assert "all 3 tries failed" in due.reason


@pytest.mark.parametrize("has_ttl", [True, False])
def test_a_time_to_live_makes_its_messages_stale(alice, monkeypatch, has_ttl):
    monkeypatch.setitem(PROFILES, "journal", JOURNAL._replace(has_ttl=has_ttl))
    make_endpoint(alice, profile="journal")
    (delivery,) = make_message(alice)
    assert (delivery.expires_at is not None) is has_ttl
    assert delivery.needs_confirmation is has_ttl


def test_it_is_sent_within_its_own_time_limit(alice, journal):
    with black_hole() as url:
        make_endpoint(alice, profile="journal", url=url)
        make_message(alice)
        with patch.object(sender, "LINGER", timedelta()):
            assert sender.run_sender() == 1
    assert "No complete answer within 0.3 s" in Attempt.objects.get().error


def test_it_is_given_up_as_its_row_says(alice, journal):
    now = timezone.now()
    failing = {"n_failures_in_row": 12, "failing_since": now - timedelta(hours=25)}
    endpoint = make_endpoint(alice, profile="journal", **failing)
    assert is_hopeless(endpoint, now)
    endpoint.profile = "order"
    assert not is_hopeless(endpoint, now)


def test_a_sender_at_its_end_begins_only_what_can_end_with_it(journal):
    assert startable_within(16) == ["order", "record", "journal"]
    assert startable_within(0.5) == ["order", "journal"]
    assert startable_within(0.1) == ["order"]
