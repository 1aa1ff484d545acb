"""The cast of the tests: alice owns, bob is another trader, charlie is a stranger."""

import pytest

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
