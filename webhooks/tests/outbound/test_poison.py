"""One row that can't be sent stops no other one, and says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.outbound.claims import SET_ASIDE, claim_due
from webhooks.outbound.dispatch import rotate_secret
from webhooks.outbound.sender import run_sender, stalled_seconds
from webhooks.testing import make_endpoint, make_message, receiving

pytestmark = pytest.mark.django_db
OTHER_KEY = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleSE="


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


def lose_the_key(settings, **changes) -> None:
    """Store these columns of every endpoint under a key that is then gone."""
    kept = settings.FIELD_ENCRYPTION_KEY
    settings.FIELD_ENCRYPTION_KEY = OTHER_KEY
    Endpoint.objects.update(**changes)
    settings.FIELD_ENCRYPTION_KEY = kept


def test_row_that_cannot_be_claimed_is_set_aside_and_the_others_go_out(alice, bob, receiver):
    make_endpoint(alice, url=receiver.url)
    make_endpoint(bob, url=receiver.url)
    (broken,), (sound,) = make_message(alice), make_message(bob)
    # An attempt that the row does not count, as a restored backup could leave it.
    Attempt.objects.create(
        delivery=broken, endpoint=broken.endpoint, number=1, started_at=timezone.now()
    )
    assert run_sender() == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert sound.state == "delivered"
    assert broken.state == "pending"
    assert "IntegrityError" in broken.reason
    assert broken.next_attempt_at > timezone.now() + SET_ASIDE - timedelta(seconds=10)


def test_row_set_aside_expires_in_its_time(alice):
    make_endpoint(alice)
    (broken,) = make_message(alice)
    Attempt.objects.create(
        delivery=broken, endpoint=broken.endpoint, number=1, started_at=timezone.now()
    )
    claim_due("sender", timezone.now(), 10)
    claim_due("sender", timezone.now() + timedelta(seconds=301), 10)
    broken.refresh_from_db()
    assert broken.state == "expired"


@pytest.mark.parametrize("column", ["url", "secret", "extra_headers_json"])
def test_endpoint_whose_key_is_gone_fails_alone(alice, bob, receiver, settings, column):
    make_endpoint(alice, url=receiver.url)
    text = {"url": receiver.url, "secret": "whsec_x", "extra_headers_json": "{}"}[column]
    lose_the_key(settings, **{column: text})
    make_endpoint(bob, url=receiver.url)
    (unreadable,), (sound,) = make_message(alice), make_message(bob)
    run_sender()
    unreadable.refresh_from_db()
    sound.refresh_from_db()
    assert (sound.state, unreadable.state) == ("delivered", "pending")
    assert "can't be read" in unreadable.reason
    assert len(receiver.requests) == 1


def test_storing_an_unreadable_row_destroys_nothing(alice, settings):
    make_endpoint(alice, name="Old name")
    lose_the_key(settings, url="https://bot.example.com/")
    row = Endpoint.objects.get()
    assert not row.is_readable
    row.name = "New name"
    row.save()
    settings.FIELD_ENCRYPTION_KEY = OTHER_KEY
    assert Endpoint.objects.get().url == "https://bot.example.com/"


def test_an_unreadable_secret_never_signs_after_a_rotation(alice, settings):
    make_endpoint(alice)
    lose_the_key(settings, secret="whsec_" + "A" * 32)
    row = Endpoint.objects.get()
    rotate_secret(row)
    row = Endpoint.objects.get()
    assert row.is_readable
    assert row.live_secrets(timezone.now()) == [row.secret]


def test_page_of_an_unreadable_endpoint_says_what_to_do(alice, client, settings):
    endpoint = make_endpoint(alice)
    lose_the_key(settings, url="https://bot.example.com/")
    client.force_login(alice)
    page = client.get(f"/webhooks/{endpoint.code}/").content.decode()
    assert "can no longer be read" in page
    assert client.get("/webhooks/").status_code == 200
    assert client.get(f"/webhooks/{endpoint.code}/edit/").status_code == 200


def test_wait_counts_only_while_nothing_is_sent_at_all(alice):
    endpoint = make_endpoint(alice)
    now = timezone.now()
    assert stalled_seconds(now) == 0
    (waiting,) = make_message(alice, received_at=now - timedelta(seconds=90))
    assert stalled_seconds(now) == pytest.approx(90, abs=1)
    earlier = now - timedelta(seconds=20)
    Attempt.objects.create(delivery=waiting, endpoint=endpoint, number=1, started_at=earlier)
    assert stalled_seconds(now) == pytest.approx(20, abs=1)
    Delivery.objects.update(state="delivered", next_attempt_at=None)
    assert stalled_seconds(now) == 0
