"""The equity curve and the distribution of a run as their charts take them: few numbers that look
as all of them would, beside what holding and what random entries would have made.
"""

from collections import Counter
from math import floor
from typing import NotRequired, TypedDict

import numpy as np

from strategies.engine.figures.drawn import DECIMALS, falls_of, kept_places
from strategies.engine.trust.outcomes import Band, TrustDocument
from strategies.models import Run
from strategies.models.documents import Curve, RunResult
from strategies.trust.queue import check_of
from strategies.words.figures import written

# More results than these are handed to the histogram as counts of this width, in R.
MOST_VALUES, BIN = 2000, 0.05


class CurvePoint(TypedDict):
    ts: int
    r: float
    segment: str
    # Number of the trade, and R below the peak by then; charts count by themselves without them.
    n: NotRequired[int]
    fall: NotRequired[float]


class Beside(TypedDict):
    """A line or a band beside the curve, a value for each point, and the sentence that says it."""

    label: str
    sentence: str
    low: list[float | None]
    high: NotRequired[list[float | None]]
    is_shown: bool


class ShownCurve(TypedDict):
    """The curve as the equity chart takes it."""

    points: list[CurvePoint]
    boundary_ts: int | None
    holding: NotRequired[Beside]
    random: NotRequired[Beside]


class Distribution(TypedDict, total=False):
    """Every result, or of many how many lie in each step of so many R."""

    values: list[float]
    bins: list[tuple[int, int]]
    width: float


def shown_curve(run: Run) -> ShownCurve:
    result: RunResult = run.result
    curve = equity_points(result.get("equity"), result.get("drawn", {}).get("trades"))
    if holding := _holding(result):
        curve["holding"] = holding
    if random := _random(run, curve):
        curve["random"] = random
    return curve


def equity_points(curve: Curve | None, trades: list[int] | None = None) -> ShownCurve:
    """The stored curve by the points that are drawn; the segment follows the boundary index."""
    if not curve:
        return {"points": [], "boundary_ts": None}
    boundary = curve.get("boundary_index")
    times, values = curve.get("exit_times", []), np.array(curve.get("cumulative_r", []))
    falls = falls_of(values)
    places = [n - 1 for n in trades] if trades else kept_places(values, falls).tolist()
    points: list[CurvePoint] = [
        {
            "n": place + 1,
            "ts": times[place],
            "r": float(values[place]),
            "fall": round(float(falls[place]), DECIMALS),
            "segment": "forward" if boundary is not None and place >= boundary else "backtest",
        }
        for place in places
        if place < len(times)
    ]
    first = times[boundary] if boundary is not None and boundary < len(times) else None
    return {"points": points, "boundary_ts": first}


def _holding(result: RunResult) -> Beside | None:
    """Shown from the start only where it would not flatten the curve."""
    drawn = result.get("drawn")
    holding = drawn["holding"] if drawn else None
    if drawn is None or holding is None:
        return None
    own = max(map(abs, drawn["r"]), default=0.0)
    largest = max(map(abs, holding["r"]), default=0.0)
    unit = f"{holding['median_risk']:,.2f}"
    change = f"{holding['change_pct']:+.1f}".replace("-", "\N{MINUS SIGN}")
    return {
        "label": "Buy and hold",
        "sentence": (
            "Buy and hold: the shares of the median trade, bought at the first bar of the window"
            f" and kept, in the same R (1 R = {unit} a share). It made"
            f" {written('r', holding['total_r'])} ({change} %), fell by"
            f" {written('size', -holding['max_drawdown_r'])} on the way, and pays no costs."
        ),
        "low": list(holding["r"]),
        "is_shown": largest <= 4.0 * max(own, 1.0),
    }


def _random(run: Run, curve: ShownCurve) -> Beside | None:
    """From the random entries of the trust check; beyond the trades it knew there is none."""
    check = check_of(run)
    document: TrustDocument = check.result if check is not None else {}  # type: ignore[assignment]
    band: Band | None = document.get("significance", {}).get("band") if document else None  # type: ignore[typeddict-item]
    if not band:
        return None
    numbers = [point["n"] for point in curve["points"]]
    low, high = (_at(numbers, band["trades"], band[side]) for side in ("low", "high"))  # type: ignore[literal-required]
    return {
        "label": "Random entries",
        "sentence": (
            f"Random entries: of {band['n_random']} sets of as many trades, held as long but"
            " entered at random, nine of ten lie in this band after each trade. Close to close,"
            " before costs. A curve inside of it could be luck of entry."
        ),
        "low": low,
        "high": high,
        "is_shown": True,
    }


def _at(numbers: list[int], known: list[int], values: list[float]) -> list[float | None]:
    found = np.interp(numbers, [0, *known], [0.0, *values], right=np.nan)
    return [None if np.isnan(one) else round(one, DECIMALS) for one in found.tolist()]


def distribution_of(r_multiples: list[float]) -> Distribution:
    if len(r_multiples) <= MOST_VALUES:
        return {"values": r_multiples}
    # The histogram's own edges lie on these, and it leans by as much.
    counts = Counter(floor(r / BIN + 1e-9) for r in r_multiples)
    return {"bins": sorted(counts.items()), "width": BIN}
