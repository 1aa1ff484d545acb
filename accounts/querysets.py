"""Which rows: keys that still open something, mail that is due."""

from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ApiKeyQuerySet(models.QuerySet[Any]):
    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(user_id=user.pk)

    def kept(self) -> Self:
        """Those their owner has not revoked, expired ones among them."""
        return self.filter(revoked_at__isnull=True)

    def usable(self) -> Self:
        # The database's clock: the query is built once and asked for as long as the process lives.
        lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
        return self.kept().filter(lasting, user__is_active=True)


class MailQuerySet(models.QuerySet[Any]):
    """Mail belongs to nobody: operators see it, requests don't."""

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def due(self, now: datetime) -> Self:
        """To be handed to the mail server now, and held by no worker that lives."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
        return self.waiting().filter(free, due_at__lte=now)
