"""The price chart of a run: written as compressed parts by the worker, served as they are.

Only the newest bars are kept; indicator values are rounded for drawing, prices are not.
"""

import math
from typing import NamedTuple, TypedDict

import numpy as np

from market.arrays import Bars, Floats
from strategies.engine.program.advance import Advance
from strategies.engine.spec import PackSpec, StrategySpec
from strategies.engine.template import Output
from strategies.models import Pack, Run, RunChartPart
from strategies.models.documents import (
    ChartContent,
    ChartPlan,
    Column,
    DrawnOverlay,
    Overlay,
    RunResult,
)
from strategies.packs.plots import painted, styles_of

PART_BARS = 2_000
MAX_CHART_BARS = 100_000
# In one answer.
MOST_PARTS = 10
# Of indicator values: this many digits behind the first of the largest, and cents and more of any.
DIGITS, DECIMALS = 6, 6
NS = 1_000_000_000


class ChartPartData(NamedTuple):
    first_ts: int
    n_bars: int
    payload: bytes


class Chart(NamedTuple):
    plan: ChartPlan
    parts: list[ChartPartData]


class ChartPage(TypedDict):
    """A stretch of the chart; `first_ts` is the start of its first bar."""

    bars: list[list[float]]
    overlays: list[DrawnOverlay]
    has_more: bool
    first_ts: float | None
    is_truncated: bool


class ChartBuilder:
    """Collects bars and indicator columns step by step."""

    def __init__(self, spec: StrategySpec, user_id: int) -> None:
        self.spec = spec
        self.lines: list[tuple[PackSpec, Output]] = [
            (pack, output) for pack in spec.own_packs() for output in pack.template.shown_outputs
        ]
        self.colors = colors_of(user_id)
        self.bars: list[Bars] = []
        self.columns: list[list[Floats]] = []

    def add(self, advance: Advance, visible: Bars) -> None:
        """Take the visible end of a step; the columns are cut to the same bars."""
        if not visible.n:
            return
        by_pack = {pack.id: advance.columns(pack.id) for pack, _ in self.lines}
        self.bars.append(visible)
        self.columns.append(
            [_tail(by_pack[pack.id].get(output.name), visible.n) for pack, output in self.lines]
        )

    def build(self) -> Chart:
        overlays = [overlay_of(pack, output, self.colors) for pack, output in self.lines]
        if not self.bars:
            return Chart({"overlays": overlays, "is_truncated": False}, [])
        bars = Bars(*(np.concatenate(column) for column in zip(*self.bars, strict=True)))
        columns = [np.concatenate(parts) for parts in zip(*self.columns, strict=True)]
        first = max(0, bars.n - MAX_CHART_BARS)
        cuts = range(first, bars.n, PART_BARS)
        parts = [_part(bars, columns, cut, min(cut + PART_BARS, bars.n)) for cut in cuts]
        return Chart({"overlays": overlays, "is_truncated": first > 0}, parts)


def overlay_of(pack: PackSpec, output: Output, colors: dict[str, dict[str, str]]) -> Overlay:
    """`colors`: those its user has chosen, by pack and output."""
    levels = pack.template.thresholds(output.name, pack.parameters)
    return {
        "name": output.label,
        "pack": pack.id,
        "color": colors.get(pack.id, {}).get(output.name, output.color),
        "pane": output.pane,
        "style": output.style,
        "levels": [{"value": value, "label": label} for value, label in levels],
    }


def _tail(column: Floats | None, n: int) -> Floats:
    return np.full(n, np.nan) if column is None else column[column.shape[0] - n :]


def colors_of(user_id: int) -> dict[str, dict[str, str]]:
    rows = Pack.objects.filter(user_id=user_id).values_list("pack_id", "plot_settings")
    return {pack_id: settings.get("colors") or {} for pack_id, settings in rows}


def _part(bars: Bars, columns: list[Floats], begin: int, end: int) -> ChartPartData:
    starts = (bars.start_ns[begin:end] // NS).tolist()
    prices = [column[begin:end].tolist() for column in bars[2:7]]
    content: ChartContent = {
        "bars": [list(row) for row in zip(starts, *prices, strict=True)],
        "overlays": [plain_column(column[begin:end]) for column in columns],
    }
    return ChartPartData(starts[0], end - begin, RunChartPart.pack(content))


def plain_column(column: Floats) -> Column:
    """Rounded for drawing; None where there is no value."""
    rounded = np.round(column, _decimals_of(column)).tolist()
    return [None if math.isnan(value) else value for value in rounded]


def _decimals_of(column: Floats) -> int:
    """A line over a price far below a cent must not be drawn in steps."""
    largest = float(np.max(np.abs(column), initial=0.0, where=np.isfinite(column)))
    return max(DECIMALS, DIGITS - math.floor(math.log10(largest))) if largest else DECIMALS


class ChartRest(TypedDict):
    """The newest stretch of a chart; `computed_ts` is the start of the last bar of all."""

    bars: list[list[float]]
    overlays: list[DrawnOverlay]
    computed_ts: int | None


def chart_after(run: Run, after_ts: int) -> ChartRest:
    """A run's chart from a bar on, as far back as `MOST_PARTS` go."""
    found = list(RunChartPart.objects.filter(run=run).before(None)[:MOST_PARTS])
    older = next((place for place, part in enumerate(found) if part.first_ts <= after_ts), None)
    parts = [part.unpack() for part in reversed(found[: None if older is None else older + 1])]
    bars = [bar for part in parts for bar in part["bars"]]
    begin = sum(bar[0] < after_ts for bar in bars)
    overlays = _overlays(run, parts)
    return {
        "bars": bars[begin:],
        "overlays": [{**one, "values": one["values"][begin:]} for one in overlays],
        "computed_ts": int(bars[-1][0]) if bars else None,
    }


def chart_page(run: Run, before: int | None, n_parts: int = 2) -> ChartPage:
    """The newest stretch of a run's chart that starts before `before`, with its trades."""
    found = list(RunChartPart.objects.filter(run=run).before(before)[: n_parts + 1])
    parts = [part.unpack() for part in reversed(found[:n_parts])]
    result: RunResult = run.result
    plan = result.get("chart")
    bars = [bar for part in parts for bar in part["bars"]]
    has_more = len(found) > n_parts
    return {
        "bars": bars,
        "overlays": _overlays(run, parts),
        "has_more": has_more,
        "first_ts": bars[0][0] if bars else None,
        "is_truncated": plan is not None and plan["is_truncated"] and not has_more,
    }


def _overlays(run: Run, parts: list[ChartContent]) -> list[DrawnOverlay]:
    """The lines over the bars of these parts, as their user wants them drawn now."""
    result: RunResult = run.result
    plan = result.get("chart")
    lines: list[DrawnOverlay] = [
        {**line, "values": [value for part in parts for value in part["overlays"][place]]}
        for place, line in enumerate(plan["overlays"] if plan else [])
    ]
    return painted(lines, styles_of(run.user_id)) if lines else []
