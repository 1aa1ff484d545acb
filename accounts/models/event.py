"""What happened to a user, in a gap-free sequence; the socket replays it."""

from django.conf import settings
from django.db import models

from trader.work.instants import iso


class EventCounter(models.Model):
    """The highest sequence number of a user; its row lock orders concurrent writers."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    top_seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "user_event_counters"

    def __str__(self) -> str:
        return f"user {self.user_id} at {self.top_seq}"


class UserEvent(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="events"
    )
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "user_events"
        constraints = [
            models.UniqueConstraint(fields=["user", "seq"], name="user_event_seq_once"),
        ]
        indexes = [models.Index(fields=["at"], name="user_event_prune")]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"

    def as_message(self) -> dict[str, object]:
        """The form in which browsers receive it."""
        return {
            "seq": self.seq,
            "type": self.type,
            "at": iso(self.at),
            "data": self.data,
        }
