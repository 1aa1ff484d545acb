"""What a client that was away gets: the rows it missed, or the word that it must start over."""

from dataclasses import dataclass

from accounts import events
from accounts.models import UserEvent

MAX_MISSED = 500


@dataclass(frozen=True)
class CatchUp:
    top: int
    is_reset: bool
    messages: list[dict[str, object]]


def catch_up(user_id: int, since: int) -> CatchUp:
    """Events after `since`, complete or not at all.

    It is a reset when more than `MAX_MISSED` are missing, when some have been pruned already, or
    when the client knows a number that was never given out.
    """
    top = events.top(user_id)
    if since == top:
        return CatchUp(top, False, [])
    if since > top or top - since > MAX_MISSED:
        return CatchUp(top, True, [])
    rows: list[UserEvent] = events.since(user_id, since, limit=MAX_MISSED + 1)
    if not rows or rows[0].seq != since + 1:
        return CatchUp(top, True, [])
    return CatchUp(rows[-1].seq, False, [row.as_message() for row in rows])
