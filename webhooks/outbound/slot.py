"""The sender's lease: one sender at a time, replaced within seconds when it dies."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from webhooks.models import SenderSlot

SLOT = 1
SLOT_LEASE = timedelta(seconds=4)


def take_slot(owner: str, now: datetime) -> bool:
    """Become the sender, unless another holds a lease that still runs."""
    free = Q(lease_until__lte=now) | Q(owner="") | Q(owner=owner)
    fields = {"owner": owner, "lease_until": now + SLOT_LEASE}
    if SenderSlot.objects.filter(free, number=SLOT).update(**fields):
        return True
    if SenderSlot.objects.filter(number=SLOT).exists():
        return False
    try:
        with transaction.atomic():
            SenderSlot.objects.create(number=SLOT, **fields)
    except IntegrityError:
        return False
    return True


def renew_slot(owner: str, now: datetime) -> bool:
    """False when another sender has taken over meanwhile."""
    mine = SenderSlot.objects.filter(number=SLOT, owner=owner)
    return bool(mine.update(lease_until=now + SLOT_LEASE))


def release_slot(owner: str, now: datetime) -> None:
    SenderSlot.objects.filter(number=SLOT, owner=owner).update(owner="", lease_until=now)


def is_taken(now: datetime) -> bool:
    return SenderSlot.objects.filter(number=SLOT, lease_until__gt=now).exclude(owner="").exists()
