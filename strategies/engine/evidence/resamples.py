"""Samples of dates that every variant over the same dates shares, so that runs over them merge."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from strategies.engine.types import Int64s

Float32s = npt.NDArray[np.float32]

N_RESAMPLES = 299
# Kernels add up so many samples at a time; the ones that fill up are of no date.
LANES = 16


class Resamples(NamedTuple):
    """How often each sample draws each date.

    counts : (D, n padded to LANES) float32, zeros in the columns that fill up
    """

    counts: Float32s
    n: int

    @property
    def n_dates(self) -> int:
        return int(self.counts.shape[0])


def dates_digest(days: Sequence[int] | Int64s) -> str:
    """Recognises dates: runs may be merged whose dates are exactly the same.

    Parameters
    ----------
    days : date ordinals, ascending
    """
    return hashlib.sha256(np.asarray(days, "<i8").tobytes()).hexdigest()


def resamples_of(days: Sequence[int] | Int64s, n: int = N_RESAMPLES) -> Resamples:
    """Draw the date samples; the same dates and number always give the same ones.

    Notes
    -----
    Stationary bootstrap: blocks of geometric length with mean ``max(1, round(D ** (1 / 3)))`` that
    begin anywhere and wrap around.

    References
    ----------
    Politis and Romano (1994), The Stationary Bootstrap, JASA 89(428).
    """
    seed = hashlib.sha256(f"{dates_digest(days)} {n}".encode()).digest()
    rng = np.random.Generator(np.random.PCG64(int.from_bytes(seed)))
    return counted(draws(rng, len(days), n))


def draws(rng: np.random.Generator, n_dates: int, n: int) -> Int64s:
    """Places of dates, a sample a row, (n, D)."""
    mean_block = max(1, round(n_dates ** (1 / 3)))
    begins = rng.random((n, n_dates)) < 1.0 / mean_block
    begins[:, :1] = True
    starts = rng.integers(0, max(1, n_dates), (n, n_dates))
    places = np.arange(n_dates)
    begun = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    first = np.take_along_axis(starts, begun, axis=1)
    found: Int64s = (first + places - begun) % max(1, n_dates)
    return found


def counted(places: Int64s) -> Resamples:
    """The samples as the kernels read them, from the places of dates in each, (n, D)."""
    n, n_dates = places.shape
    counts = np.zeros((n_dates, -(-n // LANES) * LANES), np.float32)
    np.add.at(counts, (places, np.arange(n)[:, None]), np.float32(1.0))
    return Resamples(counts, n)
