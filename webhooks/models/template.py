"""Bodies with placeholders; the defaults are shared by everybody and read-only."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models

from webhooks.querysets import TemplateQuerySet

# The default that is right for every entry and exit, offered first.
ANY_EVENT = "tpl_default_any_event"


def new_template_id() -> str:
    return f"tpl_{secrets.token_hex(3)}"


class Template(models.Model):
    """`events` are those it is meant for, none for any; `event_bodies` holds the text of an event
    that has one of its own, `payload_template` that of all others."""

    id = models.CharField(primary_key=True, max_length=60, default=new_template_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="webhook_templates",
    )
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=60, blank=True, default="Custom")
    is_default = models.BooleanField(default=False)
    payload_template = models.TextField(blank=True)
    event_bodies = models.JSONField(default=dict, blank=True)
    events = models.JSONField(default=list, blank=True)
    # What a preset knows of its receiver; see the fields of the same name of an endpoint.
    exit_cannot_open = models.BooleanField(default=False)
    flat_answers = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        db_table = "webhook_templates"
        ordering = ["-is_default", "category", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="webhook_template_owner",
                condition=models.Q(is_default=True, user__isnull=True)
                | models.Q(is_default=False, user__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The six digits of an id run into each other now and then: a new row gets free ones."""
        while self._state.adding and self.user_id and Template.objects.filter(pk=self.pk).exists():
            self.id = new_template_id()
        super().save(*args, **kwargs)

    def body_text(self, event_type: str) -> str:
        """The text that is filled in for an event; empty means the default message."""
        own: str = self.event_bodies.get(event_type, "")
        return own or self.payload_template

    @property
    def first_text(self) -> str:
        """What a list shows of it: the text for all events, else the first one there is."""
        return next(filter(None, (self.payload_template, *self.event_bodies.values())), "")
