"""Entry significance: whether the entries did better than entries at random moments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strategies.engine.trust.history import ENOUGH_TRADES, Sample, rows_of
from strategies.engine.trust.outcomes import (
    Band,
    Histogram,
    Percentiles,
    Significance,
    Verdict,
)
from strategies.engine.types import Bars, Floats, Int64s
from strategies.engine.walk.positions import FEWEST_MISSING

N_RANDOM = 1000
SIGNIFICANT_P = 0.05
N_BINS = 24
# Sets of random entries whose curves make the band, and at how many trades it is known.
N_BAND, N_BAND_PLACES = 400, 200
BAND_PERCENT = (5, 95)
PERCENTILES = (5, 25, 50, 75, 95)


class _Places(NamedTuple):
    """Where random trades may lie: segments of bars, and the bundles that move as one.

    `bundle` is the bundle of each trade, ascending; `spans` the bars each takes, its entry and
    exit bar and the rest after it included.
    """

    starts: Int64s
    lengths: Int64s
    bundle: Int64s
    spans: Int64s
    # Bars of each span that follow the exit, in which limits allow no entry.
    rest: int = 0
    # Bundles stay in their own segment: one is as long as the trades held over night need.
    is_fixed: bool = False


def check_significance(
    bars: Bars,
    sample: Sample,
    side: float,
    first_entry: int,
    *,
    rest: int = 0,
    n_random: int = N_RANDOM,
    seed: int = 1,
) -> Significance:
    """Mean signed close-to-close move of the trades, ranked among random entries.

    Parameters
    ----------
    bars : n bars of the strategy's session
    sample : closed trades, not overlapping
    side : +1 long, -1 short
    first_entry : index of the first bar on which an entry was possible
    rest : bars after an exit in which the limits of the strategy allow no entry
    n_random : sets of random entries
    seed : of the draws

    Returns
    -------
    `passed` with p <= 0.05; `failed` when at least half of the random sets did as well;
    `caution` between; `unknown` under 30 trades. See `scaled_moves`, `random_means`, `p_value_of`.
    """
    is_intraday = bool((bars.day[sample.entry_index] == bars.day[sample.exit_index]).all())
    if not sample.n:
        return _without_trades(seed, is_intraday)
    risk = float(np.median(sample.risk))
    mean = float(scaled_moves(bars.close, sample, side, risk).mean())
    places = _places(bars, sample, first_entry, is_intraday, rest)
    rng = np.random.Generator(np.random.PCG64(seed))
    random = random_means(rng, bars.close, places, side, n_random) / risk
    p_value = p_value_of(mean, random)
    return {
        "verdict": _verdict(sample.n, p_value),
        "n_trades": sample.n,
        "n_random": n_random,
        "seed": seed,
        "mean_r": mean,
        "p_value": p_value,
        "better_than": float((random < mean).mean()),
        "median_risk": risk,
        "within_days": is_intraday,
        "random_percentiles": percentiles(random),
        "histogram": histogram(random, mean),
        "band": random_band(bars.close, places, side, risk, min(n_random, N_BAND), seed),
    }


def scaled_moves(closes: Floats, sample: Sample, side: float, risk: float) -> Floats:
    """Signed close-to-close move of each trade, (n,), in `risk`.

    Parameters
    ----------
    closes : of the bars, quote currency
    sample : closed trades
    side : +1 long, -1 short
    risk : the median initial risk of all trades, quote currency, > 0

    Notes
    -----
    The move of a trade is ``side * (close[exit] - close[entry])``, from the close of its entry
    bar to the close of its exit bar: stops, targets, fills and costs play no part, so that both
    sides are measured alike.
    """
    moves: Floats = side * (closes[sample.exit_index] - closes[sample.entry_index]) / risk
    return moves


def p_value_of(mean: float, random: Floats) -> float:
    """How likely random entries do at least as well, as a fraction, > 0.

    Parameters
    ----------
    mean : the strategy's mean move
    random : (n_random,) float64, the mean of each random set in the same unit

    Notes
    -----
    ``p = (1 + k) / (1 + n_random)`` with k the random sets whose mean is at least the strategy's.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, equation 4.11.
    """
    return (1 + int((random >= mean).sum())) / (1 + random.size)


def _without_trades(seed: int, is_intraday: bool) -> Significance:
    return {
        "verdict": "unknown",
        "n_trades": 0,
        "n_random": 0,
        "seed": seed,
        "mean_r": None,
        "p_value": None,
        "better_than": None,
        "median_risk": None,
        "within_days": is_intraday,
        "random_percentiles": {},
        "histogram": {},
        "band": None,
    }


def _verdict(n_trades: int, p_value: float) -> Verdict:
    if n_trades < ENOUGH_TRADES:
        return "unknown"
    if p_value <= SIGNIFICANT_P:
        return "passed"
    return "failed" if p_value >= 0.5 else "caution"


def _places(
    bars: Bars, sample: Sample, first_entry: int, is_intraday: bool, rest: int = 0
) -> _Places:
    spans = sample.exit_index - sample.entry_index + 1 + rest
    first = min(first_entry, int(sample.entry_index[0]))
    if not is_intraday:
        return _stretches(bars, sample, first, spans, rest)
    _, starts, lengths = np.unique(bars.day[first:], return_index=True, return_counts=True)
    bundle = np.unique(bars.day[sample.entry_index], return_inverse=True)[1].astype(np.int64)
    # The rest after the last trade of a segment may reach beyond its end.
    lengths = lengths.astype(np.int64) + rest
    fits = lengths >= np.bincount(bundle, spans).max()
    return _Places((starts[fits] + first).astype(np.int64), lengths[fits], bundle, spans, rest)


def _stretches(bars: Bars, sample: Sample, first: int, spans: Int64s, rest: int) -> _Places:
    """The bars between missing data, over which no position is carried, that have trades."""
    cuts = np.flatnonzero(bars.missing_before[first + 1 :] >= FEWEST_MISSING) + first + 1
    starts = np.concatenate([[first], cuts]).astype(np.int64)
    lengths = np.diff(np.append(starts, bars.n)) + rest
    stretch = np.searchsorted(starts, sample.entry_index, side="right") - 1
    used, bundle = np.unique(stretch, return_inverse=True)
    return _Places(starts[used], lengths[used], bundle.astype(np.int64), spans, rest, is_fixed=True)


def random_means(
    rng: np.random.Generator, closes: Floats, places: _Places, side: float, n_random: int
) -> Floats:
    """Mean move of each random set, shape (n_random,), quote currency.

    Notes
    -----
    A random set has the same number of trades with the same holding times in bars, in random
    order and at random places that do not overlap and span no missing data. If no trade was held
    overnight, no random one is: the trades of a date then stay together and move to a random date,
    so there are as many on a date as the strategy's limits allow; a cool-down is kept as well.
    Where fewer dates can hold the fullest one than there are dates with trades, some dates are
    used twice.
    """
    means = []
    for n_rows in rows_of(places.spans.size + places.starts.size, n_random):
        entries, holds = random_entries(rng, places, n_rows)
        means.append(side * (closes[entries + holds] - closes[entries]).mean(axis=1))
    return np.concatenate(means)


def random_entries(rng: np.random.Generator, places: _Places, n_rows: int) -> tuple[Int64s, Int64s]:
    """Entry bars and holding times, (n_rows, n) each; rows are draws.

    Notes
    -----
    The bars that are left when all trades of a segment stand side by side are dealt out at
    random before, between and behind them.
    """
    bundle, spans = places.bundle, places.spans
    totals = np.bincount(bundle, spans).astype(np.int64)
    # Within a bundle the order is random; bundles stay where they are.
    order = np.argsort(bundle + rng.random((n_rows, bundle.size)), axis=1)
    drawn = spans[order]
    before = np.cumsum(drawn, axis=1) - drawn - (np.cumsum(totals) - totals)[bundle]
    segments = np.argsort(rng.random((n_rows, places.starts.size)), axis=1)
    if places.is_fixed:
        segments = np.broadcast_to(np.arange(totals.size), (n_rows, totals.size))
    segments = segments[:, np.arange(totals.size) % places.starts.size][:, bundle]
    free = places.lengths[segments] - totals[bundle]
    slots = (rng.random(free.shape) * (free + 1)).astype(np.int64)
    # Ascending within each bundle.
    apart = bundle * (int(places.lengths.max()) + 1)
    slots = np.sort(slots + apart, axis=1) - apart
    return places.starts[segments] + slots + before, drawn - 1 - places.rest


def random_band(
    closes: Floats, places: _Places, side: float, risk: float, n_random: int, seed: int
) -> Band:
    """Where the cumulative moves of random entries lie as their trades add up.

    Parameters
    ----------
    closes : of the bars, quote currency
    risk : a unit of the moves, quote currency
    n_random : random sets, whose draws are others than those of the test

    Notes
    -----
    A set is as in `random_means`. The 5th and 95th percentile over the sets, at up to 200 trades.
    """
    n = int(places.spans.size)
    at = np.unique(np.linspace(0, n - 1, N_BAND_PLACES).round().astype(np.int64))
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    sums = []
    for n_rows in rows_of(n + places.starts.size, n_random):
        entries, holds = random_entries(rng, places, n_rows)
        moves = side * (closes[entries + holds] - closes[entries]) / risk
        sums.append(np.cumsum(moves, axis=1)[:, at])
    low, high = np.percentile(np.concatenate(sums), BAND_PERCENT, axis=0)
    return {
        "n_random": n_random,
        "trades": (at + 1).tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
    }


def percentiles(values: Floats) -> Percentiles:
    """The 5th, 25th, 50th, 75th and 95th percentile, by linear interpolation."""
    found = np.percentile(values, PERCENTILES)
    return {f"p{rank}": value for rank, value in zip(PERCENTILES, found.tolist(), strict=True)}


def histogram(values: Floats, mark: float) -> Histogram:
    """Counts in equal bins that reach from the smallest to the largest value and the mark."""
    low, high = min(float(values.min()), mark), max(float(values.max()), mark)
    if high - low < 1e-12:
        low, high = low - 0.5, high + 0.5
    counts, _ = np.histogram(values, N_BINS, (low, high))
    return {"low": low, "high": high, "counts": counts.tolist(), "mark": mark}
