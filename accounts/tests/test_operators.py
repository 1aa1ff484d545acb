"""Accounts made by hand are as whole as those of a sign-up, and can log in at once."""

import sys
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User, UserSettings
from accounts.testing import PASSWORD, make_user
from trader.signup import confirm_address

pytestmark = pytest.mark.django_db
EMAIL = "dora@example.com"
N_DEFAULT_PACKS = 24


def assert_whole(email=EMAIL):
    user = User.objects.get(email=email)
    assert UserSettings.objects.filter(user=user).count() == 1
    assert user.packs.count() == N_DEFAULT_PACKS
    assert user.alert_configs.count() == 1
    found = EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")
    assert list(found) == [(email, True, True)]
    return user


def assert_logs_in(settings, email=EMAIL, password=PASSWORD):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": email, "password": password})
    assert answer["Location"] == "/"
    return browser


def create(monkeypatch, *arguments, password=PASSWORD):
    monkeypatch.setattr(sys, "stdin", StringIO(f"{password}\n"))
    out = StringIO()
    call_command("create_user", *arguments, "--password-stdin", stdout=out)
    return out.getvalue()


def test_the_command_makes_a_whole_user(monkeypatch, settings):
    told = create(monkeypatch, "--email", "Dora@Example.com")
    assert told == "Made the user dora@example.com, who can log in now.\n"
    user = assert_whole()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert_logs_in(settings)


def test_the_command_makes_the_first_operator(monkeypatch, settings):
    told = create(monkeypatch, "--email", EMAIL, "--operator")
    assert "operator" in told
    assert_whole()
    assert assert_logs_in(settings).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("dora", PASSWORD, "not an e-mail address"),
        (EMAIL, "1234", "too short"),
        (EMAIL, "", "too short"),
        ("alice@example.com", PASSWORD, "already"),
    ],
)
def test_the_command_says_what_is_wrong_and_makes_nothing(
    monkeypatch, alice, email, password, told
):
    with pytest.raises(CommandError, match=told) as error:
        create(monkeypatch, "--email", email, password=password)
    assert error.value.returncode == 2
    assert User.objects.count() == 1


def test_an_address_confirmed_by_another_account_is_taken(monkeypatch, alice):
    EmailAddress.objects.create(user=alice, email=EMAIL, verified=True)
    with pytest.raises(CommandError, match="already"):
        create(monkeypatch, "--email", EMAIL)
    confirm_address(made := make_user(EMAIL))
    assert not EmailAddress.objects.get(user=made).verified


def test_the_command_reads_no_password_from_nowhere(monkeypatch):
    monkeypatch.setattr(sys, "stdin", StringIO())
    with pytest.raises(CommandError, match="--password-stdin"):
        call_command("create_user", "--email", EMAIL)


def test_createsuperuser_makes_a_whole_operator(monkeypatch, settings):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", EMAIL, stdout=StringIO())
    assert_whole()
    assert_logs_in(settings)


@pytest.fixture
def admin(client):
    client.force_login(make_user("root@example.com", is_staff=True, is_superuser=True))
    return client


def test_the_admin_makes_a_whole_user(admin, settings):
    form = {"email": "Dora@Example.com", "password1": PASSWORD, "password2": PASSWORD}
    answer = admin.post("/admin/accounts/user/add/", form | {"usable_password": "true"})
    assert answer.status_code == 302
    assert_whole()
    assert_logs_in(settings)


def test_an_address_written_in_the_admin_is_confirmed(admin, settings, monkeypatch):
    create(monkeypatch, "--email", EMAIL)
    user = User.objects.get(email=EMAIL)
    path = f"/admin/accounts/user/{user.pk}/change/"
    form = admin.get(path).context["adminform"].form.initial
    inline = {
        "settings-TOTAL_FORMS": 1,
        "settings-INITIAL_FORMS": 1,
        "settings-0-id": user.settings.pk,
        "settings-0-user": user.pk,
        "settings-0-display_timezone": "UTC",
        "settings-0-theme": "dark",
        "settings-0-chart_visible_candles": 200,
        "settings-0-default_stop_config": '{"method": "swing"}',
        "settings-0-default_costs_config": '{"plan": "none"}',
        "settings-0-global_data_seed": 42,
    }
    joined = form["date_joined"]
    dates = {"date_joined_0": joined.date(), "date_joined_1": joined.time()}
    new = {"email": "New@Example.com", "name": "", "is_active": "on"}
    answer = admin.post(path, new | dates | inline)
    assert answer.status_code == 302, answer.context["errors"]
    found = EmailAddress.objects.filter(user=user, primary=True)
    assert list(found.values_list("email", "verified")) == [("new@example.com", True)]
    assert_logs_in(settings, "new@example.com")


def test_a_user_made_half_before_is_prepared_at_the_next_log_in(client):
    User.objects.create_user(EMAIL, PASSWORD)
    client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    user = User.objects.get(email=EMAIL)
    assert user.packs.count() == N_DEFAULT_PACKS
    assert UserSettings.objects.filter(user=user).exists()
