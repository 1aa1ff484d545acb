"""Rows of strategies: locked, filled from a checked record, stored, named."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts import events
from accounts.models import User
from strategies.checking import CheckedRecord
from strategies.models import PackUse, Strategy
from strategies.record.sameness import fingerprint, split
from strategies.record.shape import Unread


@contextmanager
def changing() -> Iterator[None]:
    """One transaction whose news are written, and so counted, after all other rows."""
    with transaction.atomic(), events.written_last():
        yield


def lock(strategy: Strategy) -> Strategy:
    row: Strategy = Strategy.objects.select_for_update(no_key=True).get(pk=strategy.pk)
    return row


def lay_on(strategy: Strategy, record: Unread) -> None:
    """Columns and configuration of the row; the caller stores it."""
    columns, config = split(record)
    for name, value in columns.items():
        setattr(strategy, name, value)
    strategy.config = config


def store(strategy: Strategy, checked: CheckedRecord) -> None:
    """Save the row with what recognises its results, and which packs it reads."""
    strategy.fingerprint = fingerprint(checked.record, checked.used_packs, strategy.window_start_ts)
    is_new = strategy.pk is None
    strategy.save()
    used = {str(pack["id"]) for pack in checked.used_packs}
    if not is_new:
        strategy.pack_uses.exclude(pack_id__in=used).delete()
    PackUse.objects.bulk_create(
        [PackUse(strategy=strategy, pack_id=pack_id) for pack_id in sorted(used)],
        ignore_conflicts=True,
    )


def next_name(user: User, strategy: Strategy) -> str:
    number = Strategy.objects.for_user(user).listed().count() + 1
    return f"{strategy.symbol} {strategy.direction} - {number}"


def copy_name(name: str) -> str:
    return suffixed(name, " (Copy)")


def suffixed(name: str, suffix: str) -> str:
    """The name with a suffix, cut to what the column holds."""
    limit = Strategy._meta.get_field("name").max_length or 120
    return name[: limit - len(suffix)] + suffix
