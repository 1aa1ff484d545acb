"""A recorded day as a feed: the stored minutes of another source, played under a new name."""

from collections.abc import Iterator, Sequence

from market.arrays import RawBars
from market.feeds.base import Batch
from market.models import Replay
from market.replays import day_bars
from market.store.reading import read_raw
from market.store.writing import Minute


class ReplayFeed:
    def __init__(self, replay: Replay) -> None:
        self.source = replay.source
        self.dataset = replay.dataset
        self.symbol = replay.symbol
        self.day = replay.day

    def history(self, symbol: str, timeframe: str, start_ts: int, end_ts: int) -> RawBars:
        return read_raw(self.dataset, symbol, timeframe, start_ts, end_ts)

    def stream(self, symbols: Sequence[str], after_ts: int) -> Iterator[Batch]:
        bars = day_bars(self.dataset, self.symbol, self.day)
        for row in zip(*(column.tolist() for column in bars), strict=True):
            minute = Minute(self.symbol, *row)
            if minute.start_ts + 60 > after_ts:
                yield Batch(minute.start_ts + 60, [minute])
