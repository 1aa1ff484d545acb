"""The messages of one strategy to one endpoint: they leave in their order, one at a time."""

from django.db import models

from webhooks.models.endpoint import Endpoint


class Lane(models.Model):
    """Its row is locked by whoever stores a message in it and by whoever claims one, so that a
    sender never overlooks a message that is just being stored.

    `blocked_by` is the exit that did not arrive although its position may be open: no entry
    leaves until that exit is accepted or the owner says that the position is closed.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="lanes")
    subject = models.CharField(max_length=80)
    blocked_by = models.OneToOneField(
        "webhooks.Delivery",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="blocked_lane",
    )
    blocked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "webhook_lanes"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "subject"], name="webhook_lane_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.endpoint_id}"
