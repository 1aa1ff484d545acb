"""The nouns of one evaluation: who is looked at, on which bars, at which instant, what came of it.

Everything that acts on them stands above: choosing, reading, walking, storing.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from alerts.models import EvaluationGroup, StrategyState
from alerts.monitor.decide import Decision, Told
from alerts.monitor.group_engine import GroupMemory
from alerts.monitor.legs import Position
from alerts.monitor.programs import Compiled
from market.bars import StoredSeries
from strategies.bars import OtherBars
from strategies.engine.program.advance import Advance
from strategies.engine.program.program import Program
from strategies.engine.types import Bars
from strategies.models import Strategy


class Superseded(Exception):  # noqa: N818
    """The group was stored by someone else, or reset, since it was read."""


class GroupKey(NamedTuple):
    """What strategies that are evaluated together have in common: bars, from a first one on."""

    data_source: str
    symbol: str
    timeframe: str
    trading_session: str
    anchor_ts: int

    @classmethod
    def of(cls, one: EvaluationGroup | Strategy, anchor_ts: int) -> "GroupKey":
        """Of a group, or of a strategy that compiles to this first bar."""
        return cls(one.data_source, one.symbol, one.timeframe, one.trading_session, anchor_ts)

    @property
    def address(self) -> tuple[str, str, str, str]:
        """The bars alone: source, symbol, timeframe and session."""
        return self[:4]


class Candidate(NamedTuple):
    """A monitored strategy that compiles."""

    live: StrategyState
    compiled: Compiled


@dataclass
class Member:
    """One monitored strategy of a group."""

    live: StrategyState
    strategy: Strategy
    program: Program
    told: Told
    # `monitored_since_ts` as it was read: when another is stored by then, this work is void.
    since_ts: int
    # Close of the last bar whose entries and exits were told or passed over.
    dealt_with_ts: int

    @property
    def is_new(self) -> bool:
        return self.live.status in (StrategyState.Status.STARTING, StrategyState.Status.FAILED)


class Series(NamedTuple):
    """What is stored of the bars behind a group; read before the bars themselves.

    `version` speaks of every stored series that decides. `last_ts`: start of the newest own bar
    that exists at the market time of this look. A feed may have stored further ones since the
    clock was read; they are left for the next look.
    """

    # Whether these are recorded bars that are played again.
    is_replayed: bool
    base: str
    version: str
    last_ts: int
    price_decimals: int | None
    stored: dict[str, StoredSeries]


@dataclass(frozen=True)
class Look:
    """One look at a group: these strategies, on these stored bars, at this market time."""

    group: EvaluationGroup
    members: list[Member]
    series: Series
    now_ts: int

    @cached_property
    def key(self) -> GroupKey:
        return GroupKey.of(self.group, self.group.anchor_ts)

    @cached_property
    def programs(self) -> dict[int, Program]:
        """By strategy id."""
        return {member.strategy.pk: member.program for member in self.members}


class Reading(NamedTuple):
    """What a group remembers and the bars it is to see next: own ones, and others by series."""

    memory: GroupMemory
    bars: Bars
    others: OtherBars


class Result(NamedTuple):
    member: Member
    advance: Advance
    decision: Decision[Position]


class Fault(NamedTuple):
    """A strategy that could not be evaluated or whose alerts could not be stored."""

    member: Member
    error: Exception


@dataclass
class Evaluated:
    """What one look at a group found, ready to be stored."""

    look: Look
    reading: Reading
    results: list[Result] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def leave_out(self, member: Member, error: Exception) -> None:
        """Go on without a strategy: its position is replayed when it is tried again."""
        self.results = [result for result in self.results if result.member is not member]
        self.reading.memory.positions.pop(member.strategy.pk, None)
        self.faults.append(Fault(member, error))
