"""Trust checks in the words of the page: a verdict, a sentence, figures and a small chart each."""

from collections.abc import Callable
from typing import NamedTuple

from strategies.engine.trust.outcomes import (
    CheckName,
    Difference,
    Histogram,
    MonteCarlo,
    Outcome,
    Percentiles,
    Significance,
    TrustDocument,
)
from strategies.models import Run, TrustCheck
from strategies.trust.queue import check_of
from strategies.trust.words import DEFINITIONS, TITLES, is_judged, number, text_of
from strategies.words.figures import written

SHOWN_DIFFERENCES = 5
# Checks that say what to expect and judge nothing.
DESCRIBING = ("monte_carlo",)
PLOT_WIDTH, PLOT_HEIGHT = 240.0, 60.0
RANKS = ("p5", "p25", "p50", "p75", "p95")


class Verdict(NamedTuple):
    """How a verdict is written: a word, an icon and a badge, never colour alone."""

    word: str
    icon: str
    badge: str


VERDICTS = {
    "passed": Verdict("Passed", "circle-check", "badge-accent"),
    "caution": Verdict("Caution", "alert-triangle", "badge-caution"),
    "failed": Verdict("Failed", "circle-x", "badge-fault"),
    "described": Verdict("Drawdown and size", "info-circle", ""),
    "unknown": Verdict("Not judged", "help-circle", ""),
}


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Plot(NamedTuple):
    """Bars of a histogram in a box of 240 by 60, with the marked value and zero."""

    title: str
    bars: list[Bar]
    mark_x: float
    mark_text: str
    zero_x: float | None
    low_text: str
    high_text: str


class Comparison(NamedTuple):
    """A figure as it came, beside percentiles of what might have come."""

    label: str
    definition: str
    actual: str
    cells: list[str]


class Card(NamedTuple):
    key: str
    title: str
    definition: str
    verdict: Verdict
    headline: str
    notes: list[str]
    first_difference: str | None
    plots: list[Plot]
    comparisons: list[Comparison]
    differences: list[Difference]
    n_more_differences: int


def trust_context(run: Run) -> dict[str, object]:
    """What the trust part of a page needs in any status."""
    check = check_of(run)
    verdicts = check.verdicts if check is not None else {}
    return {
        "check": check,
        "cards": cards_of(check) if check is not None and verdicts else [],
    }


def worst_verdict(run: Run) -> Verdict | None:
    """Of the checks that judge: a failure, else a caution; what marks the tab."""
    check = check_of(run)
    said = {} if check is None else check.verdicts
    judged = [verdict for key, verdict in said.items() if key not in DESCRIBING]
    worst = next((one for one in ("failed", "caution") if one in judged), None)
    return None if worst is None else VERDICTS[worst]


def cards_of(check: TrustCheck) -> list[Card]:
    """One card per check, in the order of the page."""
    document: TrustDocument = check.result
    return [_card(key, document[key]) for key in TITLES if key in document]


def _verdict(key: CheckName, found: Outcome) -> Verdict:
    """Documents of earlier releases call resampled trades evidence, which they are not."""
    is_judging = found["verdict"] != "unknown" and key in DESCRIBING
    return VERDICTS["described" if is_judging else found["verdict"]]


def _card(key: CheckName, found: Outcome) -> Card:
    headline, notes = text_of(key, found)
    differences = found.get("differences", [])
    return Card(
        key=key,
        title=TITLES[key],
        definition=DEFINITIONS[key],
        verdict=_verdict(key, found),
        headline=headline.replace("(p = ", "(p\u00a0=\u00a0"),
        notes=notes,
        first_difference=found.get("first_difference"),
        plots=_PLOTS[key](found) if key in _PLOTS and is_judged(found) else [],
        comparisons=_COMPARISONS[key](found) if key in _COMPARISONS and is_judged(found) else [],
        differences=differences[:SHOWN_DIFFERENCES],
        n_more_differences=max(0, len(differences) - SHOWN_DIFFERENCES),
    )


def _random_entries(found: Significance) -> list[Plot]:
    title = "Mean move of random entries, in R"
    return [plot_of(title, found["histogram"], "this strategy")]


def _other_orders(found: MonteCarlo) -> list[Plot]:
    orders, days = found["orders"], found["days"]
    if orders is None or days is None:
        return []
    return [
        plot_of("Max drawdown in other orders, in R", orders["histogram"], "as it came"),
        plot_of("Total over resampled days, in R", days["histogram"], "as it came"),
    ]


def _comparisons(found: MonteCarlo) -> list[Comparison]:
    orders, days = found["orders"], found["days"]
    if orders is None or days is None:
        return []
    runs = [f"{orders['losing_run'][rank]:.0f}" for rank in RANKS]
    return [
        Comparison(
            "Max drawdown, other orders (R)",
            "Deepest fall of cumulative R below its maximum when the same trades come in another"
            " order. Total R is the same in all of them.",
            number(orders["actual_drawdown_r"]),
            _cells(orders["drawdown_r"]),
        ),
        Comparison(
            "Longest losing run, other orders (trades)",
            "Most trades in a row at or below 0 R.",
            f"{orders['actual_losing_run']}",
            runs,
        ),
        Comparison(
            "Total, resampled days (R)",
            "Sum of the results of the dates that were drawn.",
            number(orders["total_r"]),
            _cells(days["total_r"]),
        ),
        Comparison(
            "Max drawdown, resampled days (R)",
            "The same fall, counted from the end of one day to the end of another.",
            "",
            _cells(days["drawdown_r"]),
        ),
    ]


def _cells(percentiles: Percentiles) -> list[str]:
    return [number(percentiles[rank]) for rank in RANKS]


_PLOTS: dict[CheckName, Callable[..., list[Plot]]] = {
    "significance": _random_entries,
    "monte_carlo": _other_orders,
}
_COMPARISONS: dict[CheckName, Callable[..., list[Comparison]]] = {"monte_carlo": _comparisons}


def plot_of(title: str, found: Histogram, mark: str) -> Plot:
    """A histogram as bars in a box, its highest bar reaching the top."""
    low, high, counts = found["low"], found["high"], found["counts"]
    width, top = PLOT_WIDTH / len(counts), max(1, *counts)
    bars = [
        Bar(
            round(place * width + 0.5, 2),
            round(PLOT_HEIGHT * (1 - count / top), 2),
            round(width - 1.0, 2),
            round(PLOT_HEIGHT * count / top, 2),
        )
        for place, count in enumerate(counts)
        if count
    ]
    span = high - low
    share = (found["mark"] - low) / span
    zero = -low / span * PLOT_WIDTH if low < 0.0 < high else None
    return Plot(
        title=title,
        bars=bars,
        mark_x=round(share * PLOT_WIDTH, 2),
        mark_text=f"{mark} {written('r', found['mark'])}",
        zero_x=None if zero is None else round(zero, 2),
        low_text=number(low),
        high_text=number(high),
    )
