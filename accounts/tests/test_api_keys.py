import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.forms import MAX_KEYS
from accounts.keys import create_key, digest_of, find_key, revoke_key
from accounts.models import ApiKey

pytestmark = pytest.mark.django_db


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


def test_the_page_shows_a_new_key_once(client, alice):
    client.force_login(alice)
    page = client.post("/settings/keys/", {"name": "notebook"}).content.decode()
    text = re.search(r'id="new-key">(ror_\w{40})<', page).group(1)
    assert find_key(text).name == "notebook"
    assert text not in client.get("/settings/").content.decode()


def test_a_key_needs_a_name(client, alice):
    client.force_login(alice)
    assert client.post("/settings/keys/", {"name": ""}).status_code == 422
    assert not ApiKey.objects.exists()


def test_the_limit_is_explained(client, alice):
    for number in range(MAX_KEYS):
        create_key(alice, f"key {number}")
    client.force_login(alice)
    answer = client.post("/settings/keys/", {"name": "one more"})
    assert answer.status_code == 422
    assert "Revoke one that is not used" in answer.content.decode()


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


def test_an_unknown_key_is_not_found(client, alice):
    client.force_login(alice)
    assert client.post("/settings/keys/999/revoke/").status_code == 404


def test_the_command_prints_only_the_key(alice):
    out = StringIO()
    call_command("create_api_key", user="Alice@example.com", stdout=out)
    assert find_key(out.getvalue().strip()).user == alice


def test_the_command_names_an_unknown_user():
    with pytest.raises(CommandError, match=r"no active user nobody@example\.com"):
        call_command("create_api_key", user="nobody@example.com")
