"""How often a pack is in each of its states, for how long, and what follows.

Axis 0 is time: bar t is known at its close. Code -1 is no state: the pack is not warmed up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypedDict

import numpy as np

from strategies.engine.types import Int8s, Int32s, Int64s

NONE = -1


class Runs(NamedTuple):
    """Stretches of equal codes, in their order: index of the first bar, length in bars, code."""

    starts: Int64s
    lengths: Int64s
    codes: Int8s


class StateFigures(TypedDict):
    """`share` is of the bars with a state; lengths are in bars, None without a stretch."""

    n_bars: int
    share: float | None
    n_runs: int
    median_bars: float | None
    mean_bars: float | None
    longest_bars: int | None


def runs_of(codes: Int8s) -> Runs:
    """Stretches of one state, those without a state among them.

    Parameters
    ----------
    codes : (n,) int8, position of the state, -1 without one
    """
    if not codes.shape[0]:
        nothing = np.zeros(0, np.int64)
        return Runs(nothing, nothing, codes)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1]).astype(np.int64)
    lengths = np.diff(np.append(starts, codes.shape[0]))
    return Runs(starts, lengths, codes[starts])


def state_figures(runs: Runs, n_states: int) -> list[StateFigures]:
    """Frequency and duration of each state, by its code.

    Notes
    -----
    A stretch that the window cuts counts with the part inside. Bars without a state count in no
    share.
    """
    n_known = int(runs.lengths[runs.codes != NONE].sum())
    return [_figures(runs.lengths[runs.codes == code], n_known) for code in range(n_states)]


def _figures(lengths: Int64s, n_known: int) -> StateFigures:
    n_bars = int(lengths.sum())
    has_any = lengths.shape[0] > 0
    return {
        "n_bars": n_bars,
        "share": n_bars / n_known if n_known else None,
        "n_runs": int(lengths.shape[0]),
        "median_bars": float(np.median(lengths)) if has_any else None,
        "mean_bars": float(lengths.mean()) if has_any else None,
        "longest_bars": int(lengths.max()) if has_any else None,
    }


def transitions(runs: Runs, n_states: int) -> list[list[int]]:
    """How often each state (row) was followed by each other (column)."""
    counts = np.zeros((n_states, n_states), np.int64)
    before, after = runs.codes[:-1], runs.codes[1:]
    is_known = (before != NONE) & (after != NONE)
    np.add.at(counts, (before[is_known], after[is_known]), 1)
    found: list[list[int]] = counts.tolist()
    return found


class GroupShares(TypedDict):
    """Of the bars of one hour or weekday: how many had a state, and the share of each state."""

    group: int
    n_bars: int
    shares: list[float]


def shares_by(codes: Int8s, groups: Int64s | Int32s | Int8s, n_states: int) -> list[GroupShares]:
    """Frequency of each state among the bars of each group, groups in ascending order."""
    is_known = codes != NONE
    kept = groups[is_known]
    return [
        _shares(int(group), codes[is_known][kept == group], n_states)
        for group in _ascending(np.unique(kept).tolist())
    ]


def _ascending(groups: Iterable[int]) -> list[int]:
    return sorted(int(group) for group in groups)


def _shares(group: int, codes: Int8s, n_states: int) -> GroupShares:
    counts = np.bincount(codes, minlength=n_states)
    return {
        "group": group,
        "n_bars": int(codes.shape[0]),
        "shares": (counts / codes.shape[0]).tolist(),
    }
