"""The forward alarm's running sum: how far a forward test has fallen behind what it promised."""

from __future__ import annotations

import numpy as np

from strategies.engine.types import Floats


def cusum(r: Floats, mean_r: float, deviation_r: float) -> Floats:
    """Shortfall in deviations after each trade, (n,), at least 0.

    Parameters
    ----------
    r : (n,) float64, net R of the forward trades in order
    mean_r, deviation_r : of the backtest, the deviation > 0

    Notes
    -----
    ``C = max(0, C + (m / 2 - x) / s)``: it grows with results nearer to nothing than to the mean.

    References
    ----------
    Page (1954), Continuous Inspection Schemes, Biometrika 41; Philips, Yashchin and Stein (2003),
    Using Statistical Process Control to Monitor Active Managers, JPM 30(1).
    """
    found, total = np.empty(r.size), 0.0
    for i, step in enumerate(((0.5 * mean_r - r) / deviation_r).tolist()):
        total = max(0.0, total + step)
        found[i] = total
    return found
