"""The versions of a strategy: a row for each save that changed something, in its transaction."""

from collections.abc import Iterable

from django.utils import timezone

from strategies.models import Strategy, StrategyVersion
from strategies.models.version import PACK
from strategies.record import keys
from strategies.record.sameness import pack_fingerprint
from strategies.record.shape import PackRecord, Unread
from strategies.record.spelling import canonical

Kind = StrategyVersion.Kind
# What follows from other keys, and is told with them.
_DERIVED = ("entry_trigger_name", "exit_trigger_names", "packs")


def changed_keys(old: Unread, new: Unread) -> list[str]:
    """Keys that say something else, those that decide trades first."""
    before, after = keys.complete(old), keys.complete(new)
    names = dict.fromkeys([*keys.DECIDING_FIELDS, *keys.DEFAULTS, *sorted({*before, *after})])
    return [
        name
        for name in names
        if name not in _DERIVED and canonical(before.get(name)) != canonical(after.get(name))
    ]


def changed_packs(old: Iterable[PackRecord], new: Iterable[PackRecord]) -> list[str]:
    """Packs that both read, with other parameters now."""
    before = {str(pack["id"]): pack_fingerprint(pack) for pack in old}
    return [
        f"{PACK}{pack['id']}"
        for pack in new
        if before.get(str(pack["id"]), pack_fingerprint(pack)) != pack_fingerprint(pack)
    ]


def begin(strategy: Strategy, packs: list[PackRecord], now_ts: int) -> None:
    """The first one, of a strategy that has just been stored."""
    _write(strategy, Kind.NEW, packs, [], now_ts)


def add(strategy: Strategy, kind: Kind, packs: list[PackRecord], now_ts: int) -> None:
    """One more, of a strategy that has just been stored, if it says anything new."""
    latest = StrategyVersion.objects.filter(strategy=strategy).order_by("-number").first()
    changed: list[str] = []
    if latest is not None:
        changed = changed_keys(latest.record, strategy.as_record())
        changed += changed_packs(latest.pack_records, packs)
        if latest.fingerprint != strategy.fingerprint:
            _pin(strategy, latest.fingerprint)
        elif not changed:
            return
    _write(strategy, kind, packs, changed, now_ts)


def _pin(strategy: Strategy, fingerprint: str) -> None:
    """The result that is shown stays with the versions it belongs to, before it goes on."""
    shown = {"strategy__current_run__fingerprint": fingerprint}
    mine = StrategyVersion.objects.filter(strategy=strategy, run=None, fingerprint=fingerprint)
    mine.filter(**shown).update(run=strategy.current_run_id)


def _write(
    strategy: Strategy, kind: Kind, packs: list[PackRecord], changed: list[str], now_ts: int
) -> None:
    StrategyVersion.objects.create(
        user_id=strategy.user_id,
        author_id=strategy.user_id,
        strategy=strategy,
        number=strategy.version,
        kind=kind,
        record=strategy.as_record(),
        packs=packs,
        changed=changed,
        fingerprint=strategy.fingerprint,
        market_ts=now_ts,
        created_at=timezone.now(),
    )
