"""Which of a strategy's entries and exits have to be told, given what was told before.

Pure: the same rule serves the next bar, a late catch-up, the start of monitoring, a resumption and
a rebuild after bars were corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from alerts.kinds import ENTRY, EXIT, Kind

NS = 1_000_000_000


class Held(Protocol):
    """The entry leg of a trade."""

    @property
    def entry_bar_ns(self) -> int: ...
    @property
    def entry_fill_ns(self) -> int: ...


HeldT = TypeVar("HeldT", bound=Held)


@dataclass(frozen=True)
class Told:
    """What is known of a strategy before these bars, in epoch seconds of market time.

    `silent_until_ts`: what filled up to here was dealt with, or happened before monitoring.
    `tracked_entry_ts`: bar of the entry that was told and whose exit has not been.
    """

    silent_until_ts: int
    tracked_entry_ts: int | None


@dataclass(frozen=True)
class Leg(Generic[HeldT]):
    """The entry or the exit of a trade."""

    is_entry: bool
    trade: HeldT

    @property
    def kind(self) -> Kind:
        return ENTRY if self.is_entry else EXIT


@dataclass
class Decision(Generic[HeldT]):
    """Which legs have to be told, and what is then known of the strategy."""

    legs: list[Leg[HeldT]] = field(default_factory=list)
    tracked_entry_ts: int | None = None
    # The open position was entered while nobody was to be told.
    is_untold: bool = False
    # A told entry that these bars, corrected since, no longer contain.
    vanished_entry_ts: int | None = None


def bar_ts(trade: Held) -> int:
    return trade.entry_bar_ns // NS


def decide(
    closed: Sequence[HeldT],
    held: HeldT | None,
    told: Told,
    *,
    leaving: HeldT | None = None,
    is_leaving: bool = False,
) -> Decision[HeldT]:
    """Legs to be told, in the order in which they happened.

    `closed`: trades closed on the bars looked at, oldest first; `held`: the position after them.
    An entry is told when it filled after the silent time; an exit when its entry was told,
    however late that is noticed. A position that `is_leaving` at the next open is told as left,
    in the form of `leaving`, on the bar that decided it: its order must not wait for that open.
    """
    decision: Decision[HeldT] = Decision(tracked_entry_ts=told.tracked_entry_ts)
    for trade in closed:
        _tell_entry(decision, trade, told)
        if decision.tracked_entry_ts == bar_ts(trade):
            decision.legs.append(Leg(is_entry=False, trade=trade))
            decision.tracked_entry_ts = None
    if held is not None:
        _tell_entry(decision, held, told)
        if leaving is not None and decision.tracked_entry_ts == bar_ts(held):
            decision.legs.append(Leg(is_entry=False, trade=leaving))
            decision.tracked_entry_ts = None
    _check_tracked(decision, held, is_leaving=is_leaving)
    return decision


def _tell_entry(decision: Decision[HeldT], trade: HeldT, told: Told) -> None:
    is_known = decision.tracked_entry_ts == bar_ts(trade)
    if is_known or trade.entry_fill_ns <= told.silent_until_ts * NS:
        return
    if decision.tracked_entry_ts is not None:
        # Only one position at a time: what was told before can't be in this history.
        decision.vanished_entry_ts = decision.tracked_entry_ts
    decision.legs.append(Leg(is_entry=True, trade=trade))
    decision.tracked_entry_ts = bar_ts(trade)


def _check_tracked(decision: Decision[HeldT], held: HeldT | None, *, is_leaving: bool) -> None:
    tracked = decision.tracked_entry_ts
    is_other = held is not None and tracked != bar_ts(held)
    # One that leaves at the next open has been told as left.
    decision.is_untold = is_other and not (is_leaving and tracked is None)
    if tracked is not None and (held is None or is_other):
        decision.vanished_entry_ts = tracked
        decision.tracked_entry_ts = None
