"""What rooms above add to accounts; filled in trader/composition.py."""

from collections.abc import Callable

from accounts.models.user import User

# Called in the transaction that makes a user by an operator's hand, who answers for the address.
on_made_by_operator: list[Callable[[User], None]] = []


def made_by_operator(user: User) -> None:
    for callback in on_made_by_operator:
        callback(user)
