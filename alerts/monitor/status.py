"""What the frame of every page says about the monitor and about unread alerts."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from alerts.models import Alert, Monitor

LABELS = {
    "running": "Monitor running",
    "starting": "Monitor starting",
    "stopping": "Monitor stopping",
    "stopped": "Monitor stopped",
    "not_responding": "Monitor not responding",
}
EXPLANATIONS = {
    "running": "Closed bars of your monitored strategies are evaluated as they arrive.",
    "starting": "History is being replayed; entries and exits from now on raise alerts.",
    "stopping": "The last evaluation is being finished.",
    "stopped": "Nothing is evaluated and no alert is raised.",
    "not_responding": "No worker has been heard of lately. Alerts may come late; none is lost.",
}
MAX_COUNTED = 999


@dataclass(frozen=True)
class MonitorState:
    """`code` is what is really going on, `is_wanted` what the user asked for."""

    code: str
    is_wanted: bool
    n_strategies: int
    heartbeat_at: datetime | None = None
    started_at: datetime | None = None
    n_errors: int = 0

    @property
    def label(self) -> str:
        return LABELS[self.code]

    @property
    def explanation(self) -> str:
        return EXPLANATIONS[self.code]

    @property
    def is_settled(self) -> bool:
        return self.code in ("running", "stopped")


def monitor_state(user: User) -> MonitorState:
    """One query; a user without a row has never started the monitor."""
    row: Monitor | None = next(iter(Monitor.objects.for_user(user).order_by()), None)
    if row is None:
        return MonitorState("stopped", False, 0)
    return MonitorState(
        code=row.honest_state(timezone.now()),
        is_wanted=row.desired_state == Monitor.State.RUNNING,
        n_strategies=row.strategies_monitored,
        heartbeat_at=row.heartbeat_at,
        started_at=row.started_at,
        n_errors=len(row.errors),
    )


def unread_alerts(user: User) -> int:
    """How many alerts wait to be acknowledged, counted up to `MAX_COUNTED`."""
    unread = Alert.objects.for_user(user).unread().order_by()[:MAX_COUNTED]
    return int(unread.count())
