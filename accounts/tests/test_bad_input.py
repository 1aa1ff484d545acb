"""Account forms answer whatever is typed into them, and never fail."""

import pytest

from accounts.testing import PASSWORD

pytestmark = pytest.mark.django_db
# Form, by address, with something good in every field.
FORMS = {
    "/accounts/login/": {"login": "alice@example.com", "password": PASSWORD},
    "/accounts/signup/": {"email": "d@example.com", "password1": "horse 77", "password2": "horse"},
    "/accounts/password/reset/": {"email": "alice@example.com"},
}
PRIVATE_FORMS = {
    "/accounts/reauthenticate/": {"password": PASSWORD},
    "/accounts/email/": {"email": "new@example.com", "action_add": ""},
    "/accounts/password/change/": {
        "oldpassword": PASSWORD, "password1": "another 88", "password2": "another 88",
    },
    "/settings/display/": {
        "display_timezone": "UTC", "theme": "dark", "chart_visible_candles": "200",
    },
    "/settings/defaults/": {
        "stop_method": "atr", "stop_amount": "1", "target_method": "atr", "target_amount": "1",
    },
    "/settings/profile/": {"name": "Alice"},
    "/settings/preference/": {"theme": "dark"},
    "/settings/keys/": {"name": "bot", "days": "30"},
}  # fmt: skip
BAD = [
    "", "\0", "a\0b@example.com", "\ud800", "x" * 100_000, "1e999", "9" * 400,
    "a@" + "b" * 300 + ".com", "\r\nBcc: all@example.com",
]  # fmt: skip
CASES = [(path, field) for path, form in FORMS.items() for field in (*form, "next", "zz")]
PRIVATE = [(path, field) for path, form in PRIVATE_FORMS.items() for field in (*form, "next", "zz")]


def statuses(client, path, form, field):
    sent = [form | {field: bad.encode("utf-8", "surrogatepass")} for bad in BAD]
    answers = [client.post(path, one) for one in sent]
    return {one.status_code for one in answers}


@pytest.mark.parametrize(("path", "field"), CASES)
def test_forms_for_visitors_never_fail(client, alice, path, field):
    for one in statuses(client, path, FORMS[path], field):
        assert one < 500
        client.logout()


@pytest.mark.parametrize(("path", "field"), PRIVATE)
def test_forms_of_users_never_fail(client, alice, path, field):
    client.force_login(alice)
    assert max(statuses(client, path, PRIVATE_FORMS[path], field)) < 500


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/reset/key/zzzzzzzzzzzzz-a-b/",
        "/accounts/password/reset/key/1-x/",
        f"/accounts/password/reset/key/{'9' * 400}-a-b/",
        f"/accounts/confirm-email/{'x' * 5000}/",
        "/accounts/confirm-email/Mg:1:x/",
    ],
)
def test_links_that_nobody_sent_say_that_they_do_not_work(client, alice, path):
    page = client.get(path)
    assert page.status_code in (200, 404)
    assert client.post(path).status_code < 500


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "\\\\evil", "x", "{"])
def test_no_log_in_leads_away(client, alice, target):
    form = {"login": alice.email, "password": PASSWORD, "next": target}
    where = client.post("/accounts/login/", form)["Location"]
    assert where.startswith("/")
    assert not where.startswith("//")


@pytest.mark.parametrize("address", ["", "unknown", "1.2.3.4:99, 5.6.7.8:1", "::1", "x" * 9000])
def test_an_odd_address_of_a_visitor_fails_nothing(client, alice, settings, address):
    settings.TRUSTED_PROXY_COUNT = 1
    form = {"login": alice.email, "password": PASSWORD}
    answer = client.post("/accounts/login/", form, headers={"X-Forwarded-For": address})
    assert answer.status_code == 302
