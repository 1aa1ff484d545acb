import re
import time
from datetime import timedelta
from io import StringIO
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.crypto import decrypt
from accounts.forms import MAX_KEYS
from accounts.keys import create_key, digest_of, find_key, revoke_key
from accounts.models import ApiKey
from accounts.testing import PASSWORD
from accounts.views.keys import WAITING

pytestmark = pytest.mark.django_db
PATH = "/settings/keys/"


def test_only_the_hash_is_stored(alice):
    row, text = create_key(alice, "notebook")
    assert re.fullmatch(r"ror_[A-Za-z0-9]{40}", text)
    assert row.digest == digest_of(text)
    assert text not in str(ApiKey.objects.values().get())


def test_a_key_finds_its_user(alice):
    row, text = create_key(alice, "notebook")
    assert find_key(text) == row


def test_a_wrong_key_finds_nobody(alice):
    create_key(alice, "notebook")
    assert find_key("ror_" + "x" * 40) is None


def test_a_revoked_key_opens_nothing(alice):
    row, text = create_key(alice, "notebook")
    revoke_key(row)
    assert find_key(text) is None


def test_the_key_of_an_inactive_user_opens_nothing(alice):
    _, text = create_key(alice, "notebook")
    alice.is_active = False
    alice.save()
    assert find_key(text) is None


def test_last_use_is_written_at_most_once_a_minute(alice, django_assert_num_queries):
    row, text = create_key(alice, "notebook")
    find_key(text)
    row.refresh_from_db()
    assert timezone.now() - row.last_used_at < timedelta(seconds=5)
    with django_assert_num_queries(1):
        find_key(text)


@pytest.fixture
def trusted(client, alice):
    """A browser that has just been given the password."""
    client.force_login(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def shown_key(page):
    found = re.search(r'id="new-key">(ror_\w{40})<', page.content.decode())
    return found and found.group(1)


def test_a_new_key_is_shown_once_after_a_redirect(trusted):
    answer = trusted.post(PATH, {"name": "notebook"})
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    page = trusted.get(PATH)
    assert "no-store" in page["Cache-Control"]
    assert find_key(shown_key(page)).name == "notebook"
    assert shown_key(trusted.get(PATH)) is None
    assert ApiKey.objects.count() == 1


def test_a_new_key_waits_encrypted_and_not_for_long(trusted, monkeypatch):
    trusted.post(PATH, {"name": "notebook"})
    (waiting,) = [value for key, value in trusted.session.items() if key == WAITING]
    assert "ror_" not in str(waiting)
    assert decrypt(waiting["text"]).startswith("ror_")
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    assert shown_key(trusted.get(PATH)) is None


def test_looking_whether_the_page_is_there_does_not_use_it_up(trusted):
    trusted.post(PATH, {"name": "notebook"})
    trusted.head(PATH)
    assert shown_key(trusted.get(PATH))


def test_a_key_takes_the_password_and_is_made_after_it(client, alice):
    client.force_login(alice)
    answer = client.post(PATH, {"name": "notebook"})
    assert answer["Location"] == f"/accounts/reauthenticate/?next={quote(PATH, safe='')}"
    assert not ApiKey.objects.exists()
    password = {"password": PASSWORD, "next": PATH}
    assert client.post(answer["Location"], password)["Location"] == PATH
    assert shown_key(client.get(PATH))
    assert [one.subject for one in mail.outbox] == ["RoR Trader: an API key was created"]
    assert "“notebook”" in mail.outbox[0].body


def test_a_wrong_password_makes_no_key(client, alice):
    client.force_login(alice)
    answer = client.post(PATH, {"name": "notebook"})
    client.post(answer["Location"], {"password": "wrong", "next": PATH})
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("form", [{"name": ""}, {"name": "x" * 81}, {"name": "a", "days": "7"}])
def test_a_key_needs_a_name_and_a_time_that_is_offered(trusted, form):
    assert trusted.post(PATH, form).status_code == 422
    assert not ApiKey.objects.exists()


def test_the_limit_is_explained(trusted, alice):
    for number in range(MAX_KEYS):
        create_key(alice, f"key {number}")
    answer = trusted.post(PATH, {"name": "one more"})
    assert answer.status_code == 422
    assert "Revoke one that is not used" in answer.content.decode()


def test_a_key_ends_when_its_owner_said(trusted):
    trusted.post(PATH, {"name": "notebook", "days": "30"})
    text = shown_key(trusted.get(PATH))
    row = find_key(text)
    assert 29 < (row.expires_at - timezone.now()) / timedelta(days=1) <= 30
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert find_key(text) is None
    assert "Expired" in trusted.get(PATH).content.decode()


def test_a_key_of_no_time_works_until_it_is_revoked(alice):
    assert create_key(alice, "notebook")[0].expires_at is None


@pytest.mark.parametrize("who", ["bob", None])
def test_nobody_else_sees_a_key(client, alice, request, who):
    create_key(alice, "bot of alice")
    if who:
        client.force_login(request.getfixturevalue(who))
    page = client.get(PATH)
    assert page.status_code == (200 if who else 302)
    assert "bot of alice" not in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status", "is_revoked"),
    [("alice", 302, True), ("charlie", 404, False), (None, 302, False)],
)
def test_only_the_owner_revokes(client, alice, request, who, status, is_revoked):
    row, _ = create_key(alice, "notebook")
    if who:
        client.force_login(request.getfixturevalue(who))
    answer = client.post(f"/settings/keys/{row.pk}/revoke/")
    row.refresh_from_db()
    assert answer.status_code == status
    assert (row.revoked_at is not None) is is_revoked


@pytest.mark.parametrize("pk", ["999", "9223372036854775808", "9" * 40])
def test_an_unknown_key_is_not_found(client, alice, pk):
    client.force_login(alice)
    assert client.post(f"/settings/keys/{pk}/revoke/").status_code == 404


def test_the_command_prints_only_the_key(alice):
    out = StringIO()
    call_command("create_api_key", user="Alice@example.com", stdout=out)
    assert find_key(out.getvalue().strip()).user == alice


def test_the_command_names_an_unknown_user():
    with pytest.raises(CommandError, match=r"no active user nobody@example\.com"):
        call_command("create_api_key", user="nobody@example.com")
