"""A mail on its way: stored in the transaction that has something to say, sent by the worker."""

from django.db import models
from django.db.models import Q

from accounts.crypto import EncryptedTextField
from accounts.querysets import MailQuerySet


class Mail(models.Model):
    """Who it is for, and what became of it. Its text is kept only until it has been sent."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        REFUSED = "refused", "Refused by the mail server"
        EXPIRED = "expired", "Not sent in its time"

    recipients = models.TextField()
    subject = models.CharField(max_length=255)
    # It may hold a link that opens an account: encrypted, and emptied when the mail has ended.
    content = EncryptedTextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        db_table = "mails"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["due_at"], name="mail_due", condition=Q(state="waiting")),
            models.Index(fields=["ended_at"], name="mail_prune"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} ({self.state})"
