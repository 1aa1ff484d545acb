"""A version: a strategy as it was saved once, and the result it had."""

from django.conf import settings
from django.db import models

from strategies.models.run import Run
from strategies.models.strategy import Strategy
from strategies.querysets import VersionQuerySet
from strategies.record.keys import labels_of
from strategies.record.shape import PackRecord


class StrategyVersion(models.Model):
    """Written in the transaction of the save that made it, and never changed but for its result.

    The newest one is what the strategy is now. As long as nothing that decides its result has
    changed, `run` is empty: its result is the one the strategy shows. A save that changes it names
    that run here, so that the figures of then stay.
    """

    class Kind(models.TextChoices):
        NEW = "new", "Created"
        PRESERVED = "preserved", "Edited, the forward test went on"
        RESET = "reset", "Edited, the forward test began anew"
        PACKS = "packs", "A pack was edited, the forward test began anew"
        EARLIEST = "earliest", "The earliest one kept"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="versions")
    # That of the strategy's row at the time.
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    record = models.JSONField(default=dict)
    # Those it read, with their parameters of then.
    packs = models.JSONField(default=list)
    # Keys of the record that differ from the version before; packs as `pack:<id>`.
    changed = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    # Market time of the save: trades entered from then on are of this version.
    market_ts = models.BigIntegerField()
    created_at = models.DateTimeField()
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        db_table = "strategy_versions"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.strategy_id}.{self.number}"

    @property
    def ref(self) -> str:
        """How addresses of comparisons name it."""
        return f"version:{self.strategy_id}.{self.number}"

    @property
    def pack_records(self) -> list[PackRecord]:
        found: list[PackRecord] = self.packs
        return found

    @property
    def changed_labels(self) -> list[str]:
        """What the save changed, as sentences call it, each once."""
        return list(dict.fromkeys(map(_label, self.changed)))

    @property
    def is_first(self) -> bool:
        return self.kind in (self.Kind.NEW, self.Kind.EARLIEST)

    @property
    def is_edit(self) -> bool:
        """Whether it changed more than how the strategy is called and what is noted about it."""
        is_deciding = self.kind in (self.Kind.RESET, self.Kind.PACKS)
        return is_deciding or bool(set(self.changed) - set(TEXTS))


PACK = "pack:"
TEXTS = ("name", "notes")
# Keys that decide no trade have no label of their own.
_LABELS = {
    "name": "name",
    "notes": "notes",
    "costs": "costs",
    "risk_per_trade": "risk per trade",
    "starting_balance": "starting balance",
    "data_days": "lookback",
    "bar_count": "lookback",
    "lookback_mode": "lookback",
    "lookback_start_date": "lookback",
    "lookback_end_date": "lookback",
    "extended_data_days": "extended lookback",
}


def _label(name: str) -> str:
    if name.startswith(PACK):
        return f"pack {name.removeprefix(PACK)}"
    known = _LABELS.get(name) or labels_of([name])[0]
    return known.replace("_", " ")


class KeptTrades(models.Model):
    """The trades of a version's run in short, from when its rows made room for newer ones."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="kept_trades")
    n_trades = models.PositiveIntegerField()
    payload = models.BinaryField()

    class Meta:
        db_table = "kept_trades"

    def __str__(self) -> str:
        return f"{self.n_trades} trades of run {self.run_id}"
