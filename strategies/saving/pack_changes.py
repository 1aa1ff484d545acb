"""Changes of packs that strategies use: named first, then carried out with all they reset."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import Count

from accounts.models import User
from strategies import hooks
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack, PackUse, Strategy
from strategies.packs.library import PackError, lay_on
from strategies.packs.parameters import clean_pack
from strategies.record.sameness import pack_fingerprint
from strategies.record.shape import Unread
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.forward_tests import reset_for_pack
from trader.work.plural import counted


class PackChange(NamedTuple):
    """A stored edit and the strategies whose forward test it began anew."""

    pack: Pack
    reset: list[Strategy]


class PackConflictError(PackError):
    """The pack was saved elsewhere since the form was opened; `pack` is the one stored."""

    def __init__(self, pack: Pack) -> None:
        super().__init__("", "This pack was changed elsewhere since the page was opened.")
        self.pack = pack


def strategies_using(pack: Pack) -> list[Strategy]:
    return list(Strategy.objects.for_user(pack.user).using_pack(pack.pack_id).order_by("name"))


def use_counts(user: User) -> dict[str, int]:
    """How many of the user's strategies read each pack, by pack id."""
    uses = PackUse.objects.filter(strategy__user=user).values_list("pack_id")
    return dict(uses.annotate(n=Count("pk")).order_by())


class Impact(NamedTuple):
    """What other parameters of a pack would begin anew: strategies, and their forward tests."""

    strategies: list[Strategy]

    @property
    def forward_tests(self) -> list[Strategy]:
        return [one for one in self.strategies if one.forward_test_since is not None]

    @property
    def monitored(self) -> list[Strategy]:
        return [one for one in self.strategies if one.alert_tracking_enabled]

    @property
    def text(self) -> str:
        """`3 strategies, 1 forward test, 1 of them monitored`; empty where nothing reads it."""
        if not self.strategies:
            return ""
        parts = [counted(len(self.strategies), "strategy", "strategies")]
        if self.forward_tests:
            parts.append(counted(len(self.forward_tests), "forward test"))
        if self.monitored:
            parts.append(f"{len(self.monitored):,} monitored")
        return ", ".join(parts)


def impact_of(pack: Pack) -> Impact:
    """Asked before anything is changed. Presets are copied by strategies: they touch none."""
    return Impact(strategies_using(pack))


def would_change(pack: Pack, parameters: Unread) -> bool:
    """Whether these parameters compute something else. Raises ParameterError."""
    cleaned = clean_pack(TEMPLATES[pack.base_template], {**pack.parameters, **parameters})
    record = pack.as_record()
    return pack_fingerprint({**record, "parameters": cleaned}) != pack_fingerprint(record)


def edit_pack(pack: Pack, changes: Unread, *, revision: int, confirmed: bool = False) -> PackChange:
    """Store new parameters, name or colours of a pack.

    Changed parameters begin the forward test of every strategy that uses the pack anew. When
    there are such strategies, `ConfirmationNeededError` names them first.
    """
    with transaction.atomic():
        row: Pack = Pack.objects.select_for_update(no_key=True).get(pk=pack.pk)
        if row.revision != revision:
            raise PackConflictError(row)
        before = pack_fingerprint(row.as_record())
        lay_on(row, changes)
        is_other = pack_fingerprint(row.as_record()) != before
        affected = strategies_using(row) if is_other else []
        if affected and not confirmed:
            raise ConfirmationNeededError(_losses(affected), ["packs"])
        row.revision += 1
        row.save()
        if affected:
            reset_for_pack(affected)
    return PackChange(row, affected)


def _losses(affected: list[Strategy]) -> list[str]:
    names = ", ".join(f"“{strategy.name}”" for strategy in affected)
    count = len(affected)
    sentences = [
        f"{counted(count, 'strategy uses', 'strategies use')} this pack: {names}. "
        "Their forward tests start anew and their results are computed again."
    ]
    for strategy in affected:
        sentences += hooks.losses_of(strategy)
    return sentences


def reason_to_keep(pack: Pack) -> str:
    """Why a pack can't be deleted, with the remedy; empty when it can."""
    if pack.is_default:
        return "A default pack can't be deleted. Disable it, or duplicate it."
    using = strategies_using(pack)
    if using:
        return f"Still used by {_names(using)}. Change or delete these first."
    binned = list(Strategy.objects.binned(pack.user).using_pack(pack.pack_id))
    if binned:
        return f"Still used by {_names(binned)} in the bin. Erase or restore these first."
    return ""


def _names(strategies: list[Strategy]) -> str:
    return ", ".join(f"“{strategy.name}”" for strategy in strategies)


def delete_pack(pack: Pack) -> None:
    """Remove a custom pack that no strategy uses, none in the bin either: it can be restored."""
    with transaction.atomic():
        reason = reason_to_keep(pack)
        if reason:
            raise PackError("", reason)
        pack.delete()
