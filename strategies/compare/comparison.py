"""Several items side by side: what differs, figures, curves, and what their trades share."""

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations, permutations
from typing import NamedTuple

from market import eastern
from strategies.compare.configuration import Row, lines
from strategies.compare.configuration import rows as rows_of
from strategies.compare.curves import Curve, curve
from strategies.compare.figures import FigureRow, Values, figures_of, table
from strategies.compare.items import Item
from strategies.compare.overlap import Correlation, Overlap, correlation, overlap
from strategies.engine.figures.metrics import cumulative
from strategies.packs.names import PackNames
from trader.work.instants import full_day_text

# How sentences and charts call them, in their order; names may be long, and alike.
LETTERS = "ABCD"
# They name what is compared, and stand at the head.
_HEAD = ("Name",)


class Pair(NamedTuple):
    """What two of them have in common; each way round, since neither need be the shorter one."""

    one: Item
    other: Item
    there: Overlap | None
    back: Overlap | None
    daily: Correlation | None


class Comparison:
    """Two to four items; with `is_common` figures and curves speak of the dates all have."""

    def __init__(self, items: list[Item], names: PackNames, *, is_common: bool = False) -> None:
        self.items = items
        self.names = names
        self.wants_common = is_common

    @property
    def computed(self) -> list[Item]:
        return [item for item in self.items if item.span is not None]

    @cached_property
    def common(self) -> tuple[int, int] | None:
        """The span that all results share; None where they share none, or there is only one."""
        spans = [item.span for item in self.items if item.span is not None]
        if len(spans) < 2:
            return None
        first, last = max(span[0] for span in spans), min(span[1] for span in spans)
        return (first, last) if first < last else None

    @property
    def has_other_dates(self) -> bool:
        """Whether results speak of different dates, so that figures can't be held together."""
        return len({_dates(item) for item in self.computed}) > 1

    @property
    def is_common(self) -> bool:
        """Whether figures were taken from the common dates: asked for, and there are some."""
        return self.wants_common and self.has_other_dates and self.common is not None

    @cached_property
    def rows(self) -> list[Row]:
        several = [lines(item.record, item.packs, self.names) for item in self.items]
        return [row for row in rows_of(several) if row.label not in _HEAD]

    @property
    def differing(self) -> list[Row]:
        return [row for row in self.rows if row.differs]

    @cached_property
    def figures(self) -> list[FigureRow]:
        several = [self._figures_of(item) for item in self.items]
        return table(several, has_dates=not self.is_common)

    def _figures_of(self, item: Item) -> Values:
        if not self.is_common or self.common is None:
            return item.values
        return {} if item.trades is None else figures_of(item.trades.between(*self.common))

    @cached_property
    def curves(self) -> list[Curve]:
        return [self._curve_of(item) for item in self.items]

    def _curve_of(self, item: Item) -> Curve:
        if not self.is_common or self.common is None:
            stored = item.result.get("equity")
            times, values = (stored["exit_times"], stored["cumulative_r"]) if stored else ([], [])
            return curve(item.name, times, values)
        if item.trades is None:
            return curve(item.name, [], [])
        inside = item.trades.between(*self.common)
        return curve(item.name, inside.exit_ts.tolist(), cumulative(inside.r.tolist()))

    @cached_property
    def pairs(self) -> list[Pair]:
        return [self._pair(*two) for two in combinations(self.items, 2)]

    def _pair(self, one: Item, other: Item) -> Pair:
        if one.trades is None or other.trades is None or not (one.span and other.span):
            return Pair(one, other, None, None, None)
        first, last = max(one.span[0], other.span[0]), min(one.span[1], other.span[1])
        daily = Correlation(None, 0)
        if first < last:
            daily = correlation(one.trades, other.trades, first, last)
        there, back = overlap(one.trades, other.trades), overlap(other.trades, one.trades)
        return Pair(one, other, there, back, daily)

    @property
    def overlaps(self) -> dict[tuple[int, int], Overlap | None]:
        """By the places of the one and the other."""
        found = {}
        for (i, j), pair in zip(combinations(range(len(self.items)), 2), self.pairs, strict=True):
            found[i, j], found[j, i] = pair.there, pair.back
        return {key: found[key] for key in permutations(range(len(self.items)), 2)}

    @property
    def notes(self) -> list[str]:
        return list(self._notes())

    def letter(self, item: Item) -> str:
        return LETTERS[self.items.index(item)]

    def _notes(self) -> Iterator[str]:
        for item in self.items:
            for note in item.notes:
                yield f"{self.letter(item)}: {note}"
            if item.run is not None and item.trades is None:
                yield (
                    f"{self.letter(item)}: its figures were kept and its trades were not, so it "
                    "has none in common with others."
                )
        if self.has_other_dates:
            yield self._dates_note()
        yield from _unlike("tickers", [item.symbol for item in self.items])
        yield from _unlike("bars", [item.source_label for item in self.items])
        yield from _unlike("timeframes", [item.timeframe for item in self.items])

    def _dates_note(self) -> str:
        spans = ", ".join(f"{self.letter(item)} {span_text(item)}" for item in self.computed)
        if self.is_common and self.common is not None:
            return f"Figures are of the common dates {_text(self.common)} alone. All have: {spans}."
        common = "" if self.common else " They share no date."
        return f"Figures span different dates: {spans}.{common}"


def _unlike(what: str, texts: list[str]) -> Iterator[str]:
    if len(set(texts)) > 1:
        said = ", ".join(f"{LETTERS[place]} {text}" for place, text in enumerate(texts))
        yield f"They have different {what}: {said}."


def _dates(item: Item) -> tuple[int, int]:
    """The first and the last date of a result, as ordinals."""
    first, last = item.span or (0, 1)
    return eastern.ordinal_of(first), eastern.ordinal_of(last - 1)


def span_text(item: Item) -> str:
    return _text(item.span) if item.span else ""


def _text(span: tuple[int, int]) -> str:
    first, last = (full_day_text(eastern.date_of(ts)) for ts in (span[0], span[1] - 1))
    return f"{first} to {last}"
