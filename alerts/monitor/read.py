"""Reading for one look at a group: where its snapshot stands, and the bars it is to see next."""

from collections.abc import Collection, Sequence
from copy import copy

from alerts.models import EvaluationGroup, StrategyState
from alerts.monitor.boundary import dealt_with_ts, known_strategies
from alerts.monitor.decide import Told
from alerts.monitor.group_bars import came_late, is_same_past, next_bars, series_of
from alerts.monitor.group_engine import GroupMemory, cache, load_snapshot
from alerts.monitor.look import Candidate, Look, Member, Reading, Superseded
from market.bars import is_current
from strategies.engine.program.program import Program


def look_at(group: EvaluationGroup, candidates: Sequence[Candidate], now_ts: int) -> Look:
    """What is stored of a group's bars and of its strategies."""
    return _look(group, candidates, known_strategies(group.state), now_ts)


def look_anew_at(group: EvaluationGroup, candidate: Candidate, now_ts: int) -> Look:
    """At one strategy alone, whatever the group's snapshot knows of it."""
    return _look(group, [candidate], (), now_ts)


def _look(
    group: EvaluationGroup, candidates: Sequence[Candidate], known: Collection[int], now_ts: int
) -> Look:
    members = [_member(group, live, one.program, known, now_ts) for live, one in candidates]
    series = series_of(group, [member.program for member in members], now_ts)
    return Look(group, members, series, now_ts)


def _member(
    group: EvaluationGroup,
    state: StrategyState,
    program: Program,
    known: Collection[int],
    now_ts: int,
) -> Member:
    # What was read stays as it is: only what has been stored may be believed.
    state, since_ts = copy(state), state.monitored_since_ts
    # Monitoring began before the source had a market time: what is there now is history.
    state.monitored_since_ts = since_ts or now_ts
    dealt_with = dealt_with_ts(state, group, known)
    told = Told(max(state.monitored_since_ts, dealt_with), state.tracked_entry_ts)
    return Member(state, state.strategy, program, told, since_ts, dealt_with)


def read_from_the_start(look: Look) -> Reading:
    """Everything since the anchors."""
    return next_bars(look, GroupMemory.new(look.programs), look.group.anchor_ts)


def read_on(look: Look) -> Reading | None:
    """What is new since the snapshot; None when that must be rebuilt by replay."""
    group, memory = look.group, _resumable(look)
    if memory is None:
        return None
    reading = next_bars(look, memory, group.last_close_ts or group.anchor_ts)
    return None if came_late(reading.others, group.last_close_ts) else reading


def check_same_bars(look: Look) -> None:
    """Raises Superseded when bars were revised while they were read: some may be of the past."""
    version, address = look.series.version, look.key.address
    if not is_current(version, *address):
        raise Superseded


def _resumable(look: Look) -> GroupMemory | None:
    """What to go on from; None when bars were revised or it is of something else."""
    group = look.group
    kept = cache.take(group.pk, group.generation)
    if group.state is None or not is_same_past(group.data_version, look.series.version):
        return None
    if kept is not None and kept.fits(look.programs):
        return kept
    return load_snapshot(group.state, look.programs)


def mark_seen(look: Look) -> None:
    """There was nothing new: note it, so that the sweep does not ask again."""
    group = look.group
    seen = {
        "seen_clock_ts": look.now_ts,
        "seen_minute_ts": look.series.last_ts,
        "data_version": look.series.version,
    }
    if seen != {name: getattr(group, name) for name in seen}:
        rows = EvaluationGroup.objects.filter(pk=group.pk, generation=group.generation)
        rows.update(**seen)
