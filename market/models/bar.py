"""Bars, and per series what is stored of it."""

import uuid

from django.db import models


def new_cache_key() -> str:
    return uuid.uuid4().hex


class Instrument(models.Model):
    symbol = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=120, blank=True)
    price_decimals = models.PositiveSmallIntegerField(default=2)

    class Meta:
        db_table = "instruments"
        ordering = ["symbol"]

    def __str__(self) -> str:
        return self.symbol


class Bar(models.Model):
    """One bar of a stored timeframe. `start_ts` is the bar's start in epoch seconds (UTC).

    `edition` is the import it came with. Of the bars of one start those exist whose edition its
    series has reached, and of these the last; 0 is what was stored bar by bar.
    """

    source = models.CharField(max_length=64)
    symbol = models.CharField(max_length=24)
    timeframe = models.CharField(max_length=8)
    start_ts = models.BigIntegerField()
    open = models.FloatField()
    high = models.FloatField()
    low = models.FloatField()
    close = models.FloatField()
    volume = models.FloatField()
    revision = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    edition = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "bars"
        constraints = [
            # Also the index of every range read: one series, ascending in time.
            models.UniqueConstraint(
                fields=["source", "symbol", "timeframe", "start_ts", "edition"],
                name="bar_once_per_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.symbol} {self.timeframe} {self.start_ts}"


class DataVersion(models.Model):
    """One series (source, symbol, timeframe): its extent, and a number that changes with its past.

    `version` grows when bars that were already stored change or when older ones are added or
    removed; newer bars only move `last_ts`. Caches and saved engine states are keyed by it.
    """

    source = models.CharField(max_length=64)
    symbol = models.CharField(max_length=24)
    timeframe = models.CharField(max_length=8)
    version = models.PositiveIntegerField(default=1)
    # Changes with the version; unlike it never the same again in another database.
    cache_key = models.CharField(max_length=32, default=new_cache_key)
    first_ts = models.BigIntegerField()
    last_ts = models.BigIntegerField()
    is_derived = models.BooleanField(
        default=False, help_text="Days built from stored minutes, not delivered by the source."
    )
    edition = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The newest import whose bars are to be seen."
    )
    has_superseded = models.BooleanField(
        default=False, db_default=False, help_text="Bars of earlier editions wait to be removed."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "data_versions"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "symbol", "timeframe"], name="data_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.symbol} {self.timeframe} v{self.version}"

    def extend(self, first_ts: int, last_ts: int, n_revised: int, first_new_ts: int | None) -> None:
        """Bars were added or revised; a change of the past makes a new version. Not saved."""
        has_new_past = first_new_ts is not None and first_new_ts <= self.last_ts
        if n_revised or has_new_past:
            self.version += 1
            self.cache_key = new_cache_key()
        self.first_ts = min(self.first_ts, first_ts)
        self.last_ts = max(self.last_ts, last_ts)
