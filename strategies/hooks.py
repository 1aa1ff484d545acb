"""What rooms above do when strategies change; composed at start-up by the project.

All are called inside the transaction of the change, so that a failure undoes it, and in the order
of locks that `saving.changes` describes.
"""

from collections.abc import Callable
from typing import NamedTuple

from strategies.models import Strategy


class Held(NamedTuple):
    """The open position; instants in market time. `decimals` tell its prices apart."""

    entry_fill_ts: int
    entry_price: float
    stop_price: float
    target_price: float | None
    decimals: int
    # Entered before monitoring: its exit raises no alert.
    is_untold: bool


class LiveState(NamedTuple):
    """`as_of_ts`: close of the newest bar that was looked at; None before the first.

    `halted`: why nothing newer comes; empty while the monitor runs. `may_start`: whether its owner
    can change that by starting it.
    """

    label: str
    as_of_ts: int | None
    held: Held | None
    halted: str = ""
    may_start: bool = False


# Called with strategies of one user about to be reset together, to lock at once what `on_reset`
# changes one by one.
on_lock: list[Callable[[list[Strategy]], None]] = []
# Called after an invalidating change or the end of its monitoring made every live state of the
# strategy void, before its deletion, and when it is created monitored.
on_reset: list[Callable[[Strategy], None]] = []
# Called after its window moved while its forward test goes on.
on_moved: list[Callable[[Strategy], None]] = []
# Asked before such a change or a deletion for sentences that name what would be lost (an open
# position, say); an empty list when nothing is. They change nothing.
guards: list[Callable[[Strategy], list[str]]] = []
# Asked where a strategy stands that is being watched; None for others.
live_states: list[Callable[[Strategy], LiveState | None]] = []


def lock(strategies: list[Strategy]) -> None:
    for callback in on_lock:
        callback(strategies)


def tell_reset(strategy: Strategy) -> None:
    for callback in on_reset:
        callback(strategy)


def tell_moved(strategy: Strategy) -> None:
    for callback in on_moved:
        callback(strategy)


def live_state_of(strategy: Strategy) -> LiveState | None:
    found = (ask(strategy) for ask in live_states)
    return next((state for state in found if state is not None), None)


def losses_of(strategy: Strategy) -> list[str]:
    """What rooms above would lose with this strategy's live state, in sentences."""
    return [sentence for guard in guards for sentence in guard(strategy)]
