"""Which rows: alerts, monitors, and what is due for evaluation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from accounts.models.user import User
from accounts.ownership import OwnedQuerySet


class AlertQuerySet(OwnedQuerySet):
    def unread(self) -> Self:
        return self.filter(acknowledged=False)

    def prunable(self, before: datetime) -> Self:
        """Old and seen; what nobody has acknowledged is kept."""
        return self.filter(created_at__lt=before, acknowledged=True)


class AlertConfigQuerySet(OwnedQuerySet):
    def general(self) -> Self:
        return self.filter(strategy__isnull=True)

    def of_strategies(self, strategy_ids: Iterable[int], user_ids: Iterable[int]) -> Self:
        """The rows that decide about these strategies: their own and their owners' general."""
        return self.filter(
            Q(strategy_id__in=strategy_ids) | Q(strategy__isnull=True, user_id__in=user_ids)
        )


class MonitorQuerySet(OwnedQuerySet):
    def unsettled(self) -> Self:
        """Monitors whose state is not what their user asked for."""
        return self.exclude(desired_state=F("actual_state"))

    def running(self) -> Self:
        return self.filter(desired_state="running", actual_state="running")


class EvaluationGroupQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        """Groups with at least one strategy that its user wants monitored."""
        return self.filter(
            strategy_states__strategy__alert_tracking_enabled=True,
            strategy_states__user__monitor__desired_state="running",
            strategy_states__user__is_active=True,
        ).distinct()

    def unused(self) -> Self:
        return self.filter(strategy_states__isnull=True)


class StrategyStateQuerySet(OwnedQuerySet):
    def monitored(self) -> Self:
        """States that evaluation advances: switched on, and the owner's monitor is wanted."""
        return self.filter(
            strategy__alert_tracking_enabled=True,
            user__monitor__desired_state="running",
            user__is_active=True,
        )

    def to_retry(self, failed_before: datetime) -> Self:
        return self.filter(status="failed", updated_at__lte=failed_before)

    def for_user(self, user: User | AnonymousUser) -> Self:
        return super().for_user(user).filter(strategy__user_id=user.pk)
