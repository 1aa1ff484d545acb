"""What went wrong with one strategy: noted where its owner looks, logged, and tried again.

A fault is stored in the transaction that stores the others' results, so the group never goes on
without a strategy whose row does not say so.
"""

from datetime import timedelta

import structlog
from django.utils import timezone

from alerts.models import EvaluationGroup, StrategyState
from alerts.monitor import switch
from alerts.monitor.boundary import dealt_with_ts
from alerts.monitor.look import Fault

log = structlog.get_logger(__name__)
# A strategy that failed is tried again this often, unless it is edited.
RETRY_AFTER = timedelta(seconds=60)


def is_resting(state: StrategyState) -> bool:
    has_failed = state.status == StrategyState.Status.FAILED
    return has_failed and timezone.now() - state.updated_at < RETRY_AFTER


def store_faults(faults: list[Fault]) -> None:
    """Say on the live states up to where these are told; in the transaction of the group."""
    for member, error in faults:
        StrategyState.objects.filter(pk=member.live.pk).update(
            status=StrategyState.Status.FAILED,
            error=_text(error),
            evaluated_until_ts=member.dealt_with_ts,
            monitored_since_ts=member.live.monitored_since_ts,
            updated_at=timezone.now(),
        )


def announce_faults(faults: list[Fault]) -> None:
    """To the log and to the owners' monitors, whose rows are locked before those of groups."""
    for member, error in faults:
        log.error("strategy_evaluation_failed", strategy=member.strategy.pk, exc_info=error)
        switch.record_error(member.live.user_id, member.strategy, _text(error), timezone.now())


def note_failure(
    state: StrategyState, error: Exception, group: EvaluationGroup | None = None
) -> None:
    """Record why a strategy could not be evaluated when nothing of its group is stored."""
    now = timezone.now()
    StrategyState.objects.filter(pk=state.pk).update(
        status=StrategyState.Status.FAILED,
        error=_text(error),
        evaluated_until_ts=dealt_with_ts(state, group),
        updated_at=now,
    )
    switch.record_error(state.user_id, state.strategy, _text(error), now)


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__
