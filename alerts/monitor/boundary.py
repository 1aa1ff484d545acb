"""Up to where a strategy's entries and exits are dealt with. Imports no engine: pages use it."""

import json
from collections.abc import Collection

from alerts.models import EvaluationGroup, StrategyState


def known_strategies(data: bytes | memoryview | None) -> set[int]:
    """Ids of the strategies a snapshot speaks of, also when it can't be resumed."""
    return set() if not data else {int(pk) for pk in json.loads(bytes(data))["positions"]}


def dealt_with_ts(
    state: StrategyState, group: EvaluationGroup | None, known: Collection[int] | None = None
) -> int:
    """Close of the last bar whose entries and exits were told or passed over; 0 for none.

    A group may have gone on without a strategy that failed: it answers only for those that its
    snapshot speaks of. `known` saves reading that again.
    """
    if group is None or state.group_id != group.pk:
        return state.evaluated_until_ts
    if known is None:
        known = known_strategies(group.state)
    return group.last_close_ts or 0 if state.strategy_id in known else state.evaluated_until_ts
