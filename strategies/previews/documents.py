"""The JSON that previews leave in their rows: written once, read by pages and API.

Instants are epoch seconds; `ts` is the start of a bar, `known_ts` its close.
"""

from typing import Literal, NotRequired, TypedDict

from strategies.engine.figures.distances import DistanceFigures
from strategies.engine.figures.moves import MoveFigures
from strategies.engine.figures.states import GroupShares, StateFigures
from strategies.models.documents import Column, Overlay


class SpanDocument(TypedDict):
    """The bars that a preview speaks of; `seconds` is the length of one."""

    n_bars: int
    n_dates: int
    first_ts: int
    last_ts: int
    seconds: int


class NextState(TypedDict):
    """Of all ends of a state, how many led to this one."""

    name: str
    share: float


class StateDocument(StateFigures):
    name: str
    meaning: str
    color: str
    # The most frequent ones first.
    next: list[NextState]


class ChangeDocument(TypedDict):
    """`bars`: how long the state before had lasted, None where the window begins with it."""

    ts: int
    known_ts: int
    before: str
    after: str
    bars: int | None


class TriggerDocument(TypedDict):
    """`letter` is its mark on the chart; `moves` go with the horizons of the preview."""

    letter: str
    base: str
    name: str
    direction: str
    n: int
    n_dates: int
    per_day: float
    moves: list[MoveFigures]


class EventDocument(TypedDict):
    """`moves` in percent, by horizon; None where the session, or what is known, ends at once."""

    ts: int
    known_ts: int
    letter: str
    name: str
    close: float
    moves: list[float | None]


class StatesResult(TypedDict):
    """What a pack says: its states, its triggers, what came after them."""

    kind: Literal["states"]
    span: SpanDocument
    n_without_state: int
    states: list[StateDocument]
    transitions: list[list[int]] | None
    by_hour: list[GroupShares]
    by_weekday: list[GroupShares]
    changes: list[ChangeDocument]
    n_changes: int
    horizons: list[int]
    all_bars: list[MoveFigures]
    triggers: list[TriggerDocument]
    events: list[EventDocument]
    n_events: int
    n_intervals: int


class ReasonDocument(TypedDict):
    reason: str
    n: int
    share: float


class EntryDocument(TypedDict):
    """A cross that was entered, with where it stopped, aimed and left."""

    entry_ts: int
    entry_known_ts: int
    exit_ts: int
    exit_known_ts: int
    direction: str
    entry_price: float
    stop_price: float
    target_price: float | None
    exit_price: float
    reason: str
    bars_held: int


class LevelsResult(TypedDict):
    """Where a pack stops, aims and leaves; distances are those of every bar."""

    kind: Literal["levels"]
    span: SpanDocument
    stop: DistanceFigures | None
    target: DistanceFigures | None
    n_entries: int
    n_rejected: int
    reasons: list[ReasonDocument]
    # 5th, 50th and 95th percentile of bars held.
    held_bars: list[float] | None
    entries: list[EntryDocument]


PreviewResult = StatesResult | LevelsResult


class MarkerDocument(TypedDict):
    ts: int
    kind: str
    side: str
    price: float | None
    text: str
    r: NotRequired[float]
    reason: NotRequired[str]
    trade: NotRequired[int]


class LineDocument(TypedDict):
    """A trade between its stop and its target."""

    number: int
    entry_ts: int
    exit_ts: int
    entry: float
    exit: float
    stop: float
    target: float | None
    r: float


class StateNames(TypedDict):
    names: list[str]
    colors: list[str]


class ChartDocument(TypedDict):
    """The newest bars of a preview; `codes` has the state of each, -1 for none."""

    bars: list[list[float]]
    overlays: list[Overlay]
    columns: list[Column]
    states: StateNames | None
    codes: list[int]
    markers: list[MarkerDocument]
    trades: list[LineDocument]
    is_truncated: bool
