"""A comparison as JSON and as a table: what the API answers and what is downloaded."""

import csv
import io
from typing import TypedDict

from strategies.compare.comparison import Comparison, span_text
from strategies.compare.curves import Curve
from strategies.compare.items import Item
from strategies.compare.overlap import Overlap
from strategies.words.spreadsheet import safe_cell
from trader.work.instants import iso


class Span(TypedDict):
    first: str
    last: str


class ItemDocument(TypedDict):
    ref: str
    name: str
    url: str
    symbol: str
    direction: str
    timeframe: str
    data_source: str
    engine_version: str
    span: Span | None
    notes: list[str]


class FigureDocument(TypedDict):
    """`values` and `differences` in the order of the items; the first differs from nothing."""

    key: str
    title: str
    values: list[float | None]
    infinite: list[bool]
    differences: list[float | None]


class RowDocument(TypedDict):
    label: str
    texts: list[str]
    differs: bool


class OverlapDocument(TypedDict):
    ref: str
    other: str
    n_trades: int
    n_overlapping: int
    n_same_entry_bar: int


class CorrelationDocument(TypedDict):
    refs: list[str]
    value: float | None
    n_dates: int


class ComparisonDocument(TypedDict):
    items: list[ItemDocument]
    notes: list[str]
    dates: str
    common_span: Span | None
    figures: list[FigureDocument]
    configuration: list[RowDocument]
    curves: list[Curve]
    overlaps: list[OverlapDocument]
    correlations: list[CorrelationDocument]


def document(comparison: Comparison) -> ComparisonDocument:
    return {
        "items": [_item(item) for item in comparison.items],
        "notes": comparison.notes,
        "dates": "common" if comparison.is_common else "all",
        "common_span": _span(comparison.common),
        "figures": _figures(comparison),
        "configuration": [
            {"label": row.label, "texts": row.texts, "differs": row.differs}
            for row in comparison.rows
        ],
        "curves": comparison.curves,
        "overlaps": _overlaps(comparison),
        "correlations": _correlations(comparison),
    }


def _item(item: Item) -> ItemDocument:
    return {
        "ref": str(item.ref),
        "name": item.name,
        "url": item.url,
        "symbol": item.symbol,
        "direction": item.direction,
        "timeframe": item.timeframe,
        "data_source": item.source,
        "engine_version": item.engine_version,
        "span": _span(item.span),
        "notes": item.notes,
    }


def _span(span: tuple[int, int] | None) -> Span | None:
    return None if span is None else {"first": iso(span[0]), "last": iso(span[1])}


def _figures(comparison: Comparison) -> list[FigureDocument]:
    return [
        {
            "key": row.key,
            "title": row.title,
            "values": [one.value for one in row.figures],
            "infinite": [one.is_infinite for one in row.figures],
            "differences": [one.by for one in row.figures],
        }
        for row in comparison.figures
    ]


def _overlaps(comparison: Comparison) -> list[OverlapDocument]:
    refs = [str(item.ref) for item in comparison.items]
    return [
        _overlap(refs[i], refs[j], found)
        for (i, j), found in comparison.overlaps.items()
        if found is not None
    ]


def _overlap(ref: str, other: str, found: Overlap) -> OverlapDocument:
    return {
        "ref": ref,
        "other": other,
        "n_trades": found.n_trades,
        "n_overlapping": found.n_overlapping,
        "n_same_entry_bar": found.n_same_bar,
    }


def _correlations(comparison: Comparison) -> list[CorrelationDocument]:
    return [
        {
            "refs": [str(pair.one.ref), str(pair.other.ref)],
            "value": pair.daily.value,
            "n_dates": pair.daily.n_dates,
        }
        for pair in comparison.pairs
        if pair.daily is not None
    ]


def as_csv(comparison: Comparison) -> str:
    """Figures with their differences, then every line of the configurations."""
    file = io.StringIO()
    writer = csv.writer(file)
    items = comparison.items
    writer.writerow(["", *(safe_cell(item.name) for item in items), *_heads(comparison)])
    writer.writerow(["Dates", *(span_text(item) for item in items)])
    for row in comparison.figures:
        values = ["inf" if one.is_infinite else _number(one.value) for one in row.figures]
        writer.writerow([row.title, *values, *(_number(one.by) for one in row.figures[1:])])
    for line in comparison.rows:
        writer.writerow([safe_cell(line.label), *map(safe_cell, line.texts)])
    return file.getvalue()


def _heads(comparison: Comparison) -> list[str]:
    return [safe_cell(f"{item.name}, difference") for item in comparison.items[1:]]


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
