"""Drawings as work: asked for when the chart of an alert is looked at, and kept.

Only rows are touched here, so web requests may import it. The computation is in `compute`.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from alerts.models import Alert, AlertDrawing
from market.errors import BarsError
from strategies.engine.errors import StrategyError
from trader.work.life import MAX_ATTEMPTS, Life, News
from trader.work.limits import PerUser

# Newer bars on the chart, or a fault, are not asked about again sooner.
REST = timedelta(seconds=10)


class DrawingError(Exception):
    """The lines of an alert can't be drawn any more; the text says why."""


life = Life(
    AlertDrawing,
    name="alert drawing",
    task="alerts.tasks.draw",
    limit=PerUser(1),
    gave_up=(f"The worker stopped {MAX_ATTEMPTS} times while it drew them, so they were given up."),
    unexpected=lambda row: f"An unexpected error, noted under drawing {row.pk}, kept them out.",
    faults=(DrawingError, BarsError, StrategyError),
    news=News("drawing.progress", "drawing.finished"),
)


def ask(alert: Alert, last_ts: int) -> AlertDrawing:
    """The drawing of an alert over bars up to `last_ts`; begun when it is not there yet."""
    found: AlertDrawing | None = AlertDrawing.objects.filter(alert=alert).first()
    if found is not None and not _is_due(found, last_ts):
        return found
    with transaction.atomic():
        # Who opens the page twice asks once.
        Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
        found = AlertDrawing.objects.select_for_update(no_key=True).filter(alert=alert).first()
        if found is not None and not _is_due(found, last_ts):
            kept: AlertDrawing = found
            return kept
        return life.queue(found or AlertDrawing(alert=alert, user_id=alert.user_id))


def _is_due(drawing: AlertDrawing, last_ts: int) -> bool:
    """Whether it has to be drawn anew: it failed, or the chart has bars it has not."""
    if drawing.finished_at is None or timezone.now() - drawing.finished_at < REST:
        return False
    lines = drawing.lines
    return lines is None or lines["starts"][-1:] != [last_ts]
