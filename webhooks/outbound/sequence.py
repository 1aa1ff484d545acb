"""The rules of the sequence, without a database or a clock: what may leave, and what ends unsent.

Within a lane (the messages of one strategy to one endpoint) one message is under way at a time,
in the order of their numbers. That much the query of due rows sees to; here stands what becomes
of a message whose turn it is, and what its endpoint is told of the entry before an exit.
"""

from collections.abc import Iterable
from typing import NamedTuple

from webhooks.models import Attempt, Delivery

State = Delivery.State
EntryState = Delivery.EntryState
Outcome = Attempt.Outcome
# After these a position may be open.
MAY_BE_OPEN = frozenset({EntryState.ACCEPTED, EntryState.UNKNOWN})
# An exit that ends so has not reached its bot.
UNACCEPTED = frozenset({State.FAILED, State.EXPIRED, State.SKIPPED})


SETTLED = "you said that the position is closed"


class Try(NamedTuple):
    """What is stored of one attempt."""

    outcome: str
    status: int | None


class Facts(NamedTuple):
    """What decides about a message that is due.

    `is_overtaken`: an entry whose exit is stored behind it; `is_blocked`: an exit of its lane did
    not arrive; `is_settled`: the owner said that its position is closed. `entry_state` is that of
    an exit which was never on the wire, else None.
    """

    is_entry: bool
    is_exit: bool
    is_in_sequence: bool
    is_held: bool
    is_overdue: bool
    is_muted: bool
    is_overtaken: bool
    is_blocked: bool
    has_waited: bool
    is_replayed: bool
    is_settled: bool
    is_exit_safe: bool
    entry_state: EntryState | None


class Ending(NamedTuple):
    """How a message is closed without being sent, and why; for the owner."""

    state: State
    reason: str


def entry_state_of(tries: Iterable[Try] | None) -> EntryState:
    """What became of an entry, from its tries; None when this endpoint never had one.

    Then another endpoint, or the trader, may have opened the position.
    """
    if tries is None:
        return EntryState.UNKNOWN
    sent = [one for one in tries if one.outcome != Outcome.UNSENT]
    if any(one.outcome == Outcome.SUCCESS for one in sent):
        return EntryState.ACCEPTED
    if not sent:
        return EntryState.NOT_SENT
    return EntryState.REFUSED if all(map(_is_refusal, sent)) else EntryState.UNKNOWN


def _is_refusal(one: Try) -> bool:
    """An answer that says no. A 2xx whose body says no may still have opened something."""
    is_answer = one.outcome == Outcome.FAILURE and one.status is not None
    return is_answer and 300 <= (one.status or 0) < 500


def ending_of(facts: Facts) -> Ending | None:
    """How a due message ends unsent; None when it may go out."""
    if facts.is_overtaken:
        return Ending(State.SUPERSEDED, "its exit was decided before the endpoint accepted it")
    if facts.is_exit and facts.is_settled:
        return Ending(State.NOTHING_TO_CLOSE, SETTLED)
    if has_nothing_to_close(facts):
        return Ending(State.NOTHING_TO_CLOSE, nothing_to_close_reason(facts.entry_state))
    if facts.is_overdue:
        return _end_of_time(facts)
    if facts.is_muted:
        return Ending(State.SKIPPED, "the endpoint is disabled")
    return None


def _end_of_time(facts: Facts) -> Ending:
    if facts.is_exit:
        reason = "the session closed before the endpoint accepted this exit"
        return Ending(State.EXPIRED, reason)
    if facts.is_entry and facts.is_blocked:
        return Ending(State.BLOCKED, "it waited for an exit before it that did not arrive")
    if facts.is_held:
        return Ending(State.EXPIRED, "nobody sent or dropped it in time")
    if facts.has_waited:
        return Ending(State.EXPIRED, "it waited too long for the messages before it")
    return Ending(State.EXPIRED, "the message was too old to be sent")


def has_nothing_to_close(facts: Facts) -> bool:
    """Whether an exit would order something although nothing can be open."""
    if not (facts.is_exit and facts.is_in_sequence) or facts.is_replayed:
        return False
    if facts.entry_state is None:
        return False
    return facts.entry_state not in MAY_BE_OPEN and not facts.is_exit_safe


def nothing_to_close_reason(entry_state: EntryState | None) -> str:
    if entry_state == EntryState.REFUSED:
        return "the endpoint refused its entry, so there is nothing to close"
    return "its entry was never sent, so there is nothing to close"


def blocks_later_entries(state: str, entry_state: str, is_settled: bool) -> bool:
    """Whether an exit that ended in this state leaves a position that may be open."""
    return state in UNACCEPTED and entry_state in MAY_BE_OPEN and not is_settled
