"""Which rows: what a user may see, what is due, what may go out again."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.ownership import OwnedQuerySet

# No lease ends later; so what is tried much later need not be looked at.
LONGEST_LEASE = timedelta(minutes=1)
OPEN_STATES = ("pending", "sending", "held")
# What is due or under way, and so makes later messages of its lane wait.
QUEUED_STATES = ("pending", "sending")
RESENDABLE_STATES = ("failed", "expired", "skipped")
# To send one of the last four again is a decision about one message, never about a range.
SINGLY_RESENDABLE_STATES = (
    *RESENDABLE_STATES, "superseded", "blocked", "nothing_to_close", "dropped",
)  # fmt: skip
# An exit in one of these may still have a position to close.
SETTLEABLE_STATES = (*QUEUED_STATES, *RESENDABLE_STATES)


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
        """Due rows whose endpoint takes a request now (breaker closed, rate not used up) and
        whose turn it is; and whatever is to be closed."""
        free = (
            Q(endpoint__circuit_open_until__isnull=True) | Q(endpoint__circuit_open_until__lte=now)
        ) & (Q(endpoint__next_send_at__isnull=True) | Q(endpoint__next_send_at__lte=now))
        return self.due(now).filter(
            (free & self._turn(now)) | Q(is_test=True) | Q(deadline__lte=now)
        )

    def at_turn(self, now: datetime) -> Self:
        """Rows that wait for no other message of their lane, and whatever is to be closed."""
        return self.filter(self._turn(now) | Q(deadline__lte=now))

    def _turn(self, now: datetime) -> Q:
        is_first = ~_held_back_by_a_block() & Q(~Exists(self._ahead(now)))
        return Q(lane__isnull=True) | is_first

    def _ahead(self, now: datetime) -> Self:
        """The messages of its lane that a row waits for: those before it, and one under way.

        Entries that a block holds back stand in nobody's way, nor does what waits for its owner.
        """
        rows: Self = self.model._default_manager.filter(
            lane=OuterRef("lane"), state__in=QUEUED_STATES
        )
        before = Q(sequence__lt=OuterRef("sequence")) & ~_held_back_by_a_block()
        under_way = Q(state="sending", next_attempt_at__gt=now)
        return rows.filter(before | under_way).exclude(pk=OuterRef("pk"))

    def held(self) -> Self:
        """What waits for its owner. It has an end, so it is found among the open ones."""
        return self.filter(state="held", next_attempt_at__isnull=False)

    def resendable(self) -> Self:
        return self.filter(state__in=RESENDABLE_STATES, is_test=False)

    def in_flight(self, now: datetime) -> Self:
        soon = now + LONGEST_LEASE
        return self.filter(state="sending", next_attempt_at__gt=now, next_attempt_at__lte=soon)


def _held_back_by_a_block() -> Q:
    return Q(state="pending", is_exit=False, lane__blocked_by__isnull=False)
