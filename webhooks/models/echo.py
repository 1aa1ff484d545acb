"""What the development receiver was sent."""

import secrets

from django.conf import settings
from django.db import models

from accounts.ownership import OwnedQuerySet
from webhooks.models.endpoint import Endpoint


def new_token() -> str:
    return secrets.token_urlsafe(18)


class EchoHook(models.Model):
    """One receiving address per user; the token in it is the only way in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="echo_hook"
    )
    token = models.CharField(max_length=40, unique=True, default=new_token)
    endpoint = models.OneToOneField(
        Endpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="echo_hook"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        db_table = "webhook_echo_hooks"

    def __str__(self) -> str:
        return f"Echo hook {self.pk}"


class EchoMessage(models.Model):
    hook = models.ForeignKey(EchoHook, on_delete=models.CASCADE, related_name="messages")
    message_id = models.CharField(max_length=64, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    sequence = models.BigIntegerField(default=0)
    is_verified = models.BooleanField(default=False)
    problem = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "webhook_echo_messages"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.message_id
