"""The analytics of a run as they are stored: columns short enough to be read with every page.

The engine's columns have a value for every trade. A chart has room for fewer, so that of a long
history only every so many are kept, with the numbers of their trades; the newest always is.
"""

from strategies.engine.figures.analytics import Analytics
from strategies.engine.figures.edge import EdgeCheck
from strategies.engine.figures.markov import Markov
from strategies.engine.figures.rolling import RollingFigures
from strategies.models.documents import Column, StoredAnalytics, StoredEdgeCheck, StoredRolling

MOST_POINTS = 1500
MOST_STREAKS = 200
DECIMALS = 4


def stored_analytics(parts: Analytics) -> StoredAnalytics:
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


def _thinned(values: Column, places: list[int]) -> Column:
    return [None if (v := values[place]) is None else round(v, DECIMALS) for place in places]


def _edge_check(part: EdgeCheck | None) -> StoredEdgeCheck | None:
    """Bands begin at the trade that fills the first window; before it they are None."""
    if part is None:
        return None
    lead: Column = [None] * (part["window"] - 1)
    places = kept_places(len(part["cumulative_r"]))
    return {
        **part,
        "trades": [1 + place for place in places],
        "cumulative_r": _thinned(part["cumulative_r"], places),
        "average": _thinned([*lead, *part["average"]], places),
        "lower": _thinned([*lead, *part["lower"]], places),
        "upper": _thinned([*lead, *part["upper"]], places),
    }


def _rolling(part: RollingFigures | None) -> StoredRolling | None:
    if part is None:
        return None
    places = kept_places(len(part["win_rate"]))
    return {
        **part,
        "trades": [part["window"] + place for place in places],
        "win_rate": _thinned(part["win_rate"], places),
        "profit_factor": _thinned(part["profit_factor"], places),
        "quality": _thinned(part["quality"], places),
    }


def _markov(part: Markov | None) -> Markov | None:
    if part is None:
        return None
    return {**part, "streaks": part["streaks"][-MOST_STREAKS:]}
