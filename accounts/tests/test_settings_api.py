import pytest

from accounts.keys import create_key
from accounts.models import UserSettings

pytestmark = pytest.mark.django_db
PATH = "/api/v1/settings/"


@pytest.fixture
def key(alice):
    return {"HTTP_X_API_KEY": create_key(alice, "test")[1]}


def test_needs_a_login(client):
    assert client.get(PATH).status_code in (401, 403)


def test_shows_only_ones_own(client, alice, bob, key):
    UserSettings.objects.filter(user=bob).update(theme="dark")
    assert client.get(PATH, **key).json()["theme"] == "system"


def test_changes_a_part(client, alice, key):
    answer = client.patch(PATH, {"theme": "light"}, content_type="application/json", **key)
    assert answer.status_code == 200
    assert UserSettings.objects.get(user=alice).theme == "light"


def test_refuses_an_unknown_zone_by_name(client, key):
    body = {"display_timezone": "Mars/Base"}
    answer = client.patch(PATH, body, content_type="application/json", **key)
    assert answer.status_code in (400, 422)
    assert "display_timezone" in answer.content.decode()
