"""Choosing what to look at: the monitored strategies that compile, by the bars they read."""

from collections import defaultdict
from typing import NamedTuple

from alerts.models import EvaluationGroup, StrategyState
from alerts.monitor.faults import is_resting, note_failure
from alerts.monitor.look import Candidate, GroupKey, Superseded
from alerts.monitor.programs import PastStamp, compiled, pack_stamps, past_stamps
from trader.work.trouble import PASSING_TROUBLE

UNUSED_COLUMNS = ("config", "kpis", "equity_curve_data", "notes")
Groups = dict[GroupKey, EvaluationGroup]


class Chosen(NamedTuple):
    """`groups`: those that are stored already, read before the live states.

    `user_ids`: the owners of all monitored strategies, of those that don't compile too.
    """

    groups: Groups
    candidates: dict[GroupKey, list[Candidate]]
    user_ids: set[int]

    def group_of(self, key: GroupKey) -> EvaluationGroup:
        """Raises Superseded when another worker has made it since the groups were read."""
        if key in self.groups:
            return self.groups[key]
        group, is_new = EvaluationGroup.objects.get_or_create(**key._asdict())
        if not is_new:
            raise Superseded
        return group


def choose(source: str, symbols: list[str]) -> Chosen:
    # Groups before states: a state that another worker moves after this is noticed by its
    # group's generation, one read before it would not be.
    groups = _stored_groups(source, symbols)
    states = list(
        StrategyState.objects.monitored()
        .filter(strategy__data_source=source, strategy__symbol__in=symbols)
        .select_related("strategy")
        # Only compiling reads the configuration; what pages show is not needed at all.
        .defer(*(f"strategy__{name}" for name in UNUSED_COLUMNS))
        .order_by("strategy_id")
    )
    past = past_stamps(source, symbols)
    candidates = _candidates(states, groups, past)
    return Chosen(groups, candidates, {state.user_id for state in states})


def _stored_groups(source: str, symbols: list[str]) -> Groups:
    rows = EvaluationGroup.objects.filter(data_source=source, symbol__in=symbols)
    return {GroupKey.of(row, row.anchor_ts): row for row in rows}


def _candidates(
    states: list[StrategyState], stored: Groups, past: dict[str, PastStamp]
) -> dict[GroupKey, list[Candidate]]:
    stamps = pack_stamps(state.user_id for state in states)
    joined = {group.pk: group for group in stored.values()}
    found: dict[GroupKey, list[Candidate]] = defaultdict(list)
    for state in states:
        strategy = state.strategy
        if is_resting(state):
            continue
        try:
            stamp = stamps.get(strategy.user_id)
            one = compiled(strategy, stamp, past.get(strategy.symbol))
        except PASSING_TROUBLE:
            raise
        except Exception as error:  # Whatever is wrong with one strategy concerns only that one.
            note_failure(state, error, joined.get(state.group_id or 0))
            continue
        found[GroupKey.of(strategy, one.anchor_ts)].append(Candidate(state, one))
    return found
