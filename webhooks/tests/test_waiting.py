"""What has not arrived yet: counted with its age, and when it is tried again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from webhooks.display import next_try, waiting_by_endpoint
from webhooks.models import Endpoint
from webhooks.testing import make_delivery, make_endpoint

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SOON, LATER, PAST = (NOW + timedelta(seconds=s) for s in (20, 50, -60))


def words_of(alice, endpoint=None, **fields):
    row = make_endpoint(alice)
    delivery = make_delivery(row, **{"state": "pending", "next_attempt_at": SOON, **fields})
    Endpoint.objects.filter(pk=row.pk).update(**(endpoint or {}))
    delivery.endpoint.refresh_from_db()
    found = next_try(delivery, NOW)
    return found and (found.words, found.at, found.overdue_s)


AFTER_THE_PAUSE = ("when the pause after failures ends, at", LATER, None)
PAUSED = {"circuit_state": "open", "circuit_open_until": LATER}


@pytest.mark.parametrize(
    ("endpoint", "fields", "expected"),
    [
        ({}, {}, ("at", SOON, None)),
        ({}, {"next_attempt_at": NOW}, ("now", None, None)),
        ({}, {"next_attempt_at": PAST}, ("waits for a worker, due for", None, 60)),
        (PAUSED, {}, AFTER_THE_PAUSE),
        (PAUSED, {"next_attempt_at": PAST}, AFTER_THE_PAUSE),
        (PAUSED, {"is_test": True}, ("at", SOON, None)),
        ({"next_send_at": LATER}, {"next_attempt_at": PAST}, ("in its turn, at", LATER, None)),
        ({"is_enabled": False}, {}, ("waits until the endpoint is switched on", None, None)),
        ({}, {"state": "sending"}, ("is under way", None, None)),
        ({}, {"state": "delivered", "next_attempt_at": None}, None),
        ({}, {"state": "failed", "next_attempt_at": None}, None),
    ],
)
def test_the_next_try_is_to_come_or_says_what_it_waits_for(alice, endpoint, fields, expected):
    assert words_of(alice, endpoint, **fields) == expected


def test_the_page_of_a_delivery_never_names_a_time_that_has_passed(client, alice):
    delivery = make_delivery(
        make_endpoint(alice),
        state="pending",
        reason="no answer",
        next_attempt_at=timezone.now() - timedelta(minutes=4),
    )
    client.force_login(alice)
    page = " ".join(client.get(f"/webhooks/deliveries/{delivery.code}/").content.decode().split())
    assert "no answer. Next try waits for a worker, due for 4 min" in page


def test_waiting_messages_are_counted_by_endpoint_with_the_oldest(alice, bob):
    endpoint = make_endpoint(alice)
    make_delivery(make_endpoint(bob), state="pending")
    for state, is_test, due in (
        ("pending", False, PAST),
        ("sending", False, SOON),
        ("pending", True, PAST - timedelta(days=1)),
        ("delivered", False, PAST - timedelta(days=1)),
        ("failed", False, PAST - timedelta(days=1)),
    ):
        make_delivery(endpoint, state=state, is_test=is_test, first_due_at=due)
    assert waiting_by_endpoint(alice) == {endpoint.pk: (2, PAST)}


def test_the_list_of_endpoints_counts_what_waits_as_not_delivered(client, alice):
    endpoint = make_endpoint(alice)
    due = timezone.now() - timedelta(minutes=4)
    make_delivery(endpoint, state="failed")
    for _ in range(9):
        make_delivery(endpoint, state="pending", first_due_at=due)
    client.force_login(alice)
    page = " ".join(client.get("/webhooks/").content.decode().split())
    assert "<strong>10</strong>" in page
    assert "9 waiting, oldest 4 min" in page
