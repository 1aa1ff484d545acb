"""Bodies with placeholders; six defaults are shared by everybody and read-only."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models

from webhooks.querysets import TemplateQuerySet


def new_template_id() -> str:
    return f"tpl_{secrets.token_hex(3)}"


class Template(models.Model):
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
    payload_template = models.TextField()
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
