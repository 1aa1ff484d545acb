"""Which rows: keys that still open something."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models


class ApiKeyQuerySet(models.QuerySet[Any]):
    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(user_id=user.pk)

    def usable(self) -> Self:
        return self.filter(revoked_at__isnull=True, user__is_active=True)
