"""What the rooms above tell this one: subjects of endpoints, and where a message came from.

An endpoint can be limited to opaque (subject, label) pairs.
"""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from accounts.models import User

# Each returns the user's subjects, such as ("strategy:7", "Opening drive").
providers: list[Callable[[User], list[tuple[str, str]]]] = []


def choices(user: User) -> list[tuple[str, str]]:
    return [pair for provider in providers for pair in provider(user)]


# Each returns the largest worth of an entry in the backtests of these subjects (none named: of
# all the user's), in quote currency; None when there is none.
largest_notionals: list[Callable[[User, list[str]], float | None]] = []


def largest_notional(user: User, subjects: list[str]) -> float | None:
    found = [provider(user, subjects) for provider in largest_notionals]
    return max((worth for worth in found if worth), default=None)


class Origin(NamedTuple):
    """Something a message came from, with the address of its page."""

    label: str
    name: str
    url: str


# Each returns what the user's message with this code came from.
origin_providers: list[Callable[[User, UUID], list[Origin]]] = []


def origins(user: User, message_code: UUID) -> list[Origin]:
    return [one for provider in origin_providers for one in provider(user, message_code)]
