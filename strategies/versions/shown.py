"""Versions as the History of a strategy shows them: what changed in words, figures of then."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from accounts.models import User
from strategies.compare.configuration import Difference, differences, lines
from strategies.models import Strategy, StrategyVersion
from strategies.packs.names import PackNames
from strategies.words.figures import ShownKpi, shown

KPIS = ("total_trades", "total_r", "profit_factor", "max_r_drawdown")
Kind = StrategyVersion.Kind
# What became of the forward test, where there is one.
KIND_WORDS = {
    Kind.NEW: "Created",
    Kind.PRESERVED: "Edited",
    Kind.RESET: "Edited, forward test anew",
    Kind.PACKS: "Pack edited, forward test anew",
    Kind.EARLIEST: "As it was when versions began to be kept",
}


class VersionResult(NamedTuple):
    """The figures of a version, and what they speak of."""

    kpis: Mapping[str, object]
    first_bar: str | None
    last_bar: str | None
    engine_version: str


class ShownVersion(NamedTuple):
    version: StrategyVersion
    is_now: bool
    who: str
    kind: str
    differences: list[Difference]
    result: VersionResult | None
    # Why there are no figures.
    note: str

    @property
    def kpis(self) -> list[ShownKpi]:
        return shown(KPIS, self.result.kpis) if self.result else []

    @property
    def number(self) -> int:
        return self.version.number


def with_results(rows: QuerySet[StrategyVersion]) -> QuerySet[StrategyVersion]:
    """Each with the figures of the run it names, without that run's whole result, and with the
    number of the version its strategy is now; saves that changed nothing have none."""
    bars = KeyTransform("bars", "run__result")
    mine = StrategyVersion.objects.filter(strategy=OuterRef("strategy")).order_by("-number")
    return (
        rows.select_related("run", "author")
        .defer("run__config", "run__result")
        .annotate(
            kpis=KeyTransform("kpis", "run__result"),
            first_bar=KeyTextTransform("first", bars),
            last_bar=KeyTextTransform("last", bars),
            newest_number=Subquery(mine.values("number")[:1]),
        )
    )


def shown_versions(
    page: list[StrategyVersion],
    strategy: Strategy,
    names: PackNames,
    reader: User,
    before: StrategyVersion | None = None,
) -> list[ShownVersion]:
    """Newest first; `before` is the one that came before the last of the page.

    `strategy` was read `with_span`.
    """
    texts = {one.pk: lines(one.record, one.pack_records, names) for one in _all(page, before)}
    earlier = [*page[1:], before] if page else []
    return [
        ShownVersion(
            version=one,
            is_now=one.number == getattr(one, "newest_number", None),
            who=who(one, reader),
            kind=kind_text(one, strategy),
            differences=differences(texts[last.pk], texts[one.pk]) if last else [],
            result=result_of(one, strategy),
            note=_note(one, strategy),
        )
        for one, last in zip(page, earlier, strict=True)
    ]


def _all(page: list[StrategyVersion], before: StrategyVersion | None) -> Iterable[StrategyVersion]:
    return [*page, before] if before else page


def who(version: StrategyVersion, reader: User) -> str:
    if version.author is None:
        return "an account that is gone"
    return "you" if version.author_id == reader.pk else str(version.author)


def kind_text(version: StrategyVersion, strategy: Strategy) -> str:
    words = KIND_WORDS[Kind(version.kind)]
    return words.removesuffix(", forward test anew") if strategy.is_on_recorded_bars else words


def result_of(version: StrategyVersion, strategy: Strategy) -> VersionResult | None:
    """Of the run it names, else the one the strategy shows, if that is of this configuration."""
    if version.run is not None:
        spans = (getattr(version, name) for name in ("kpis", "first_bar", "last_bar"))
        kpis, first, last = spans
        return VersionResult(kpis or {}, first, last, version.run.engine_version)
    run = strategy.current_run
    if run is None or run.fingerprint != version.fingerprint:
        return None
    first, last = (getattr(strategy, name, None) for name in ("first_bar", "last_bar"))
    return VersionResult(strategy.kpis, first, last, run.engine_version)


def _note(version: StrategyVersion, strategy: Strategy) -> str:
    if result_of(version, strategy) is not None:
        return ""
    if version.fingerprint == strategy.fingerprint:
        return "Not computed yet."
    return "Changed again before it was computed."
