"""The per-user switch of live evaluation: what the user wants and what is really going on."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from alerts.models.documents import MonitorError, MonitorStatus
from alerts.querysets import MonitorQuerySet
from trader.work.instants import iso

HEARTBEAT_INTERVAL = timedelta(seconds=10)
# Older than this many intervals, a heartbeat proves nothing any more.
MISSED_HEARTBEATS = 3
MAX_ERRORS = 50


class Monitor(models.Model):
    class State(models.TextChoices):
        STOPPED = "stopped", "Stopped"
        RUNNING = "running", "Running"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="monitor"
    )
    desired_state = models.CharField(max_length=10, choices=State.choices, default=State.STOPPED)
    actual_state = models.CharField(max_length=10, choices=State.choices, default=State.STOPPED)
    requested_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    strategies_monitored = models.PositiveIntegerField(default=0)
    last_poll_at = models.DateTimeField(null=True, blank=True)
    last_poll_duration_ms = models.FloatField(null=True, blank=True)
    # `MonitorError`s, newest last, at most MAX_ERRORS.
    errors = models.JSONField(default=list, blank=True)

    objects = MonitorQuerySet.as_manager()

    class Meta:
        db_table = "monitor_status"
        indexes = [
            # The sweep: whose wish has not come true yet.
            models.Index(fields=["desired_state", "actual_state"], name="monitor_wish"),
        ]

    def __str__(self) -> str:
        return f"monitor of user {self.user_id}: {self.desired_state}"

    def add_error(self, entry: MonitorError) -> None:
        """Append; the same error of the same strategy is kept once, with its newest time."""
        what = entry["strategy_id"], entry["error"]
        others = [one for one in self.errors if (one.get("strategy_id"), one.get("error")) != what]
        self.errors = [*others, entry][-MAX_ERRORS:]

    def is_alive(self, now: datetime) -> bool:
        """Whether the workers have been heard of lately."""
        limit = MISSED_HEARTBEATS * HEARTBEAT_INTERVAL
        return self.heartbeat_at is not None and now - self.heartbeat_at <= limit

    def honest_state(self, now: datetime) -> str:
        """One of running, starting, stopping, stopped, not_responding."""
        if self.desired_state != self.actual_state:
            waited = now - (self.requested_at or now)
            if waited > MISSED_HEARTBEATS * HEARTBEAT_INTERVAL:
                return "not_responding"
            return "starting" if self.desired_state == self.State.RUNNING else "stopping"
        if self.actual_state == self.State.STOPPED:
            return "stopped"
        return "running" if self.is_alive(now) else "not_responding"

    def as_status(self, now: datetime) -> MonitorStatus:
        """The status document of the API and of `monitor.status` events."""
        return {
            "state": self.honest_state(now),
            "desired_state": self.desired_state,
            "running": self.actual_state == self.State.RUNNING,
            "last_heartbeat": _text(self.heartbeat_at),
            "started_at": _text(self.started_at),
            "last_poll": _text(self.last_poll_at),
            "last_poll_duration_ms": self.last_poll_duration_ms,
            "strategies_monitored": self.strategies_monitored,
            "errors": self.errors,
        }


def _text(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
