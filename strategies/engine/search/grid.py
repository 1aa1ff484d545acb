"""The grid of stops and targets, tried in turn over the same entries and exits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from strategies.engine.jit import lean
from strategies.engine.search.conditions import try_base_nb
from strategies.engine.search.outcomes import resolve_nb
from strategies.engine.walk.positions import BASES, RULES

if TYPE_CHECKING:
    from strategies.engine.search.candidates import Candidates
    from strategies.engine.search.costs import Costs
    from strategies.engine.search.figures import Demands
    from strategies.engine.search.limits import Limited
    from strategies.engine.search.market import Market
    from strategies.engine.search.outcomes import Slot, Timing
    from strategies.engine.search.ranking import Keeper
    from strategies.engine.types import Int64s, Rows

_OF_TARGET = "target_"
_OF_STOP = ("stop_", "trailing_", "breakeven_", "has_breakeven")
_TARGET = 1


class Protections(NamedTuple):
    """Every stop with every target: RULES rows (m,), bases (m, 3), bars to warm up (m,)."""

    rules: Rows
    bases: Int64s
    warm_up: Int64s


def joined_rules(rules: Rows, stops: Rows, targets: Rows) -> Rows:
    """The rules of a strategy with each stop and each target, targets changing fastest.

    Parameters
    ----------
    rules : (1,) RULES, for all that is neither stop nor target
    stops, targets : (s,) and (t,) RULES
    """
    joined = np.repeat(rules, len(stops) * len(targets)).reshape(len(stops), len(targets))
    for name in RULES.names or ():
        if name.startswith(_OF_TARGET):
            joined[name] = targets[name][None, :]
        elif name.startswith(_OF_STOP):
            joined[name] = stops[name][:, None]
    return joined.reshape(-1)


def joined_bases(stops: Int64s, targets: Int64s) -> Int64s:
    """Rows of columns that each stop with each target reads, from those of both, (s * t, 3)."""
    joined = np.repeat(stops[:, None, :], len(targets), axis=1)
    joined[:, :, _TARGET] = targets[None, :, _TARGET]
    return joined.reshape(-1, BASES)


@lean
def try_grid_nb(
    protections: Protections,
    begin: int,
    n_most: int,
    timing: Timing,
    market: Market,
    costs: Costs,
    first: int,
    end: int,
    slot: Slot,
    limited: Limited | None,
    candidates: Candidates,
    demand: Demands,
    keeper: Keeper,
) -> int:
    """Try the next stops and targets from `begin` on, at most `n_most`; answers where it stopped.

    Parameters
    ----------
    first, end, slot, limited, candidates : as in `resolve_nb`, which leaves no candidate that
        limits keep out
    keeper : moved along; `base` of its variant is the number of the one from `begin`
    """
    stop = int(min(begin + n_most, protections.rules.shape[0]))
    for i in range(begin, stop):
        resolve_nb(
            protections.rules[i : i + 1],
            protections.bases[i],
            timing,
            market,
            costs,
            max(first, protections.warm_up[i]),
            end,
            True,
            slot,
            limited,
            candidates,
        )
        try_base_nb(candidates.allowed, candidates, None, demand, keeper)
        keeper.variant[0].base += 1
    return stop
