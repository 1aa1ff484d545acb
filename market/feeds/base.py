"""What a feed is: history on request, and a stream of closed minutes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from market.arrays import RawBars
from market.store.writing import Minute


class Batch(NamedTuple):
    """All bars of one closed minute; `close_ts` becomes the source's market time."""

    close_ts: int
    minutes: list[Minute]


class Feed(Protocol):
    """A provider of minutes for one source."""

    source: str

    def history(self, symbol: str, timeframe: str, start_ts: int, end_ts: int) -> RawBars:
        """Bars that start in [start_ts, end_ts)."""
        ...

    def stream(self, symbols: Sequence[str], after_ts: int) -> Iterator[Batch]:
        """Minutes that close after `after_ts`, in order, each once; the same on every call."""
        ...
