"""Who may see which rows: the one way from a request to a queryset."""

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models.user import User


class AuthenticatedRequest(HttpRequest):
    """A request behind `login_required`: its user is a real one."""

    user: User
    htmx: HtmxDetails


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows with a `user` column. Rooms derive from it and start every query at `for_user`."""

    def for_user(self, user: User | AnonymousUser) -> Self:
        """Only this user's rows; none for an anonymous visitor."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user_id=user.pk)
