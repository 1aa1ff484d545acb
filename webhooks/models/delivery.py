"""One message on its way to one endpoint, and each try to get it there."""

import uuid

from django.conf import settings
from django.db import models

from webhooks.models.endpoint import Endpoint
from webhooks.models.lane import Lane
from webhooks.profiles import MAX_NAME_LENGTH, PROFILES, choices
from webhooks.querysets import (
    OPEN_STATES,
    RESENDABLE_STATES,
    SETTLEABLE_STATES,
    SINGLY_RESENDABLE_STATES,
    DeliveryQuerySet,
)


class Delivery(models.Model):
    """`code` and, once it was on the wire, `body` never change: a repeat carries both again.

    `next_attempt_at` is the one column a sender looks at: when the row is due, or, while it is
    in flight, when its lease ends.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        SENDING = "sending", "Sending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"
        SKIPPED = "skipped", "Skipped"
        # Waits for its owner to send or to drop it.
        HELD = "held", "Held"
        DROPPED = "dropped", "Dropped"
        # An entry that was not accepted before its exit was decided.
        SUPERSEDED = "superseded", "Superseded"
        # An entry that waited for an exit which did not arrive.
        BLOCKED = "blocked", "Blocked"
        # An exit whose entry surely opened nothing.
        NOTHING_TO_CLOSE = "nothing_to_close", "Nothing to close"

    class EntryState(models.TextChoices):
        """What became of the entry of an exit's position, at this endpoint."""

        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"
        NOT_SENT = "not-sent", "not sent"
        UNKNOWN = "unknown", "unknown"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message_code = models.UUIDField()
    sequence = models.BigIntegerField()
    event_type = models.CharField(max_length=30)
    subject = models.CharField(max_length=80, blank=True)
    # Empty for what waits for no other message: tests, records, what concerns no strategy.
    lane = models.ForeignKey(
        Lane, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    # Shared by an entry and its exits; opaque.
    position = models.CharField(max_length=120, blank=True, default="")
    # Of an exit, from its first try on.
    entry_state = models.CharField(
        max_length=10, choices=EntryState.choices, blank=True, default=""
    )
    # When the owner said that the position of this exit is closed.
    settled_at = models.DateTimeField(null=True, blank=True)
    summary = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    is_fallback_body = models.BooleanField(default=False)

    is_test = models.BooleanField(default=False)
    is_exit = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)
    is_replayed = models.BooleanField(default=False)
    profile = models.CharField(max_length=MAX_NAME_LENGTH, choices=choices)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=300, blank=True, default="")
    n_attempts = models.PositiveIntegerField(default=0)
    n_client_errors = models.PositiveIntegerField(default=0)
    first_due_at = models.DateTimeField()
    n_attempts_before = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=32, blank=True, default="")
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # For pages and the API: filled in by `outbound.waits.describe`.
    waits_for = ""

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        db_table = "webhook_deliveries"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["message_code", "endpoint"], name="webhook_delivery_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="webhook_delivery_due",
                # What is closed has none. Put so that SQLite, too, finds its way by it.
                condition=models.Q(next_attempt_at__isnull=False),
            ),
            # Whose turn it is within a lane.
            models.Index(fields=["lane", "state", "sequence"], name="webhook_delivery_lane"),
            # From an exit to its entry, and back.
            models.Index(fields=["position", "endpoint"], name="webhook_delivery_position"),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_log"),
            models.Index(fields=["user", "-id"], name="webhook_delivery_user_log"),
            models.Index(fields=["created_at"], name="webhook_delivery_prune"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_entry(self) -> bool:
        return self.event_type.startswith("entry")

    @property
    def is_held(self) -> bool:
        return self.state == self.State.HELD

    @property
    def is_resendable(self) -> bool:
        """One by one; whole ranges leave some of these alone."""
        if self.is_test:
            return False
        if self.state == self.State.DELIVERED:
            # Told to a record twice it does no harm; a bot that trades might fill it twice.
            return not PROFILES[self.profile].is_in_sequence
        return self.state in SINGLY_RESENDABLE_STATES

    @property
    def is_settleable(self) -> bool:
        """An exit of which the owner may say: that position is closed."""
        is_open_question = self.state in SETTLEABLE_STATES and self.settled_at is None
        return self.is_exit and self.lane_id is not None and is_open_question

    @property
    def needs_confirmation(self) -> bool:
        """A stale message: whoever sends it again must say so.

        An entry opens a position the strategy no longer has in mind; an exit whose session is
        over may close one that was opened since.
        """
        is_stale = self.is_entry or self.state not in RESENDABLE_STATES
        return (is_stale or self.state == self.State.EXPIRED) and PROFILES[self.profile].has_ttl

    @property
    def n_attempts_in_schedule(self) -> int:
        """Tries since the row was first due or last sent again by hand."""
        return self.n_attempts - self.n_attempts_before


class Attempt(models.Model):
    """Stored when it starts, so that a try cut short by a dead process is seen as such."""

    class Outcome(models.TextChoices):
        SENDING = "sending", "Sending"
        SUCCESS = "success", "Accepted"
        FAILURE = "failure", "Failed"
        INTERRUPTED = "interrupted", "Outcome unknown"
        # It ended before anything was dialled: no receiver can have acted on it.
        UNSENT = "unsent", "Nothing was sent"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.SENDING)
    started_at = models.DateTimeField()
    queue_ms = models.FloatField(default=0)
    dns_ms = models.FloatField(null=True, blank=True)
    connect_ms = models.FloatField(null=True, blank=True)
    first_byte_ms = models.FloatField(null=True, blank=True)
    total_ms = models.FloatField(null=True, blank=True)
    address = models.CharField(max_length=45, blank=True, default="")
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.TextField(blank=True, default="")
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        db_table = "webhook_attempts"
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="webhook_attempt_once"),
        ]
        indexes = [
            models.Index(fields=["endpoint", "started_at"], name="webhook_attempt_window"),
            models.Index(fields=["started_at"], name="webhook_attempt_prune"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}"
