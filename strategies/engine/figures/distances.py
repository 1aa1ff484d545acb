"""How far stops and targets would lie from the close of every bar."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

import numpy as np

from strategies.engine.spec import Protection
from strategies.engine.types import Floats

SHARES = (5.0, 50.0, 95.0)


class Basis(NamedTuple):
    """What levels are made of at each bar, NaN while missing: (n,) float64, quote currency."""

    close: Floats
    atr: Floats
    lowest: Floats
    highest: Floats


class DistanceFigures(TypedDict):
    """Percentiles 5, 50 and 95 of a distance over the bars where it is one.

    `n_none` counts the bars without it: a value is missing, or it would lie on the wrong side.
    """

    n: int
    n_none: int
    price: list[float] | None
    atr: list[float] | None
    percent: list[float] | None


def distance(part: Protection, basis: Basis, side: float) -> Floats:
    """How far a stop or target lies from an entry at the close, by a method other than reward.

    Parameters
    ----------
    part : where it lies
    basis : ATR and swing extremes of each bar
    side : +1 above the entry, -1 below

    Returns
    -------
    (n,) float64, quote currency; NaN without a value and where it lies on the wrong side
    """
    if part.method == "atr":
        found = part.size * basis.atr
    elif part.method == "fixed_dollar":
        found = np.full_like(basis.close, part.size)
    elif part.method == "percentage":
        found = basis.close * part.size / 100.0
    else:
        extreme = basis.highest if side > 0.0 else basis.lowest
        found = side * (extreme - basis.close) + part.padding
    return np.where(found > 0.0, found, np.nan)


def target_distance(target: Protection, stop_distance: Floats, basis: Basis, side: float) -> Floats:
    """The same of a target, one by reward to risk included."""
    if target.method == "risk_reward":
        return target.size * stop_distance
    return np.where(np.isfinite(stop_distance), distance(target, basis, side), np.nan)


def distance_figures(distances: Floats, basis: Basis) -> DistanceFigures:
    """Percentiles in price, in ATR and in percent of the price."""
    is_known = np.isfinite(distances)
    n = int(is_known.sum())
    return {
        "n": n,
        "n_none": int(distances.shape[0]) - n,
        "price": _percentiles(distances),
        "atr": _percentiles(_over(distances, basis.atr)),
        "percent": _percentiles(100.0 * _over(distances, basis.close)),
    }


def _over(values: Floats, unit: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(unit > 0.0, values / unit, np.nan)
    return found


def _percentiles(values: Floats) -> list[float] | None:
    known = values[np.isfinite(values)]
    if not known.shape[0]:
        return None
    found: list[float] = np.percentile(known, SHARES).tolist()
    return found
