"""What rooms above do when strategies change; composed at start-up by the project.

All are called inside the transaction of the change, so that a failure undoes it, and in the order
of locks that `saving.changes` describes.
"""

from collections.abc import Callable

from strategies.models import Strategy

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


def lock(strategies: list[Strategy]) -> None:
    for callback in on_lock:
        callback(strategies)


def tell_reset(strategy: Strategy) -> None:
    for callback in on_reset:
        callback(strategy)


def tell_moved(strategy: Strategy) -> None:
    for callback in on_moved:
        callback(strategy)


def losses_of(strategy: Strategy) -> list[str]:
    """What rooms above would lose with this strategy's live state, in sentences."""
    return [sentence for guard in guards for sentence in guard(strategy)]
