"""What is compared: a user's strategies, versions and runs, each with its result if it has one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from accounts.models import User
from market import clock
from market.sources import kind_of, label_of
from strategies.compare.refs import Ref
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Pack, Run, Strategy, StrategyVersion
from strategies.models.documents import RunResult
from strategies.record.shape import PackRecord, Unread
from strategies.runs.kept import ShortTrades, short_trades
from trader.work.instants import instant_text


class NotFoundError(LookupError):
    """One of them is not the user's, or is not there: both answer alike."""


@dataclass(eq=False)
class Item:
    """One of them. Its trades are read when they are first asked for."""

    ref: Ref
    name: str
    url: str
    record: Unread
    packs: list[PackRecord]
    run: Run | None
    # Why there is no result, or what to know of it.
    notes: list[str] = field(default_factory=list)

    @property
    def result(self) -> RunResult:
        result: RunResult = self.run.result if self.run else {}
        return result

    @property
    def values(self) -> Mapping[str, object]:
        """All figures of its result by key; none without one."""
        return {**self.result.get("kpis", {}), **self.result.get("kpis_extended", {})}

    @cached_property
    def trades(self) -> ShortTrades | None:
        """None without a result, and where only figures are left of it."""
        return short_trades(self.run) if self.run else None

    @property
    def symbol(self) -> str:
        return str(self.record.get("symbol") or "")

    @property
    def direction(self) -> str:
        return str(self.record.get("direction") or Strategy.Direction.LONG)

    @property
    def timeframe(self) -> str:
        return str(self.record.get("timeframe") or "")

    @property
    def source(self) -> str:
        return str(self.record.get("data_source") or "")

    @property
    def source_label(self) -> str:
        return label_of(self.source)

    @property
    def is_simulated(self) -> bool:
        return kind_of(self.source).is_simulated

    @property
    def engine_version(self) -> str:
        return self.run.engine_version if self.run else ""

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """From the start of its first bar to the end of its last one, in seconds."""
        bars = self.result.get("bars")
        if not bars or self.run is None:
            return None
        first, last = (_ts(bars["first"]), _ts(bars["last"]))
        exits = self.result.get("equity", {}).get("exit_times", [])
        return first, max([clock.close_of(self.run.timeframe, last), *exits[-1:]])


def _ts(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def find(user: User, refs: list[Ref]) -> list[Item]:
    """In the order of `refs`. Raises NotFoundError."""
    return [_FINDERS[ref.kind](user, ref) for ref in refs]


def _strategy(user: User, ref: Ref) -> Item:
    rows = Strategy.objects.for_user(user).select_related("current_run")
    strategy = rows.filter(pk=ref.pk).first()
    if strategy is None:
        raise NotFoundError(str(ref))
    used = strategy.pack_uses.values_list("pack_id", flat=True)
    packs = Pack.objects.for_user(user).filter(pack_id__in=used).order_by("pack_id")
    record = strategy.as_record()
    kept = [pack.as_record() for pack in packs]
    item = Item(ref, strategy.name, strategy.get_absolute_url(), record, kept, None)
    return _with_current(item, strategy)


def _with_current(item: Item, strategy: Strategy) -> Item:
    """The result that a strategy shows, if it is one of its configuration of now."""
    if strategy.is_stale:
        item.notes.append(_why_none(strategy))
    else:
        item.run = strategy.current_run
    return _told(item)


def _why_none(strategy: Strategy) -> str:
    latest = strategy.runs.order_by("-created_at", "-pk").defer("config", "result").first()
    if latest is not None and latest.is_active:
        return "Its backtest is being computed; reload for its figures."
    if latest is not None and latest.error:
        return f"Its backtest failed: {latest.error}"
    return "It was not computed as it is now: run its backtest."


def _version(user: User, ref: Ref) -> Item:
    mine = StrategyVersion.objects.for_user(user).select_related("run", "strategy__current_run")
    version = mine.filter(strategy=ref.pk, number=ref.number).first()
    if version is None:
        raise NotFoundError(str(ref))
    strategy = version.strategy
    name = f"Version {version.number} of {version.record.get('name') or strategy.name}"
    url = f"{strategy.get_absolute_url()}?tab=history#version-{version.number}"
    item = Item(ref, name, url, version.record, version.pack_records, version.run)
    if version.run is not None:
        return _told(item)
    if version.fingerprint == strategy.fingerprint:
        return _with_current(item, strategy)
    item.notes.append("It was changed again before its backtest was done.")
    return item


def _run(user: User, ref: Ref) -> Item:
    run = Run.objects.for_user(user).filter(code=ref.code).select_related("strategy").first()
    if run is None or (run.strategy is not None and run.strategy.deleted_at is not None):
        raise NotFoundError(str(ref))
    packs: list[PackRecord] = run.config.get("packs") or []
    record, _ = run.recorded()
    name = f"Backtest of {instant_text(run.created_at)}, {record.get('name') or run.symbol}"
    item = Item(ref, name, reverse("strategies:run-detail", args=[run.code]), record, packs, None)
    if run.status == Run.Status.SUCCEEDED:
        item.run = run
    elif run.is_active:
        item.notes.append("It is being computed; reload for its figures.")
    else:
        item.notes.append(run.error or "It was cancelled: there is no result.")
    return _told(item)


def _told(item: Item) -> Item:
    """What to know of a result that is there."""
    if item.run is not None and item.run.engine_version != ENGINE_VERSION:
        item.notes.append(
            f"Computed by engine {item.run.engine_version}, which is {ENGINE_VERSION} now."
        )
    return item


_FINDERS = {"strategy": _strategy, "version": _version, "run": _run}
