"""The places of a user: so many sockets at once, over all web processes.

A place is a row with a lease, so what a dead process held is free again by itself.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

LEASE_S = 30


class SocketPlace(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    # The web process that has the socket.
    holder = models.CharField(max_length=36)
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "alerts"
        db_table = "socket_places"
        constraints = [
            models.UniqueConstraint(fields=["user", "number"], name="socket_place_once"),
        ]
        indexes = [models.Index(fields=["holder"], name="socket_place_holder")]

    def __str__(self) -> str:
        return f"socket {self.number} of user {self.user_id}"


def take(user_id: int, holder: str, most: int) -> int | None:
    """The id of a place, None when all are taken. Of two who ask at once one gets it."""
    rows = SocketPlace.objects.filter(user_id=user_id)
    rows.filter(expires_at__lte=timezone.now()).delete()
    taken = set(rows.values_list("number", flat=True))
    for number in (number for number in range(most) if number not in taken):
        try:
            with transaction.atomic():
                row = SocketPlace.objects.create(
                    user_id=user_id, number=number, holder=holder, expires_at=_lease()
                )
        except IntegrityError:
            continue  # Somebody was faster; perhaps the next one is free.
        return row.pk
    return None


def give_back(place_id: int, holder: str) -> None:
    SocketPlace.objects.filter(pk=place_id, holder=holder).delete()


def renew(holder: str) -> set[int]:
    """Go on holding the places of this process; which they still are."""
    rows = SocketPlace.objects.filter(holder=holder)
    rows.update(expires_at=_lease())
    return set(rows.values_list("pk", flat=True))


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=LEASE_S)
