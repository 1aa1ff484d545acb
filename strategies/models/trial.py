"""What a user has tried: the ledger that every result is held against.

Rows outlive the runs and strategies they came from, so that nothing is forgotten by deleting it.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Max, Q, Sum

from accounts.ownership import OwnedQuerySet


class TrialQuerySet(OwnedQuerySet):
    def sharing_bars(self, source: str, symbol: str, first_ts: int, last_ts: int) -> Self:
        """On any window of this series that has a bar in common with this one."""
        return self.filter(sharing_bars(source, symbol, first_ts, last_ts))

    def n_tried(self) -> int:
        """Distinct tries: the same one on two windows is one."""
        (found,) = self.n_tried_of(Q())
        return found

    def n_tried_of(self, *conditions: Q) -> tuple[int, ...]:
        """Distinct tries that fulfil each of several conditions, in one query."""
        names = [f"n{place}" for place in range(len(conditions))]
        largest = {
            name: Max("n_tried", filter=condition)
            for name, condition in zip(names, conditions, strict=True)
        }
        distinct = self.order_by().values("digest").annotate(**largest)
        found = distinct.aggregate(**{f"{name}_sum": Sum(name) for name in names})
        return tuple(found[f"{name}_sum"] or 0 for name in names)


def sharing_bars(source: str, symbol: str, first_ts: int, last_ts: int) -> Q:
    series = Q(data_source=source, symbol_line__contains=f",{symbol},")
    return series & Q(first_ts__lte=last_ts, last_ts__gte=first_ts)


class Trial(models.Model):
    """A configuration whose figures were shown, or a whole search, on one window."""

    class Kind(models.TextChoices):
        SINGLE = "single", "A configuration"
        TAB = "tab", "A tab of choices in the builder"
        AUTO_SEARCH = "auto_search", "An auto-search in the builder"
        SEARCH = "search", "A search"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trials"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    digest = models.CharField(
        max_length=64, help_text="Recognises the signal part of a record, or what a search varied."
    )
    data_source = models.CharField(max_length=80)
    symbol_line = models.TextField(help_text="Symbols, a comma before and after each.")
    # Starts of the first and the last bar.
    first_ts = models.BigIntegerField()
    last_ts = models.BigIntegerField()
    dates_digest = models.CharField(max_length=64)
    n_dates = models.PositiveIntegerField()
    n_tried = models.PositiveBigIntegerField(default=1)
    statistic = models.FloatField(null=True, blank=True, help_text="The best of what was tried.")
    maxima = models.JSONField(
        default=list,
        blank=True,
        help_text="Of a search, the largest statistic of each sample of dates.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        db_table = "trials"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "digest", "dates_digest"], name="trial_once_per_dates"
            ),
        ]
        indexes = [
            # How many share a bar with a result.
            models.Index(fields=["user", "data_source", "last_ts"], name="trial_user_series"),
            # How many lie on exactly the dates of a result.
            models.Index(fields=["user", "dates_digest"], name="trial_user_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]} on {self.n_dates} dates"

    @property
    def symbols(self) -> list[str]:
        return [symbol for symbol in self.symbol_line.split(",") if symbol]


class TriedDates(models.Model):
    """What chance makes of everything a user tried on exactly these dates, merged."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    n_dates = models.PositiveIntegerField()
    best = models.FloatField(default=0.0, help_text="The largest statistic, at least 0.")
    maxima = models.JSONField(default=list, help_text="The largest of each sample of dates.")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        db_table = "tried_dates"
        verbose_name_plural = "tried dates"
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="tried_dates_once_per_user"),
        ]

    def __str__(self) -> str:
        return f"{self.n_dates} dates {self.digest[:8]}"
