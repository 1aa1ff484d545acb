"""Who sends: one task at a time holds the slot, so limits per endpoint need no negotiation."""

from django.db import models


class SenderSlot(models.Model):
    """A lease of a few seconds; its holder polls for due rows and renews it while it runs."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    owner = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField()

    class Meta:
        db_table = "webhook_sender_slots"

    def __str__(self) -> str:
        return f"Slot {self.number}"
