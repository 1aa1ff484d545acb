"""What a preview is about, and the parts that both kinds of it share."""

from collections.abc import Generator
from typing import NamedTuple

from strategies.engine.spec import DAY_SECONDS, PackSpec, StrategySpec
from strategies.engine.types import Bars
from strategies.previews.documents import ChartDocument, PreviewResult, SpanDocument

STEP_BARS = 50_000
NS = 1_000_000_000
# Newest bars that the chart draws, and rows of each table.
MOST_DRAWN = 20_000
SHOWN_ROWS = 25

# Yields the share that is done and what is being done; returns what came of it.
Steps = Generator[tuple[float, str], None, tuple[PreviewResult, ChartDocument]]


class Subject(NamedTuple):
    """A pack over bars, of which those from `first` on are shown; those before warm it up."""

    pack: PackSpec
    spec: StrategySpec
    bars: Bars
    first: int
    span: SpanDocument

    @property
    def visible(self) -> Bars:
        return self.bars.take(slice(self.first, None))

    @property
    def is_daily(self) -> bool:
        return self.span["seconds"] >= DAY_SECONDS


def drawn_bars(bars: Bars) -> list[list[float]]:
    """Start, open, high, low, close, volume of each bar."""
    starts = (bars.start_ns // NS).tolist()
    prices = [column.tolist() for column in bars[2:7]]
    return [list(row) for row in zip(starts, *prices, strict=True)]
