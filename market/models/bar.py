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
    """One bar of a stored timeframe. `start_ts` is the bar's start in epoch seconds (UTC)."""

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

    class Meta:
        db_table = "bars"
        constraints = [
            # Also the index of every range read: one series, ascending in time.
            models.UniqueConstraint(
                fields=["source", "symbol", "timeframe", "start_ts"], name="bar_once"
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
