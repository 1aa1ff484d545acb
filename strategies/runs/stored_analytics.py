"""The analytics of a run as they are stored: columns short enough to be read with every page.

The engine's columns have a value for every trade. A chart has room for fewer, so that of a long
history only every so many are kept, with the numbers of their trades; the newest always is.
"""

from collections.abc import Mapping
from typing import Any

MOST_POINTS = 1500
MOST_STREAKS = 200
DECIMALS = 4
Part = dict[str, Any]


def stored_analytics(parts: Mapping[str, Any]) -> Part:
    """The parts with their columns thinned and rounded, each beside the trades it belongs to."""
    return {
        **parts,
        "edge_check": _edge_check(parts["edge_check"]),
        "rolling": _rolling(parts["rolling"]),
        "markov": _markov(parts["markov"]),
    }


def kept_places(n: int, most: int = MOST_POINTS) -> list[int]:
    """At most `most` places of n, evenly apart, the last among them."""
    step = max(1, -(-n // most))
    return list(range((n - 1) % step, n, step)) if n else []


def _column(values: list[float | None], places: list[int]) -> list[float | None]:
    return [None if (v := values[place]) is None else round(v, DECIMALS) for place in places]


def _edge_check(part: Part | None) -> Part | None:
    """Bands begin at the trade that fills the first window; before it they are None."""
    if part is None:
        return None
    lead: list[float | None] = [None] * (part["window"] - 1)
    columns = {
        "cumulative_r": part["cumulative_r"],
        **{name: [*lead, *part[name]] for name in ("average", "lower", "upper")},
    }
    return {**part, **_thinned(columns, first_trade=1)}


def _rolling(part: Part | None) -> Part | None:
    if part is None:
        return None
    columns = {name: part[name] for name in ("win_rate", "profit_factor", "quality")}
    return {**part, **_thinned(columns, first_trade=part["window"])}


def _thinned(columns: dict[str, list[float | None]], first_trade: int) -> Part:
    places = kept_places(len(next(iter(columns.values()))))
    kept = {name: _column(values, places) for name, values in columns.items()}
    return {"trades": [first_trade + place for place in places], **kept}


def _markov(part: Part | None) -> Part | None:
    return part and {**part, "streaks": part["streaks"][-MOST_STREAKS:]}
