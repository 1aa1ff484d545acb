"""Wrong passwords hold back whoever sends them, and nobody else."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts import login_tries
from accounts.login_tries import Place, count, seconds_to_wait, uncount
from accounts.testing import PASSWORD
from trader import settings as production

HERE, THERE = Place("address-192.0.2.1", False), Place("address-192.0.2.2", False)
HOME = Place("device-a", True)
EMAIL = "alice@example.com"
PATH = "/accounts/login/"


@pytest.fixture(autouse=True)
def _few_tries(settings):
    settings.LOGIN_TRIES = 3
    settings.TRUSTED_PROXY_COUNT = 1
    cache.clear()
    yield
    cache.clear()


def wrong(browser, address="192.0.2.1", email=EMAIL):
    form = {"login": email, "password": "wrong"}
    return browser.post(PATH, form, headers={"X-Forwarded-For": address})


def right(browser, address="192.0.2.1", email=EMAIL):
    form = {"login": email, "password": PASSWORD}
    return browser.post(PATH, form, headers={"X-Forwarded-For": address})


# Instants of tries from here, the instant asked, and the seconds to wait.
WINDOWS = [
    ([], 1000, 0),
    ([1000, 1001], 1002, 0),
    ([1000, 1001, 1002], 1002, 298),
    ([1000, 1001, 1002], 1299.5, 1),
    ([1000, 1001, 1002], 1300, 0),
    ([1000, 1100, 1200], 1301, 0),
    ([1000, 1100, 1200, 1302], 1302, 98),
]


@pytest.mark.parametrize(("tries", "now", "wait_s"), WINDOWS)
def test_three_tries_in_five_minutes(tries, now, wait_s):
    for at in tries:
        count(EMAIL, HERE, at)
    assert seconds_to_wait(EMAIL, HERE, now) == wait_s
    assert seconds_to_wait(EMAIL, THERE, now) == 0
    assert seconds_to_wait("bob@example.com", HERE, now) == 0


def test_a_right_password_counts_for_nothing():
    for at in (1000, 1001, 1002, 1003):
        count(EMAIL, HERE, at)
        uncount(EMAIL, HERE, at)
    assert seconds_to_wait(EMAIL, HERE, 1004) == 0


def test_under_attack_a_new_place_has_one_try_and_a_known_device_all_of_them():
    for number in range(18):
        count(EMAIL, Place(f"address-198.51.100.{number}", False), 1000)
    assert seconds_to_wait(EMAIL, THERE, 1001) == 0
    count(EMAIL, THERE, 1001)
    assert seconds_to_wait(EMAIL, THERE, 1002) == 299
    count(EMAIL, HOME, 1002)
    count(EMAIL, HOME, 1003)
    assert seconds_to_wait(EMAIL, HOME, 1004) == 0


def test_the_page_says_it_with_429_and_when_to_come_back(client, alice):
    answers = [wrong(client) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 295 <= int(answers[3]["Retry-After"]) <= 300
    page = answers[3].content.decode()
    assert "Too many wrong passwords for this account from here. Wait 5 minutes" in page
    assert f'value="{EMAIL}"' in page
    assert right(client).status_code == 429


def test_strangers_keep_nobody_out(client, alice):
    for number in range(30):
        wrong(Client(), f"198.51.100.{number}")
    assert right(client, "192.0.2.9")["Location"] == "/"


def test_a_forged_address_is_no_new_place(client, alice):
    answers = [wrong(client, f"203.0.113.{n}, 192.0.2.1") for n in range(4)]
    assert answers[3].status_code == 429


def test_a_device_that_was_here_before_is_not_held_back_by_its_neighbours(alice):
    mine = Client()
    right(mine)
    mine.post("/accounts/logout/")
    for _ in range(4):
        stranger = wrong(Client())
    assert stranger.status_code == 429
    assert right(mine)["Location"] == "/"


def test_nor_by_how_many_tries_come_from_its_network(alice, settings):
    settings.ACCOUNT_RATE_LIMITS = production.ACCOUNT_RATE_LIMITS
    mine = Client()
    right(mine)
    mine.post("/accounts/logout/")
    answers = [wrong(Client(), email=f"{n}@example.com") for n in range(10)]
    assert [one.status_code for one in answers] == [*[200] * 9, 429]
    assert right(mine, email="bob@example.com").status_code == 429
    assert right(mine)["Location"] == "/"


def test_a_known_device_counts_too(alice):
    mine = Client()
    right(mine)
    mine.post("/accounts/logout/")
    assert [wrong(mine).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_device_is_known_to_its_own_accounts_only(alice, bob):
    mine = Client()
    right(mine, email=bob.email)
    mine.post("/accounts/logout/")
    for _ in range(3):
        wrong(Client())
    assert wrong(mine).status_code == 429


@pytest.mark.parametrize("text", ["", "x", "W10:1abc:forged", '["a"]'])
def test_a_forged_cookie_makes_a_place_of_its_own_known_to_nobody(client, alice, text):
    client.cookies[login_tries.COOKIE] = text
    assert [wrong(client).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_an_unknown_account_is_counted_alike(client, db):
    answers = [wrong(client, email="nobody@example.com") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]


def test_a_new_password_by_mail_opens_again(client, alice):
    for _ in range(4):
        wrong(client)
    client.post("/accounts/password/reset/", {"email": EMAIL})
    link = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    new = {"password1": PASSWORD + "2", "password2": PASSWORD + "2"}
    client.post(page.redirect_chain[-1][0], new, headers={"X-Forwarded-For": "192.0.2.1"})
    form = {"login": EMAIL, "password": PASSWORD + "2"}
    answer = client.post(PATH, form, headers={"X-Forwarded-For": "192.0.2.1"})
    assert answer["Location"] == "/"


def test_the_password_asked_again_is_counted_as_well(client, alice):
    client.force_login(alice)
    answers = [client.post("/accounts/reauthenticate/", {"password": "wrong"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[3]["Retry-After"]) > 290


def test_without_a_cache_nobody_is_held_back(client, alice, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert {wrong(client).status_code for _ in range(5)} == {200}
