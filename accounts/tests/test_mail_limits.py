"""Mail can't be aimed at anybody, and sign-up can be closed."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.testing import PASSWORD
from trader import settings as production

pytestmark = pytest.mark.django_db
NEW = {"email": "dora@example.com", "password1": "correct horse 7", "password2": "correct horse 7"}


@pytest.fixture
def _limited(settings):
    settings.ACCOUNT_RATE_LIMITS = production.ACCOUNT_RATE_LIMITS
    settings.TRUSTED_PROXY_COUNT = 1
    cache.clear()
    yield
    cache.clear()


def ask(path, form, number):
    return Client().post(path, form, headers={"X-Forwarded-For": f"198.51.100.{number}"})


@pytest.mark.usefixtures("_limited")
@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_one_recipient_gets_three_resets_a_minute_whoever_asks(alice, email):
    answers = [ask("/accounts/password/reset/", {"email": email}, n) for n in range(14)]
    assert [one.status_code for one in answers] == [302] * 3 + [429] * 11
    assert len(mail.outbox) == 3
    assert answers[3]["Retry-After"] == "60"


@pytest.mark.usefixtures("_limited")
@pytest.mark.parametrize("email", ["alice@example.com", "dora@example.com"])
def test_and_three_mails_of_sign_ups(alice, settings, email):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    answers = [ask("/accounts/signup/", NEW | {"email": email}, n) for n in range(6)]
    assert {(one.status_code, one["Location"]) for one in answers} == {
        (302, "/accounts/confirm-email/")
    }
    assert len(mail.outbox) == 3


@pytest.mark.usefixtures("_limited")
def test_and_three_confirmations_sent_again(client, alice):
    client.force_login(alice)
    client.get("/accounts/email/")
    for _ in range(6):
        client.post("/accounts/email/", {"email": alice.email, "action_send": ""})
    assert len(mail.outbox) == 3


@pytest.fixture
def _closed(settings):
    settings.SIGNUP_OPEN = False


@pytest.mark.usefixtures("_closed")
def test_a_closed_sign_up_says_who_makes_accounts(client):
    page = client.get("/accounts/signup/")
    assert page.status_code == 200
    assert "made by the operator" in page.content.decode()
    assert "password1" not in page.content.decode()
    assert client.post("/accounts/signup/", NEW).status_code == 403
    assert not User.objects.exists()


@pytest.mark.usefixtures("_closed")
def test_a_closed_sign_up_is_offered_nowhere(client, alice):
    assert "Create an account" not in client.get("/accounts/login/").content.decode()
    client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert "signup" not in mail.outbox[0].body
    form = {"login": alice.email, "password": PASSWORD}
    assert client.post("/accounts/login/", form).status_code == 302


def test_an_open_sign_up_is_offered(client):
    assert "Create an account" in client.get("/accounts/login/").content.decode()
    client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert "/accounts/signup/" in mail.outbox[0].body


def test_where_no_mail_is_sent_no_link_is_promised(client, alice, settings):
    settings.EMAIL_URL = ""
    page = client.get("/accounts/password/reset/")
    assert "No mail is sent here" in page.content.decode()
    answer = client.post("/accounts/password/reset/", {"email": alice.email})
    assert answer.status_code == 403
    assert mail.outbox == []
