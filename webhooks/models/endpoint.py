"""An address that receives a user's messages, how it is spoken to and how it has been doing."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.crypto import EncryptedTextField, Unreadable
from webhooks.events import all_events
from webhooks.models.template import Template
from webhooks.profiles import MAX_NAME_LENGTH, ORDER, PROFILES, choices
from webhooks.querysets import EndpointQuerySet
from webhooks.signing import OldSecret, new_secret

DEFAULT_LATE_SECONDS, MAX_LATE_SECONDS = 10, 3600
MIN_TTL_SECONDS, MAX_TTL_SECONDS = 10, 3600
MAX_RATE_PER_SECOND = 50
FAILING_AFTER = 3
OFF_BY_OWNER = "switched off by you"


class FlatAnswer(TypedDict):
    """An answer that means: there is no position. `text` is somewhere in the body, any case."""

    status: int
    text: str


class Endpoint(models.Model):
    class Circuit(models.TextChoices):
        CLOSED = "closed", "Closed"
        OPEN = "open", "Open"
        HALF_OPEN = "half_open", "Half open"

    class StopsAt(models.TextChoices):
        """Who closes a position at its stop or target, where an entry carries both."""

        RECEIVER = "receiver", "At the receiver"
        HERE = "here", "Here"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhook_endpoints"
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    # Encrypted, since with many receivers the address itself is the credential.
    url = EncryptedTextField()
    secret = EncryptedTextField(default=new_secret)
    old_secrets_json = EncryptedTextField(blank=True, default="")
    extra_headers_json = EncryptedTextField(blank=True, default="")

    profile = models.CharField(max_length=MAX_NAME_LENGTH, choices=choices, default=ORDER)
    ttl_seconds = models.PositiveIntegerField(
        default=300,
        validators=[MinValueValidator(MIN_TTL_SECONDS), MaxValueValidator(MAX_TTL_SECONDS)],
    )
    events = models.JSONField(default=all_events)
    subjects = models.JSONField(default=list, blank=True)
    template = models.ForeignKey(
        Template, null=True, blank=True, on_delete=models.PROTECT, related_name="endpoints"
    )
    payload_template = models.TextField(blank=True, default="")
    # By event: the text of one that differs from the others.
    event_bodies = models.JSONField(default=dict, blank=True)
    stops_at = models.CharField(max_length=8, choices=StopsAt.choices, default=StopsAt.RECEIVER)
    rate_per_second = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(MAX_RATE_PER_SECOND)]
    )
    next_send_at = models.DateTimeField(null=True, blank=True)
    late_after_seconds = models.PositiveIntegerField(
        default=DEFAULT_LATE_SECONDS,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_LATE_SECONDS)],
    )

    # What its answers mean. A 2xx is an acceptance; with a path, only when the JSON says so too.
    success_path = models.CharField(max_length=100, blank=True, default="")
    success_value = models.CharField(max_length=100, blank=True, default="true")
    # `FlatAnswer`s: an exit answered so has nothing left to close.
    flat_answers = models.JSONField(default=list, blank=True)
    # Its exit closes what is open and can never open the opposite.
    exit_cannot_open = models.BooleanField(default=False)
    # Quote currency; an entry worth more waits for its owner.
    max_entry_notional = models.DecimalField(
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )

    is_enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True, default="")
    disabled_at = models.DateTimeField(null=True, blank=True)

    circuit_state = models.CharField(max_length=10, choices=Circuit.choices, default=Circuit.CLOSED)
    circuit_open_until = models.DateTimeField(null=True, blank=True)
    circuit_notified_at = models.DateTimeField(null=True, blank=True)
    n_failures_in_row = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    n_delivered = models.PositiveBigIntegerField(default=0)
    n_failed_attempts = models.PositiveBigIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        db_table = "webhook_endpoints"
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["user", "name"], name="webhook_endpoint_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_readable(self) -> bool:
        """False when the key that encrypted it is no longer among those of the deployment."""
        texts = (self.url, self.secret, self.old_secrets_json, self.extra_headers_json)
        return not any(isinstance(text, Unreadable) for text in texts)

    @property
    def host(self) -> str:
        """What may be logged and listed; the rest of the address can hold a credential."""
        parts = urlsplit(self.url)
        return parts.netloc.rpartition("@")[2]

    def body_text(self, event_type: str) -> str:
        """What is filled in for an event: its own text first, then the text for all, then that of
        the chosen template; empty means the default message."""
        own: str = self.event_bodies.get(event_type, "") or self.payload_template
        if own.strip() or self.template is None:
            return own.strip() and own
        return self.template.body_text(event_type)

    def is_exit_safe(self, event_type: str) -> bool:
        """Whether an exit for a position that does not exist does no harm: the owner says so, the
        template in force does, or it is the default message, which people read."""
        preset = self.preset(event_type)
        is_safe = self.exit_cannot_open or (preset is not None and preset.exit_cannot_open)
        return is_safe or not self.body_text(event_type)

    def known_flat_answers(self, event_type: str) -> list[FlatAnswer]:
        """Those of the owner and those of the template in force."""
        preset = self.preset(event_type)
        return [*self.flat_answers, *(preset.flat_answers if preset else [])]

    def preset(self, event_type: str) -> Template | None:
        """The template an event is filled into; text of one's own says nothing of the receiver."""
        own = self.event_bodies.get(event_type, "") or self.payload_template
        return None if own.strip() else self.template

    @property
    def extra_headers(self) -> dict[str, str]:
        return dict(json.loads(self.extra_headers_json)) if self.extra_headers_json else {}

    @extra_headers.setter
    def extra_headers(self, headers: dict[str, str]) -> None:
        self.extra_headers_json = json.dumps(headers) if headers else ""

    def save_settings(self, names: Iterable[str]) -> None:
        """Store these fields only; health, secrets and the switch are written by others."""
        columns = {"extra_headers_json" if one == "extra_headers" else one for one in names}
        self.save(update_fields=[*columns, "updated_at"])

    @property
    def old_secrets(self) -> list[OldSecret]:
        return list(json.loads(self.old_secrets_json)) if self.old_secrets_json else []

    @old_secrets.setter
    def old_secrets(self, secrets: list[OldSecret]) -> None:
        self.old_secrets_json = json.dumps(secrets) if secrets else ""

    def live_secrets(self, now: datetime) -> list[str]:
        """The secrets to sign with, newest first."""
        old = [row["secret"] for row in self.old_secrets if row["valid_until"] > now.isoformat()]
        return [self.secret, *old]

    def accepts(self, event_type: str, subject: str) -> bool:
        return event_type in self.events and (not self.subjects or subject in self.subjects)

    @property
    def has_ttl(self) -> bool:
        return PROFILES[self.profile].has_ttl

    @property
    def send_interval(self) -> timedelta:
        return timedelta(seconds=1 / self.rate_per_second)

    @property
    def health(self) -> str:
        """disabled, open, failing, healthy, unaccepted (tried, never with success) or unused."""
        if not self.is_enabled:
            return "disabled"
        if self.circuit_state != self.Circuit.CLOSED:
            return "open"
        if self.n_failures_in_row >= FAILING_AFTER:
            return "failing"
        if self.last_success_at:
            return "healthy"
        return "unaccepted" if self.last_failure_at else "unused"

    @property
    def is_in_trouble(self) -> bool:
        """Whether its owner has to look: failing, paused, unreadable, switched off by itself."""
        if not self.is_enabled:
            return self.disabled_reason != OFF_BY_OWNER
        return self.health in ("open", "failing") or not self.is_readable


class EndpointSequence(models.Model):
    """The last sequence number given out. Apart from the endpoint, so that whoever stores
    messages and whoever records results never wait for each other's row."""

    endpoint = models.OneToOneField(
        Endpoint, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    top = models.BigIntegerField(default=0)

    class Meta:
        db_table = "webhook_endpoint_sequences"

    def __str__(self) -> str:
        return str(self.top)
