"""Equity curves as one chart takes them: short enough to be sent, true to every turn."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypedDict

import numpy as np

from strategies.engine.types import Int64s

MOST_POINTS = 1_500


class Curve(TypedDict):
    """Cumulative net R after some trades: their numbers from 1 on, and when they were left."""

    name: str
    numbers: list[int]
    exit_times: list[int]
    cumulative_r: list[float]


def curve(name: str, exit_times: Sequence[int], cumulative_r: Sequence[float]) -> Curve:
    kept = _kept(cumulative_r)
    times, values = np.asarray(exit_times, np.int64)[kept], np.asarray(cumulative_r, float)[kept]
    return {
        "name": name,
        "numbers": (kept + 1).tolist(),
        "exit_times": times.tolist(),
        "cumulative_r": values.tolist(),
    }


def _kept(values: Sequence[float]) -> Int64s:
    """Places of the points that are drawn: of each stretch its lowest and its highest, the ends."""
    n = len(values)
    if n <= MOST_POINTS:
        return np.arange(n)
    column = np.asarray(values, float)
    edges = np.linspace(0, n, MOST_POINTS // 2, dtype=np.int64)
    turns = [
        begin + int(find(column[begin:end]))
        for begin, end in pairwise(edges)
        for find in (np.argmin, np.argmax)
    ]
    return np.unique([0, *turns, n - 1])
