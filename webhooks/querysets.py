"""Which rows: what a user may see, what is due, what may go out again."""

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from accounts.ownership import OwnedQuerySet

OPEN_STATES = ("pending", "sending")
RESENDABLE_STATES = ("failed", "expired", "skipped")


class EndpointQuerySet(OwnedQuerySet):
    pass


class TemplateQuerySet(OwnedQuerySet):
    def for_user(self, user: User | AnonymousUser) -> Self:
        """The user's own templates and the shared defaults."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user_id=user.pk) | Q(user__isnull=True))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.for_user(user).filter(user__isnull=False)


class DeliveryQuerySet(OwnedQuerySet):
    def due(self, now: datetime) -> Self:
        """Waiting rows whose time has come, and rows in flight whose lease ran out."""
        return self.filter(state__in=OPEN_STATES, next_attempt_at__lte=now)

    def sendable(self, now: datetime) -> Self:
        """Due rows whose endpoint takes a request now: breaker closed, rate not used up."""
        free = (
            Q(endpoint__circuit_open_until__isnull=True) | Q(endpoint__circuit_open_until__lte=now)
        ) & (Q(endpoint__next_send_at__isnull=True) | Q(endpoint__next_send_at__lte=now))
        return self.due(now).filter(free | Q(is_test=True) | Q(deadline__lte=now))

    def resendable(self) -> Self:
        return self.filter(state__in=RESENDABLE_STATES, is_test=False)

    def in_flight(self, now: datetime) -> Self:
        return self.filter(state="sending", next_attempt_at__gt=now)
