"""What a part of the strategy record declares, and one record while it is read.

A part is a module of `parts` with `PARTS`. It holds all there is to say of its keys: defaults, how
sentences call them, how they are read into the engine's spec, what is asked before they are
stored, and the one spelling in which they are. Everything else follows from it (`keys`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from market.calendar import SESSIONS
from market.timeframes import TIMEFRAMES, Timeframe
from strategies.engine.spec import Side, StrategySpec, TriggerRef
from strategies.record.book import PackBook
from strategies.record.faults import Faults
from strategies.record.ids import OnFailure
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

Values = dict[str, object]
Fault = tuple[str, str]
ABSENT: object = object()
LAST = 1000


class Key(NamedTuple):
    """One key of the flat record."""

    name: str
    # What is stored when the record leaves the key out; without one it stays absent.
    default: object = ABSENT
    # How sentences call it. A key with a label decides trades: its change begins a new forward
    # test. `told` is its place among others that changed with it.
    label: str = ""
    told: int = LAST
    # Null or a text, before anything looks closer.
    is_text: bool = False
    # It has a column of its own in the table of strategies.
    is_column: bool = False
    # A spelling of older files for what another key says: it is read and never stored.
    is_older: bool = False


@dataclass
class Reading:
    """One record while it is read: what parts found, for those that are read after them."""

    data: Unread
    faults: Faults
    default_packs: Iterable[Unread] = ()
    book: PackBook = field(default_factory=PackBook)
    timeframe: Timeframe = TIMEFRAMES["1Min"]
    direction: Side = "LONG"
    session: str = SESSIONS[0]
    entry: TriggerRef | None = None
    # What an older id of the entry says about failed confirmations.
    on_failure: OnFailure | None = None
    # What words of older files among the exits say: a target at so many R, a trailing stop.
    reward: float | None = None
    is_trailing: bool = False


def _nothing_read(reading: Reading) -> Values:
    return {}


def _no_faults(record: Unread) -> Iterable[Fault]:
    return ()


def _stored_as_it_is(record: Unread, spec: StrategySpec) -> Values:
    return {}


def _nothing_more(record: Unread) -> Values:
    return {}


@dataclass(frozen=True)
class Part:
    """Some keys of the record, and what is done with them.

    Parts are read, and their faults named, in the order of `order`.
    """

    keys: tuple[Key, ...] = ()
    order: int = LAST
    # From the record to fields of the engine's spec; what is wrong goes into the faults.
    read: Callable[[Reading], Values] = _nothing_read
    # What is asked only of a record that is to be stored: limits, lengths, dates.
    check: Callable[[Unread], Iterable[Fault]] = _no_faults
    # The keys in their one spelling, as they are stored.
    spell: Callable[[Unread, StrategySpec], Values] = _stored_as_it_is
    # What decides trades, by key, in a form in which two spellings of the same are equal.
    decide: Callable[[Unread], Values] | None = None
    # What else makes a result another one: by any name no other part uses.
    weigh: Callable[[Unread], Values] = _nothing_more

    def deciding(self, record: Unread) -> Values:
        """What of the record decides trades.

        A part without a way of its own names a key only where it differs from its default, so
        that strategies stored before there was the part keep their fingerprints.
        """
        if self.decide is not None:
            return self.decide(record)
        said: Values = {}
        for key in self.keys:
            value = canonical(record.get(key.name)) if key.label else None
            if value is not None and value != canonical(key.default):
                said[key.name] = value
        return said
