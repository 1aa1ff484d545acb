"""The kinds of alerts, a row each: all that anything else has to know to tell them apart.

The model, the forms, the API, lists and messages read this table, so a new kind is a row here and
nothing else. Its name is stored. That an alert is a test is no kind: it is stored as its source.
"""

from dataclasses import dataclass
from enum import Enum, auto


class UnknownKindError(LookupError):
    """A name that no kind of alert has."""


class Order(Enum):
    """What whoever receives its message is to do."""

    # Buy or sell, by the direction of the strategy.
    OPEN = auto()
    CLOSE = auto()
    NOTHING = auto()


class Retry(Enum):
    """How long its message is tried."""

    # Until the endpoint's time to live is over.
    AS_ENTRY = auto()
    # Until the session closes.
    AS_EXIT = auto()
    # It orders nothing: by the schedule of records, whatever the endpoint is for.
    AS_RECORD = auto()


@dataclass(frozen=True)
class Kind:
    """`event_type` is what endpoints choose by; `{direction}` in it is that of the strategy."""

    name: str
    label: str
    # The verb of the sentence that says it.
    verb: str
    # The class of its mark in lists, and the icon beside it.
    mark: str
    icon: str
    event_type: str
    order: Order
    retry: Retry
    # Found too late it is recorded and not sent: to act on it would do harm.
    is_kept_back_late: bool
    # The user event that tells of the same trade; None where it tells of none.
    trade_event: str | None
    # Whether anything raises it yet: filters offer no other.
    is_raised: bool = True

    def event_type_of(self, direction: str) -> str:
        return self.event_type.format(direction=direction.lower())

    def action_of(self, direction: str) -> str | None:
        """The order in a message: buy, sell, close, or None for none."""
        opening = "buy" if direction == "LONG" else "sell"
        return {Order.OPEN: opening, Order.CLOSE: "close", Order.NOTHING: None}[self.order]

    def side_of(self, direction: str) -> str | None:
        """The side of that order as a broker has it: who closes a long position sells."""
        opening, closing = ("buy", "sell") if direction == "LONG" else ("sell", "buy")
        return {Order.OPEN: opening, Order.CLOSE: closing, Order.NOTHING: None}[self.order]

    def position_of(self, direction: str) -> str | None:
        """The position after that order: long, short, flat, or None where it changes none."""
        opened = direction.lower()
        return {Order.OPEN: opened, Order.CLOSE: "flat", Order.NOTHING: None}[self.order]


ENTRY = Kind(
    name="entry_signal",
    label="Entry",
    verb="Enter",
    mark="entry",
    icon="arrow-right",
    event_type="entry_{direction}",
    order=Order.OPEN,
    retry=Retry.AS_ENTRY,
    is_kept_back_late=True,
    trade_event="trade.created",
)
EXIT = Kind(
    name="exit_signal",
    label="Exit",
    verb="Exit",
    mark="exit",
    icon="logout",
    event_type="exit_{direction}",
    order=Order.CLOSE,
    retry=Retry.AS_EXIT,
    is_kept_back_late=False,
    trade_event="trade.closed",
)
BREACH = Kind(
    name="compliance_breach",
    label="Rule breach",
    verb="Rule breach:",
    mark="breach",
    icon="alert-triangle",
    event_type="compliance_breach",
    order=Order.NOTHING,
    retry=Retry.AS_RECORD,
    is_kept_back_late=False,
    trade_event=None,
    # Its rules come with portfolios.
    is_raised=False,
)
KINDS = {kind.name: kind for kind in (ENTRY, EXIT, BREACH)}


def kind_of(name: str) -> Kind:
    """Raises UnknownKindError: what it is not known to be must not be taken for something else."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKindError(f"no kind of alert is called {name!r}") from None


def choices() -> list[tuple[str, str]]:
    """Names and labels. A migration names this function, so it stays where it is."""
    return [(kind.name, kind.label) for kind in KINDS.values()]


def offered() -> list[tuple[str, str]]:
    """Names and labels of those that a user can have."""
    return [(kind.name, kind.label) for kind in KINDS.values() if kind.is_raised]
