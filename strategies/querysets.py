"""Which strategies, packs, runs and trades: every rule about rows of this room."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.expressions import OrderBy
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from accounts.models.user import User
from accounts.ownership import OwnedQuerySet
from strategies.engine.walk.trades import UNCOUNTED_REASONS
from trader.work.querysets import LeasedQuerySet

SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "name": ("name", "id"),
    **{
        name: (KeyTransform(key, "kpis").desc(nulls_last=True), "-id")
        for name, key in (
            ("trades", "total_trades"),
            ("win_rate", "win_rate"),
            ("profit_factor", "profit_factor"),
            ("total_r", "total_r"),
            ("daily_r", "daily_r"),
            # Drawdowns are negative: the shallowest comes first.
            ("max_drawdown", "max_r_drawdown"),
        )
    },
}


class StrategyQuerySet(OwnedQuerySet):
    def for_user(self, user: User | AnonymousUser) -> Self:
        """The user's own; what lies in the bin does not exist."""
        return super().for_user(user).filter(deleted_at=None)

    def with_bin(self, user: User | AnonymousUser) -> Self:
        """The user's own, those in the bin among them."""
        return super().for_user(user)

    def binned(self, user: User | AnonymousUser) -> Self:
        """What the user has deleted and can still have back, newest first."""
        rows = super().for_user(user).filter(deleted_at__isnull=False)
        return rows.order_by("-deleted_at", "-pk")

    def to_erase(self, before: datetime) -> Self:
        return self.filter(deleted_at__lt=before)

    def tagged(self, tag: str) -> Self:
        return self.filter(tag_line__icontains=f",{tag},") if "," not in tag else self.none()

    def called(self, word: str) -> Self:
        """Whose name, symbol or tags hold the word."""
        columns = ("name", "symbol", "tag_line")
        return self.filter(reduce(or_, (Q(**{f"{one}__icontains": word}) for one in columns)))

    def listed(self) -> Self:
        """Without the copies that replays have made for themselves."""
        return self.filter(is_replay_copy=False)

    def monitored(self) -> Self:
        """Strategies whose alerts the monitor raises."""
        return self.filter(alert_tracking_enabled=True)

    def using_pack(self, pack_id: str) -> Self:
        """Strategies whose last check found that they read this pack."""
        return self.filter(pack_uses__pack_id=pack_id)

    def with_span(self) -> Self:
        """Each with `first_bar` and `last_bar` of the shown result and the market time it was read
        at, `read_at_ts`, without the result itself."""
        bars = KeyTransform("bars", "current_run__result")
        return (
            self.select_related("current_run__trust_check")
            .defer("current_run__config", "current_run__result", "current_run__trust_check__result")
            .annotate(
                first_bar=KeyTextTransform("first", bars),
                last_bar=KeyTextTransform("last", bars),
                read_at_ts=KeyTextTransform("now_ts", "current_run__result"),
            )
        )

    def shown_to(self, user: User) -> Self:
        """The user's own as their pages read them."""
        return self.for_user(user).with_span().select_related("user", "forward_refresh")

    def sorted_by(self, key: str) -> Self:
        return self.order_by(*SORTS.get(key, SORTS["newest"]))


class VersionQuerySet(OwnedQuerySet):
    def for_user(self, user: User | AnonymousUser) -> Self:
        """The user's own; a strategy in the bin takes its versions with it."""
        return super().for_user(user).filter(strategy__deleted_at=None)


class PackQuerySet(OwnedQuerySet):
    def enabled(self) -> Self:
        return self.filter(enabled=True)


class RunQuerySet(LeasedQuerySet):
    def prunable_previews(self, before: datetime) -> Self:
        return self.filter(strategy__isnull=True, created_at__lt=before)


class DrilldownQuerySet(LeasedQuerySet):
    def older_than(self, before: datetime) -> Self:
        return self.filter(created_at__lt=before)


class TradeQuerySet(OwnedQuerySet):
    def closed(self) -> Self:
        return self.filter(exit_fill_ts__isnull=False)

    def counted(self) -> Self:
        return self.exclude(exit_reason__in=UNCOUNTED_REASONS)

    def uncounted(self) -> Self:
        """Listed, and counted in no figure: missing data ended them."""
        return self.filter(exit_reason__in=UNCOUNTED_REASONS)


class ChartPartQuerySet(models.QuerySet[Any]):
    def oldest_ts(self) -> int | None:
        """The start of the first bar of all of them."""
        return self.order_by("first_ts").values_list("first_ts", flat=True).first()

    def before(self, ts: int | None) -> Self:
        """Parts that end before this bar start, newest first; all without one."""
        parts = self if ts is None else self.filter(first_ts__lt=ts)
        return parts.order_by("-first_ts")
