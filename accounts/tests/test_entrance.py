import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client

from accounts.models import User, UserSettings
from accounts.testing import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = {"email": "dora@example.com", "password1": "correct horse 7", "password2": "correct horse 7"}


@pytest.fixture(autouse=True)
def no_rate_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


def test_signing_up_logs_in_and_prepares_the_user(client):
    answer = client.post("/accounts/signup/", NEW)
    assert answer.status_code == 302
    user = User.objects.get(email="dora@example.com")
    assert UserSettings.objects.filter(user=user).exists()
    assert client.get("/").status_code == 200


def test_a_weak_password_is_refused_and_the_address_is_kept(client):
    answer = client.post("/accounts/signup/", NEW | {"password1": "1234", "password2": "1234"})
    page = answer.content.decode()
    assert "too short" in page
    assert 'value="dora@example.com"' in page
    assert not User.objects.exists()


def test_an_address_too_long_to_keep_is_refused(client):
    answer = client.post("/accounts/signup/", NEW | {"email": "x" * 250 + "@example.com"})
    assert "at most 254 characters" in answer.content.decode()
    assert not User.objects.exists()


def test_the_same_sign_up_sent_twice_at_once_leads_to_the_login(rf):
    form = SignupForm(NEW)
    assert form.is_valid()
    make_user(NEW["email"])
    with pytest.raises(ImmediateHttpResponse) as stopped:
        get_adapter().save_user(rf.post("/accounts/signup/"), User(), form)
    assert stopped.value.response["Location"] == "/accounts/login/"
    assert User.objects.count() == 1


def test_changing_the_password_ends_other_sessions(client, alice):
    other = Client()
    for browser in (client, other):
        browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    new = {"password1": "another horse 8", "password2": "another horse 8"}
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_operators_log_in_where_tries_are_limited(client):
    answer = client.post("/admin/login/?next=/admin/", {"username": "a", "password": "b"})
    assert answer["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    make_user("operator@example.com", is_staff=True)
    form = {"login": "operator@example.com", "password": PASSWORD, "next": "/admin/"}
    assert client.post("/accounts/login/", form)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_admin_is_not_for_traders(client, alice):
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 403


class CountingHasher(MD5PasswordHasher):
    n_hashes = 0

    def encode(self, password, salt):
        CountingHasher.n_hashes += 1
        return super().encode(password, salt)


def test_signing_up_with_a_known_address_looks_and_costs_the_same(client, alice, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    answers, costs = [], []
    for email in (alice.email, NEW["email"]):
        CountingHasher.n_hashes = 0
        answers.append(Client().post("/accounts/signup/", NEW | {"email": email}))
        costs.append(CountingHasher.n_hashes)
    assert costs == [1, 1]
    assert [one["Location"] for one in answers] == ["/accounts/confirm-email/"] * 2
    assert [one.to for one in mail.outbox] == [[alice.email], [NEW["email"]]]
    assert User.objects.count() == 2


def test_logging_in_by_e_mail_whatever_the_case(client, alice):
    form = {"login": "Alice@Example.com", "password": PASSWORD}
    answer = client.post("/accounts/login/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_says_nothing_about_the_account(client, alice):
    pages = [
        client.post("/accounts/login/", {"login": login, "password": "wrong"}).content.decode()
        for login in ("alice@example.com", "nobody@example.com")
    ]
    errors = [re.findall(r'role="alert"><div>(.*?)</div>', page) for page in pages]
    assert errors[0]
    assert errors[0] == errors[1]


def test_logging_out_needs_a_post_and_ends_the_session(client, alice):
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_a_lost_password_is_replaced_by_mail(client, alice):
    client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    page = client.get(link.group(1), follow=True)
    address = page.redirect_chain[-1][0]
    client.post(address, {"password1": "another horse 8", "password2": "another horse 8"})
    alice.refresh_from_db()
    assert alice.check_password("another horse 8")


def test_an_unknown_address_gets_the_same_answer(client):
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert answer["Location"] == "/accounts/password/reset/done/"


def test_a_used_reset_link_offers_a_new_one(client):
    page = client.get("/accounts/password/reset/key/1-set-password/").content.decode()
    assert "This link no longer works" in page


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
)
def test_entrance_pages_greet_a_visitor(client, path):
    assert "RoR Trader" in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/email/"])
def test_account_pages_wear_the_frame(client, alice, path):
    client.force_login(alice)
    assert 'aria-label="Main"' in client.get(path).content.decode()
