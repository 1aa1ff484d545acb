"""The search in plain Python: one variant after the other, nothing shared between them."""

from __future__ import annotations

from strategies.engine.search.candidates import HELD, REFUSED
from strategies.engine.search.combinations import each


def taken(outcomes, flags):
    """R of the trades, in order, that entering on the flagged candidates gives."""
    free_from, found = 0, []
    for entry, leave, r, is_allowed in zip(*(c.tolist() for c in outcomes), flags, strict=True):
        if is_allowed and leave != REFUSED and entry >= free_from:
            free_from = leave + 1
            # No R: one that missing data ended.
            if leave != HELD and r == r:
                found.append(r)
    return found


def figures(rs):
    """The FIGURES of R in exit order, as a tuple."""
    total = gain = loss = peak = deepest = 0.0
    for r in rs:
        total += r
        gain += max(r, 0.0)
        loss += max(-r, 0.0)
        peak = max(peak, total)
        deepest = min(deepest, total - peak)
    return len(rs), sum(r > 0.0 for r in rs), total, gain, loss, deepest


def variants(outcomes, flags, groups, max_depth):
    """(places, R) of every combination in order."""
    for places in each(groups, max_depth):
        allowed = [all(flags[p][i] for p in places) for i in range(len(outcomes.r))]
        yield places, taken(outcomes, allowed)
