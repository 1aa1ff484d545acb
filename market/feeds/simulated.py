"""Invented but repeatable minutes of regular sessions, without end.

Every day of every symbol follows from the seed alone: a slow daily level that always returns to
its base, and minutes that wander between the levels of two days. A restart therefore produces
exactly the bars the last run would have produced.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from market import calendar, eastern
from market.arrays import Floats, RawBars, concatenate_raw
from market.errors import BarsError
from market.feeds.base import Batch
from market.instruments import OFFERED
from market.sources import SIMULATED
from market.store.writing import Minute

DEFAULT_SEED = 42
MINUTE_DRIFT, MINUTE_DEVIATION = 0.00002, 0.0008
DAY_DEVIATION = MINUTE_DEVIATION * 390**0.5
# Share of yesterday's distance from the base that is left today: no price drifts away for ever.
PERSISTENCE = 0.99
_PROFILES = {one.symbol: one for one in OFFERED}


class SimulatedFeed:
    def __init__(self, seed: int = DEFAULT_SEED) -> None:
        self.source = SIMULATED
        self.seed = seed

    def history(self, symbol: str, timeframe: str, start_ts: int, end_ts: int) -> RawBars:
        if timeframe != "1Min":
            raise BarsError("the simulated feed delivers 1Min bars")
        sessions = calendar.sessions_between(eastern.date_of(start_ts), eastern.date_of(end_ts - 1))
        days = [date.fromordinal(int(day)) for day in sessions.day_ordinal]
        bars = concatenate_raw([simulated_day(self.seed, symbol, day) for day in days])
        return bars.take((bars.start_ts >= start_ts) & (bars.start_ts < end_ts))

    def stream(self, symbols: Sequence[str], after_ts: int) -> Iterator[Batch]:
        day = eastern.date_of(after_ts)
        while day.year <= eastern.LAST_YEAR:
            if calendar.is_exchange_date(day):
                yield from self._day(symbols, day, after_ts)
            day = calendar.next_session(day)

    def _day(self, symbols: Sequence[str], day: date, after_ts: int) -> Iterator[Batch]:
        rows = [
            [Minute(symbol, *row) for row in zip(*(c.tolist() for c in bars), strict=True)]
            for symbol in symbols
            for bars in [simulated_day(self.seed, symbol, day)]
        ]
        for minutes in zip(*rows, strict=True):
            close_ts = minutes[0].start_ts + 60
            if close_ts > after_ts:
                yield Batch(close_ts, list(minutes))


def simulated_day(seed: int, symbol: str, day: date) -> RawBars:
    """One regular session of a symbol; early closes are shorter."""
    bounds = calendar.session_bounds(day)
    if bounds is None:
        raise BarsError(f"{day.isoformat()} has no session")
    starts = np.arange(bounds[0], bounds[1], 60, dtype=np.int64)
    random = _random(seed, symbol, day.toordinal())
    close = _prices(seed, symbol, day, random.standard_normal(starts.size))
    opens = np.concatenate([close[:1] * (1 + 0.0002 * random.standard_normal(1)), close[:-1]])
    spread = np.abs(random.standard_normal((2, starts.size))) * MINUTE_DEVIATION * 0.35
    high = np.maximum(opens, close) * (1 + spread[0])
    low = np.minimum(opens, close) * (1 - spread[1])
    opens, high, low, close = (np.round(price, 2) for price in (opens, high, low, close))
    return RawBars(starts, opens, high, low, close, _volume(symbol, starts.size, random))


def _prices(seed: int, symbol: str, day: date, noise: Floats) -> Floats:
    """Closes from this day's level to the next one's: a random walk with both ends fixed."""
    levels = _levels(seed, symbol)
    index = day.toordinal() - eastern.FIRST_ORDINAL
    begin, end = levels[index], levels[index + 1]
    walk = np.cumsum(MINUTE_DRIFT + MINUTE_DEVIATION * noise)
    share = np.arange(1, noise.size + 1) / noise.size
    base = _PROFILES[symbol].base_price if symbol in _PROFILES else 100.0
    prices: Floats = base * np.exp(begin + walk + (end - begin - walk[-1]) * share)
    return prices


@lru_cache(maxsize=64)
def _levels(seed: int, symbol: str) -> Floats:
    """Logarithm of price over base price at the start of every date the calendar covers."""
    n_days = eastern.LAST_ORDINAL - eastern.FIRST_ORDINAL + 2
    steps = DAY_DEVIATION * _random(seed, symbol, 0).standard_normal(n_days)
    levels, level = [], 0.0
    for step in steps.tolist():
        level = PERSISTENCE * level + step
        levels.append(level)
    return np.array(levels)


def _volume(symbol: str, n: int, random: np.random.Generator) -> Floats:
    """Heavy in the first and last hour, light at noon."""
    share = np.linspace(0, 1, n)
    shape = 0.6 + 1.6 * (2 * share - 1) ** 2
    level = _PROFILES[symbol].volume_per_minute if symbol in _PROFILES else 50_000.0
    volume: Floats = np.round(level * shape * np.exp(0.35 * random.standard_normal(n)))
    return volume


def _random(seed: int, symbol: str, day: int) -> np.random.Generator:
    """A generator of its own per seed, symbol and day; the hash is the same in every process."""
    digest = hashlib.blake2b(f"{seed}:{symbol}:{day}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))
