"""The cast of the tests: alice owns, bob is another trader, charlie is a stranger."""

import re

import pytest
from django.test import Client

from accounts.models import User, UserSettings

PASSWORD = "correct horse battery"


def make_user(email: str = "trader@example.com", **fields: object) -> User:
    user = User.objects.create_user(email, PASSWORD, **fields)
    UserSettings.objects.create(user=user)
    return user


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice@example.com")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob@example.com")


@pytest.fixture
def charlie(db: None) -> User:
    return make_user("charlie@example.com")


def opened_with(client: Client, address: str) -> str:
    """What the first form at this address says it was opened with."""
    return _marks(client.get(address).content)[0]


def conflict_then_save(
    client: Client, address: str, first: dict[str, object], second: dict[str, object], mark: str
) -> str:
    """The text of the answer to a second save of a form that was opened before the first one.

    It must be refused, and go through when it is sent once more.
    """
    assert client.post(address, {**first, "opened_with": mark}).status_code == 302
    refused = client.post(address, {**second, "opened_with": mark})
    assert refused.status_code == 409
    again = [{**second, "opened_with": renewed} for renewed in _marks(refused.content)]
    assert 302 in [client.post(address, form).status_code for form in again]
    return text_of(refused.content)


def _marks(page: bytes) -> list[str]:
    return re.findall(r'name="opened_with" value="(\w*)"', page.decode())


def text_of(page: bytes) -> str:
    """A page with one blank wherever white space stands, and none between its marks."""
    return " ".join(page.decode().split()).replace("> <", "><")
