"""A stolen session is not a stolen account: address, password and keys take the password."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.models import Mail, User
from accounts.testing import PASSWORD
from trader.signup import confirm_address

pytestmark = pytest.mark.django_db
NEW = "new@example.com"
ADDRESSES = "/accounts/email/"
ASK = "/accounts/reauthenticate/"


@pytest.fixture
def session(client, alice):
    confirm_address(alice)
    client.force_login(alice)
    return client


def give_password(client, path=ADDRESSES):
    return client.post(f"{ASK}?next={path}", {"password": PASSWORD, "next": path})


def told():
    return sorted((one.to[0], one.subject.removeprefix("RoR Trader: ")) for one in mail.outbox)


@pytest.mark.parametrize("action", ["add", "primary", "remove"])
def test_addresses_take_the_password(session, alice, action):
    EmailAddress.objects.create(user=alice, email="second@example.com", verified=True)
    email = NEW if action == "add" else "second@example.com"
    answer = session.post(ADDRESSES, {"email": email, f"action_{action}": ""})
    assert answer["Location"].startswith(ASK)
    assert mail.outbox == []
    kept = EmailAddress.objects.order_by("email").values_list("email", "primary")
    assert list(kept) == [(alice.email, True), ("second@example.com", False)]


def test_what_was_asked_goes_on_after_the_password(session):
    session.post(ADDRESSES, {"email": NEW, "action_add": ""})
    give_password(session)
    assert EmailAddress.objects.filter(email=NEW, verified=False).exists()
    assert told() == [
        ("alice@example.com", "a second address was asked for"),
        (NEW, "confirm your address"),
    ]


def test_a_wrong_password_changes_nothing(session):
    session.post(ADDRESSES, {"email": NEW, "action_add": ""})
    page = session.post(f"{ASK}?next={ADDRESSES}", {"password": "wrong"}).content.decode()
    assert "Incorrect password" in page
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_both_addresses_hear_of_a_change(session, alice):
    session.post(ADDRESSES, {"email": NEW, "action_add": ""})
    give_password(session)
    (link,) = re.findall(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[0].body)
    session.post(link)
    mail.outbox.clear()
    session.post(ADDRESSES, {"email": NEW, "action_primary": ""})
    alice.refresh_from_db()
    assert alice.email == NEW
    change = "your address was changed"
    assert told() == [("alice@example.com", change), (NEW, change)]
    assert "from alice@example.com to new@example.com" in mail.outbox[0].body
    assert "http://testserver/accounts/password/reset/" in mail.outbox[0].body


def test_an_address_that_is_not_confirmed_never_becomes_the_primary_one(client, alice):
    client.force_login(alice)
    client.post(ADDRESSES, {"email": NEW, "action_add": ""})
    give_password(client)
    answer = client.post(ADDRESSES, {"email": NEW, "action_primary": ""}, follow=True)
    assert "Confirm the address first" in answer.content.decode()
    assert User.objects.get(pk=alice.pk).email == "alice@example.com"


def test_no_change_of_address_where_nothing_can_be_confirmed(session, alice, settings):
    settings.EMAIL_URL = ""
    give_password(session)
    for action in ("add", "primary", "send"):
        answer = session.post(ADDRESSES, {"email": NEW, f"action_{action}": ""}, follow=True)
        assert "sends no mail" in answer.content.decode()
    assert EmailAddress.objects.count() == 1
    page = session.get(ADDRESSES).content.decode()
    assert "Add an address" not in page
    assert "Its operator can change the address" in page


def test_a_changed_password_is_told(session):
    new = {"password1": "another horse 8", "password2": "another horse 8"}
    session.post("/accounts/password/change/", {"oldpassword": "wrong", **new})
    assert mail.outbox == []
    session.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    assert told() == [("alice@example.com", "your password was changed")]


def test_a_reset_password_is_told(client, alice):
    client.post("/accounts/password/reset/", {"email": alice.email})
    (link,) = re.findall(r"http://testserver(/\S+)", mail.outbox[0].body)
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another horse 8", "password2": "another horse 8"})
    assert told() == [
        ("alice@example.com", "choose a new password"),
        ("alice@example.com", "your password was changed"),
    ]


def test_a_reset_link_lives_six_hours_and_its_mail_four(client, alice, settings):
    settings.EMAIL_BACKEND = "accounts.mail.backend.StoredMail"
    client.post("/accounts/password/reset/", {"email": alice.email})
    row = Mail.objects.get()
    assert "for 6 hours" in row.content
    assert (row.expires_at - row.due_at).total_seconds() == 4 * 3600


def test_a_reset_link_too_old_to_use_says_so(client, alice, settings):
    client.post("/accounts/password/reset/", {"email": alice.email})
    (link,) = re.findall(r"http://testserver(/\S+)", mail.outbox[0].body)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link no longer works" in client.get(link).content.decode()


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_the_address_an_account_goes_by_stays(client, alice, is_confirmed):
    EmailAddress.objects.create(user=alice, email=NEW, verified=is_confirmed)
    client.force_login(alice)
    client.get(ADDRESSES)
    give_password(client)
    client.post(ADDRESSES, {"email": alice.email, "action_remove": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert EmailAddress.objects.count() == 2
    client.post(ADDRESSES, {"email": NEW, "action_remove": ""})
    assert EmailAddress.objects.count() == 1
