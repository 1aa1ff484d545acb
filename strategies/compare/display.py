"""A comparison as its page shows it."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from strategies.compare.comparison import LETTERS, Comparison, span_text
from strategies.compare.items import Item
from strategies.compare.overlap import Overlap
from strategies.compare.refs import LEAST, Ref, joined
from strategies.runs.display import Context
from strategies.words.figures import written
from trader.work.plural import counted


class ShownItem(NamedTuple):
    """One of them with the place that gives it its line, and the addresses of its buttons."""

    item: Item
    place: int
    letter: str
    span: str
    without_url: str
    first_url: str
    clone_url: str


class MatrixRow(NamedTuple):
    shown: ShownItem
    # None for itself.
    cells: list[Overlap | None]


def compare_context(comparison: Comparison, shows_all: bool) -> Context:
    return {
        "comparison": comparison,
        "items": _items(comparison),
        "figures": comparison.figures,
        "rows": comparison.rows if shows_all else comparison.differing,
        "shows_all": shows_all,
        "curves": comparison.curves,
        "has_curves": any(curve["numbers"] for curve in comparison.curves),
        "curves_text": _curves_text(comparison),
        # Over years without any of them nothing would be seen of them.
        "curve_mode": "time" if comparison.common else "trade",
        "matrix": _matrix(comparison),
        "days": [
            (comparison.letter(pair.one), comparison.letter(pair.other), pair.daily)
            for pair in comparison.pairs
            if pair.daily is not None
        ],
        "api_url": f"{reverse('strategies-api:compare')}?{_query(comparison)}",
        "csv_url": f"{reverse('strategies:compare-csv')}?{_query(comparison)}",
    }


def _query(comparison: Comparison) -> str:
    query = {"items": joined([item.ref for item in comparison.items])}
    if comparison.wants_common:
        query["dates"] = "common"
    return urlencode(query, safe=":,")


def _items(comparison: Comparison) -> list[ShownItem]:
    return [_shown(comparison, item, place) for place, item in enumerate(comparison.items)]


def _shown(comparison: Comparison, item: Item, place: int) -> ShownItem:
    refs = [one.ref for one in comparison.items]
    others = [ref for ref in refs if ref != item.ref]
    is_version = item.ref.kind == "version"
    clone = reverse("strategies:version-clone", args=[item.ref.pk, item.ref.number])
    return ShownItem(
        item,
        place + 1,
        LETTERS[place],
        span_text(item),
        _url(others) if len(others) >= LEAST else "",
        _url([item.ref, *others]) if place else "",
        clone if is_version else "",
    )


def _url(refs: list[Ref]) -> str:
    return f"{reverse('strategies:compare')}?items={joined(refs)}"


def _matrix(comparison: Comparison) -> list[MatrixRow]:
    """Empty where no two of them have trades."""
    overlaps = comparison.overlaps
    if not any(overlaps.values()):
        return []
    places = range(len(comparison.items))
    return [
        MatrixRow(shown, [overlaps.get((i, j)) for j in places])
        for i, shown in enumerate(_items(comparison))
    ]


def _curves_text(comparison: Comparison) -> str:
    """What the chart shows, for who does not see it."""
    drawn = [curve for curve in comparison.curves if curve["numbers"]]
    ends = (
        f"{one['name']} ends at {written('r', one['cumulative_r'][-1])} "
        f"after {counted(one['numbers'][-1], 'trade')}"
        for one in drawn
    )
    return "Cumulative net R: " + "; ".join(ends)
