"""Bars for tests: hand-typed tables, or a seeded wave that crosses its averages often."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from django.utils import timezone

from market import calendar, eastern
from market.arrays import Floats, RawBars
from market.models import Instrument
from market.store.writing import store_bars

# A Monday with a regular session, 09:30 in New York.
OPEN_2024 = "2024-03-04T14:30:00Z"
PRICES = Path(__file__).parent / "tests/data/prices.json"


def right_prices(table: str) -> list[list[object]]:
    """Rows with the right value last: of `written` prices and of prices to be told `apart`."""
    rows: list[list[object]] = json.loads(PRICES.read_text(encoding="utf-8"))[table]
    return rows


def ts_of(text: str) -> int:
    """Epoch seconds of `2024-03-04T14:30:00Z`."""
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())


def raw_bars(rows: Sequence[tuple[float, float, float, float, float]], start_ts: int) -> RawBars:
    """Consecutive minutes from rows of open, high, low, close, volume."""
    table = np.array(rows, np.float64).reshape(-1, 5).T
    starts = start_ts + 60 * np.arange(table.shape[1], dtype=np.int64)
    return RawBars(starts, *np.ascontiguousarray(table))


def wave(n_days: int = 3, first: str = OPEN_2024, seed: int = 7) -> RawBars:
    """Full regular sessions of a noisy sine around 100, from the date of `first` on."""
    begin = eastern.date_of(ts_of(first))
    days = [begin, *_following(begin, n_days - 1)]
    starts = np.concatenate(
        [np.arange(*(calendar.session_bounds(day) or (0, 0)), 60, dtype=np.int64) for day in days]
    )
    noise = np.random.default_rng(seed).normal(0, 0.02, (3, starts.size))
    close = 100 + np.sin(np.arange(starts.size) / 9) + noise[0]
    opens = np.concatenate([close[:1], close[:-1]])
    high = np.maximum(opens, close) + np.abs(noise[1])
    low = np.minimum(opens, close) - np.abs(noise[2])
    return RawBars(starts, opens, high, low, close, np.full(starts.size, 1000.0))


def drifting(n_days: int, seed: int = 3) -> RawBars:
    """Full regular sessions of a price that drifts, so that its days and hours differ."""
    base = wave(n_days)
    steps = np.random.default_rng(seed).normal(0, 0.05, base.n)
    return of_closes(base, 100 + np.cumsum(steps), reach=0.02)


def zigzag(n_days: int) -> RawBars:
    """A wave that goes far up and down within every five minutes, now the one first, now the other.

    No minute goes both ways.
    """
    base = wave(n_days, seed=11)
    sides = np.random.default_rng(4).choice([-1.0, 1.0], base.n // 5)
    swing = np.array([0.8, 0.0, -0.8, 0.0, 0.0])[np.arange(base.n) % 5]
    return of_closes(base, base.close + swing * np.repeat(sides, 5))


def of_closes(base: RawBars, close: Floats, reach: float = 0.0) -> RawBars:
    """Bars that open at the close before and reach beyond open and close by an amount."""
    opens = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(opens, close) + reach, np.minimum(opens, close) - reach
    return RawBars(base.start_ts, opens, high, low, close, base.volume)


def revised(bars: RawBars) -> RawBars:
    """The same minutes after an adjustment: every price is another one."""
    return of_closes(bars, bars.close + 1)


def make_bars(
    source: str = "sample",
    symbol: str = "SPY",
    raw: RawBars | None = None,
    *,
    n_days: int = 3,
    timeframe: str = "1Min",
) -> RawBars:
    """Store bars of a series (a wave of `n_days` sessions unless given) and return them."""
    bars = wave(n_days) if raw is None else raw
    Instrument.objects.get_or_create(symbol=symbol)
    store_bars(source, symbol, timeframe, bars, timezone.now())
    return bars


def _following(day: date, count: int) -> list[date]:
    days = []
    for _ in range(count):
        day = calendar.next_session(day)
        days.append(day)
    return days
