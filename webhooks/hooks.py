"""What an endpoint can be limited to: opaque (subject, label) pairs from the rooms above."""

from collections.abc import Callable

from accounts.models import User

# Each returns the user's subjects, such as ("strategy:7", "Opening drive").
providers: list[Callable[[User], list[tuple[str, str]]]] = []


def choices(user: User) -> list[tuple[str, str]]:
    return [pair for provider in providers for pair in provider(user)]
