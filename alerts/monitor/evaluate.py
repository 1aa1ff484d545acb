"""Evaluating monitored strategies on the bars that have closed since they were last looked at.

Everything is computed outside of a transaction and stored in one: snapshot, live states,
alerts, messages and user events. A group's generation is compared when storing, so of several
workers that compute the same bars only one stores them; the others drop their work.
"""

import time
from collections.abc import Iterable, Sequence

import structlog

from alerts.models import EvaluationGroup
from alerts.monitor.beat import note_work
from alerts.monitor.choose import Chosen, choose
from alerts.monitor.faults import note_failure
from alerts.monitor.group_engine import cache
from alerts.monitor.look import Candidate, GroupKey, Look, Superseded
from alerts.monitor.read import (
    check_same_bars,
    look_anew_at,
    look_at,
    mark_seen,
    read_from_the_start,
    read_on,
)
from alerts.monitor.store import store_evaluation
from alerts.monitor.walk import walk
from market import clock
from trader.work.trouble import PASSING_TROUBLE

log = structlog.get_logger(__name__)
# How often a worker looks again when others were faster; what is left then is the sweep's.
MAX_LOOKS = 3


def evaluate_series(source: str, symbols: Iterable[str]) -> int:
    """Advance every monitored strategy of these symbols; returns the number of new alerts.

    A strategy that can't be evaluated is noted on its live state and on its owner's monitor, and
    stops no other one. A worker that was overtaken looks again: the other one may have read
    fewer bars.
    """
    wanted = list(symbols)
    n_alerts = 0
    for _ in range(MAX_LOOKS):
        found, is_overtaken = _look_once(source, wanted)
        n_alerts += found
        if not is_overtaken:
            break
    return n_alerts


def _look_once(source: str, symbols: list[str]) -> tuple[int, bool]:
    """The number of new alerts, and whether another worker or an edit came in between."""
    started = time.perf_counter()
    chosen = choose(source, symbols)
    if not chosen.user_ids:
        return 0, False
    now_ts = clock.now(source)
    n_alerts, is_overtaken = 0, False
    for key in chosen.candidates:
        try:
            n_alerts += _evaluate_safely(chosen, key, now_ts)
        except Superseded:
            log.info("evaluation_superseded", group=key)
            is_overtaken = True
    note_work(chosen.user_ids, 1000 * (time.perf_counter() - started))
    return n_alerts, is_overtaken


def _evaluate_safely(chosen: Chosen, key: GroupKey, now_ts: int) -> int:
    """Raises Superseded when another worker has stored these bars, or an edit made them void."""
    try:
        return _evaluate_the_sound(chosen.group_of(key), chosen.candidates[key], now_ts)
    except PASSING_TROUBLE as error:
        log.warning("evaluation_interrupted", group=key, error=str(error))
    return 0


def _evaluate_the_sound(
    group: EvaluationGroup, candidates: Sequence[Candidate], now_ts: int, *, is_last: bool = False
) -> int:
    """What fails together is tried without those who also fail alone, or noted for everybody."""
    try:
        return evaluate_group(group, candidates, now_ts)
    except (Superseded, *PASSING_TROUBLE):
        raise
    except Exception as error:  # One group's failure must not stop the others.
        log.exception("evaluation_failed", group=group.pk)
        culprits = {} if is_last else _failing_alone(group, candidates, now_ts)
        sound = [one for one in candidates if one.live.pk not in culprits]
        has_culprits = bool(culprits and sound)
        for live, _ in candidates:
            if not has_culprits or live.pk in culprits:
                note_failure(live, culprits.get(live.pk, error), group)
    return _evaluate_the_sound(group, sound, now_ts, is_last=True) if has_culprits else 0


def evaluate_group(group: EvaluationGroup, candidates: Sequence[Candidate], now_ts: int) -> int:
    """One look at a group. Raises Superseded when someone else was faster."""
    look = look_at(group, candidates, now_ts)
    resumed = read_on(look)
    if resumed and not resumed.bars.n and not any(member.is_new for member in look.members):
        cache.put(group.pk, group.generation, resumed.memory)
        mark_seen(look)
        return 0
    evaluated = walk(look, resumed or read_from_the_start(look))
    check_same_bars(look)
    n_alerts = store_evaluation(evaluated)
    cache.put(group.pk, group.generation + 1, evaluated.reading.memory)
    return n_alerts


def _failing_alone(
    group: EvaluationGroup, candidates: Sequence[Candidate], now_ts: int
) -> dict[int, Exception]:
    """By live state: what a replay of one strategy by itself raises. Stores nothing."""
    found = {}
    for candidate in candidates:
        try:
            _replay_alone(look_anew_at(group, candidate, now_ts))
        except PASSING_TROUBLE:
            raise
        except Exception as error:
            found[candidate.live.pk] = error
    return found


def _replay_alone(look: Look) -> None:
    evaluated = walk(look, read_from_the_start(look))
    for fault in evaluated.faults:
        raise fault.error
    evaluated.reading.memory.dumps(look.programs)
