"""What an endpoint can be limited to: opaque (subject, label) pairs from the rooms above."""

from collections.abc import Callable

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
