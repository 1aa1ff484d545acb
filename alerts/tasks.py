"""Entry points of the workers. Each may run twice or late: rows decide what is left to do."""

from datetime import timedelta

from django.utils import timezone

from alerts import replay_end
from alerts.drawing import compute as drawing
from alerts.drawing import queue as drawings
from alerts.models import Alert, EvaluationGroup
from alerts.monitor import sweep as sweeping
from alerts.monitor.evaluate import evaluate_series
from trader.work.turns import remove

KEEP_ALERTS = timedelta(days=365)


def evaluate(source: str, symbols: list[str], *_: object) -> int:
    """Bars of these symbols have closed.

    Tasks that an earlier release has queued also carry the market time, which nobody reads.
    """
    return evaluate_series(source, symbols)


def apply_monitor(user_id: int) -> None:
    """Bring a user's monitor to the state they asked for."""
    sweeping.settle(user_id)


def draw(drawing_id: int) -> None:
    """The lines of an alert whose page is looked at."""
    drawings.life.do(drawing_id, drawing.execute)


def sweep() -> int:
    """Find what lost hints and dead workers left."""
    drawings.life.sweep()
    n_alerts = sweeping.sweep()
    replay_end.settle_ended()
    return n_alerts


def prune() -> int:
    """Remove acknowledged alerts after a year, and state that belongs to no strategy."""
    # A group holds the memory of every indicator of its series.
    remove(EvaluationGroup.objects.unused(), 10)
    replay_end.prune_copies()
    return remove(Alert.objects.prunable(timezone.now() - KEEP_ALERTS))
