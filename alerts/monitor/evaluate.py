"""Evaluating monitored strategies on the bars that have closed since they were last looked at.

Everything is computed outside of a transaction and stored in one: engine state, live states,
alerts, messages and user events. A group's generation is compared when storing, so of several
workers that compute the same bars only one stores them; the others drop their work.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

import structlog
from django.utils import timezone

from alerts.models import EvaluationGroup, Monitor, StrategyState
from alerts.monitor.boundary import dealt_with_ts, known_strategies
from alerts.monitor.decide import Decision, Told, decide
from alerts.monitor.faults import Fault, is_resting, note_failure
from alerts.monitor.group_bars import (
    Series,
    address_of,
    came_late,
    decide_by_finer_bars,
    is_same_past,
    other_bars,
    own_bars,
    series_of,
)
from alerts.monitor.group_engine import GroupState, cache, load_state
from alerts.monitor.programs import Compiled, compiled, pack_stamps
from alerts.monitor.store import Superseded, store_evaluation
from alerts.monitor.walk import walk_alone, walk_together
from market import clock
from strategies.bars import OtherBars
from strategies.engine.program.program import Advance, Program
from strategies.engine.types import Bars
from strategies.models import Strategy
from trader.work.trouble import PASSING_TROUBLE

log = structlog.get_logger(__name__)
# How often a worker looks again when others were faster; what is left then is the sweep's.
MAX_LOOKS = 3
UNUSED_COLUMNS = ("config", "kpis", "equity_curve_data", "notes")


@dataclass
class Member:
    """One monitored strategy of a group."""

    state: StrategyState
    strategy: Strategy
    program: Program
    told: Told
    # `monitored_since_ts` as it was read: when another is stored by then, this work is void.
    since_ts: int
    # Close of the last bar whose signals were told or passed over.
    dealt_with_ts: int


class Result(NamedTuple):
    member: Member
    advance: Advance
    decision: Decision


@dataclass
class Evaluated:
    """What one look at a group found, ready to be stored."""

    group: EvaluationGroup
    state: GroupState
    bars: Bars
    others: OtherBars
    series: Series
    clock_ts: int
    results: list[Result]
    faults: list[Fault]

    def leave_out(self, member: Member, error: Exception) -> None:
        """Go on without a strategy: its position is replayed when it is tried again."""
        self.results = [result for result in self.results if result.member is not member]
        self.state.positions.pop(member.strategy.pk, None)
        self.faults.append(Fault(member, error))


def evaluate_series(source: str, symbols: Iterable[str]) -> int:
    """Advance every monitored strategy of these symbols; returns the number of new alerts.

    A strategy that can't be evaluated is noted on its state and on its owner's monitor, and
    stops no other one. A worker that was overtaken looks again: the other one may have read
    fewer bars.
    """
    wanted = list(symbols)
    n_alerts = 0
    for _ in range(MAX_LOOKS):
        found, is_overtaken = _look(source, wanted)
        n_alerts += found
        if not is_overtaken:
            break
    return n_alerts


def _look(source: str, wanted: list[str]) -> tuple[int, bool]:
    """The number of new alerts, and whether another worker or an edit came in between."""
    started = time.perf_counter()
    # Groups before states: a state that another worker moves after this is noticed by its
    # group's generation, one read before it would not be.
    groups = _stored_groups(source, wanted)
    states = list(
        StrategyState.objects.monitored()
        .filter(strategy__data_source=source, strategy__symbol__in=wanted)
        .select_related("strategy")
        # Only compiling reads the configuration; what pages show is not needed at all.
        .defer(*(f"strategy__{name}" for name in UNUSED_COLUMNS))
        .order_by("strategy_id")
    )
    if not states:
        return 0, False
    now_ts = clock.now(source)
    n_alerts, is_overtaken = 0, False
    for key, members in _grouped(states, groups).items():
        try:
            n_alerts += _evaluate_safely(key, groups.get(key), members, now_ts)
        except Superseded:
            log.info("evaluation_superseded", group=key)
            is_overtaken = True
    _beat({state.user_id for state in states}, 1000 * (time.perf_counter() - started))
    return n_alerts, is_overtaken


GroupKey = tuple[str, str, str, str, int]
Candidate = tuple[StrategyState, Compiled]


def _grouped(
    states: list[StrategyState], stored: dict[GroupKey, EvaluationGroup]
) -> dict[GroupKey, list[Candidate]]:
    """Strategies that compile, by the bars they read."""
    stamps = pack_stamps(state.user_id for state in states)
    joined = {group.pk: group for group in stored.values()}
    groups: dict[GroupKey, list[Candidate]] = defaultdict(list)
    for state in states:
        strategy = state.strategy
        if is_resting(state):
            continue
        try:
            one = compiled(strategy, stamps.get(strategy.user_id))
        except PASSING_TROUBLE:
            raise
        except Exception as error:  # Whatever is wrong with one strategy concerns only that one.
            note_failure(state, error, joined.get(state.group_id or 0))
            continue
        key = (
            strategy.data_source,
            strategy.symbol,
            strategy.timeframe,
            strategy.trading_session,
            one.anchor_ts,
        )
        groups[key].append((state, one))
    return groups


def _stored_groups(source: str, symbols: list[str]) -> dict[GroupKey, EvaluationGroup]:
    rows = EvaluationGroup.objects.filter(data_source=source, symbol__in=symbols)
    return {(*address_of(row), row.anchor_ts): row for row in rows}


def _new_group(key: GroupKey) -> EvaluationGroup:
    """Raises Superseded when another worker has made it since the groups were read."""
    source, symbol, timeframe, session, anchor = key
    group, is_new = EvaluationGroup.objects.get_or_create(
        data_source=source,
        symbol=symbol,
        timeframe=timeframe,
        trading_session=session,
        anchor_ts=anchor,
    )
    if not is_new:
        raise Superseded
    return group


def _evaluate_safely(
    key: GroupKey, group: EvaluationGroup | None, candidates: list[Candidate], now_ts: int
) -> int:
    """Raises Superseded when another worker has stored these bars, or an edit made them void."""
    try:
        return _evaluate_the_sound(group or _new_group(key), candidates, now_ts)
    except PASSING_TROUBLE as error:
        log.warning("evaluation_interrupted", group=key, error=str(error))
    return 0


def _evaluate_the_sound(
    group: EvaluationGroup, candidates: list[Candidate], now_ts: int, *, is_last: bool = False
) -> int:
    """What fails together is tried without those who also fail alone, or noted for everybody."""
    try:
        return evaluate_group(group, candidates, now_ts)
    except (Superseded, *PASSING_TROUBLE):
        raise
    except Exception as error:  # One group's failure must not stop the others.
        log.exception("evaluation_failed", group=group.pk)
        culprits = {} if is_last else _failing_alone(group, candidates, now_ts)
        sound = [one for one in candidates if one[0].pk not in culprits]
        has_culprits = bool(culprits and sound)
        for state, _ in candidates:
            if not has_culprits or state.pk in culprits:
                note_failure(state, culprits.get(state.pk, error), group)
    return _evaluate_the_sound(group, sound, now_ts, is_last=True) if has_culprits else 0


def _failing_alone(
    group: EvaluationGroup, candidates: list[Candidate], now_ts: int
) -> dict[int, Exception]:
    """By live state: what a replay of one strategy by itself raises. Stores nothing."""
    found = {}
    for live, one in candidates:
        programs = {live.strategy_id: one.program}
        try:
            series = series_of(group, [one.program], now_ts)
            reading = _from_the_start(group, programs, series, now_ts)
            evaluated = Evaluated(group, *reading, series, now_ts, [], [])
            frame = reading.state.advance(reading.bars, reading.others)
            member = _member(group, live, one.program, set(), now_ts)
            _result(evaluated, walk_alone(reading.state, frame, member), member)
            reading.state.dumps(programs)
        except PASSING_TROUBLE:
            raise
        except Exception as error:
            found[live.pk] = error
    return found


def evaluate_group(group: EvaluationGroup, candidates: list[Candidate], now_ts: int) -> int:
    """One look at a group. Raises Superseded when someone else was faster."""
    known = known_strategies(group.state)
    members = [_member(group, live, one.program, known, now_ts) for live, one in candidates]
    programs = {member.strategy.pk: member.program for member in members}
    series = series_of(group, programs.values(), now_ts)
    resumed = _from_where_it_stood(group, programs, series, now_ts)
    state, bars, others = resumed or _from_the_start(group, programs, series, now_ts)
    if not bars.n and resumed and not any(_is_new(m) for m in members):
        cache.put(group.pk, group.generation, state)
        _mark_seen(group, series, now_ts)
        return 0
    evaluated = Evaluated(group, state, bars, others, series, now_ts, [], [])
    _walk(evaluated, members)
    n_alerts = store_evaluation(evaluated)
    cache.put(group.pk, group.generation + 1, state)
    return n_alerts


class Reading(NamedTuple):
    """A state and the bars it is to see next: own ones, and others by series."""

    state: GroupState
    bars: Bars
    others: OtherBars


def _from_the_start(
    group: EvaluationGroup, programs: dict[int, Program], series: Series, now_ts: int
) -> Reading:
    """Everything since the anchors."""
    state = GroupState.new(programs)
    bars = own_bars(group, group.anchor_ts, now_ts)
    return Reading(state, bars, other_bars(group, state, series, bars, now_ts))


def _from_where_it_stood(
    group: EvaluationGroup, programs: dict[int, Program], series: Series, now_ts: int
) -> Reading | None:
    """What is new since the stored state; None when that must be rebuilt by replay."""
    state = _resumable(group, programs, series)
    if state is None:
        return None
    bars = own_bars(group, group.last_close_ts or group.anchor_ts, now_ts)
    others = other_bars(group, state, series, bars, now_ts)
    return None if came_late(others, group.last_close_ts) else Reading(state, bars, others)


def _member(
    group: EvaluationGroup, state: StrategyState, program: Program, known: set[int], now_ts: int
) -> Member:
    # What was read stays as it is: only what has been stored may be believed.
    state, since_ts = copy(state), state.monitored_since_ts
    # Monitoring began before the source had a market time: what is there now is history.
    state.monitored_since_ts = since_ts or now_ts
    dealt_with = dealt_with_ts(state, group, known)
    told = Told(max(state.monitored_since_ts, dealt_with), state.tracked_entry_ts)
    return Member(state, state.strategy, program, told, since_ts, dealt_with)


def _is_new(member: Member) -> bool:
    return member.state.status in (StrategyState.Status.STARTING, StrategyState.Status.FAILED)


def _resumable(
    group: EvaluationGroup, programs: dict[int, Program], series: Series
) -> GroupState | None:
    """The state to go on from; None when bars were revised or it is of something else."""
    kept = cache.take(group.pk, group.generation)
    if group.state is None or not is_same_past(group.data_version, series.version):
        return None
    if kept is not None and kept.fits(programs):
        return kept
    return load_state(group.state, programs)


def _mark_seen(group: EvaluationGroup, series: Series, now_ts: int) -> None:
    """There was nothing new: note it, so that the sweep does not ask again."""
    seen = {
        "seen_clock_ts": now_ts,
        "seen_minute_ts": series.last_ts,
        "data_version": series.version,
    }
    if seen != {name: getattr(group, name) for name in seen}:
        rows = EvaluationGroup.objects.filter(pk=group.pk, generation=group.generation)
        rows.update(**seen)


def _walk(evaluated: Evaluated, members: list[Member]) -> None:
    """Step the shared nodes once, then every position over their outputs."""
    state = evaluated.state
    frame = state.advance(evaluated.bars, evaluated.others)
    together = walk_together(state, frame, members)
    for member in members:
        try:
            advance = together.get(member.strategy.pk) or walk_alone(state, frame, member)
            evaluated.results.append(_result(evaluated, advance, member))
        except Exception as error:  # Only this strategy's; the others go on.
            evaluated.leave_out(member, error)
    # Of those who have left nothing is kept.
    ids = [result.member.strategy.pk for result in evaluated.results]
    state.positions = {pk: state.positions[pk] for pk in ids}


def _result(evaluated: Evaluated, advance: Advance, member: Member) -> Result:
    decide_by_finer_bars(evaluated.group, advance, evaluated.bars, evaluated.clock_ts)
    decision = decide(
        list(advance.trades),
        advance.open_trade,
        member.told,
        leaving=advance.leaving,
        is_leaving=advance.is_leaving,
    )
    return Result(member, advance, decision)


def _beat(user_ids: set[int], duration_ms: float) -> None:
    """The monitors of these users have been at work; touches nothing else of their status."""
    now = timezone.now()
    Monitor.objects.filter(user_id__in=user_ids).update(
        last_poll_at=now, last_poll_duration_ms=round(duration_ms, 3), heartbeat_at=now
    )
