"""Months, band and analytics of a run, as pages show them."""

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from strategies.conventions import CONVENTIONS
from strategies.engine.figures import edge, rolling
from strategies.engine.figures.analytics import analytics
from strategies.engine.figures.distribution import Distribution
from strategies.engine.figures.edge import EdgeScores, Regimes
from strategies.engine.figures.markov import Markov
from strategies.engine.figures.metrics_band import KpiBand
from strategies.engine.figures.monthly import MonthlyTable, Sum
from strategies.models.documents import RunResult, StoredAnalytics
from strategies.runs.stored_analytics import stored_analytics
from strategies.words.figures import ShownKpi, shown, written
from trader.work.plural import counted, plural_of

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STATUS_WORDS = {
    "strong": "Strong",
    "moderate": "Moderate",
    "critical": "Critical",
    "lost": "Lost",
}
POSITION_WORDS = {
    "below": "Below the lower band: unusual underperformance.",
    "inside": "Inside the bands: nothing unusual.",
    "above": "Above the upper band: unusually good going.",
}
BAND_WORDS = {"profit_factor": "profit factor", "total_r": "total R"}
Pair = Literal["win_win", "win_loss", "loss_win", "loss_loss"]
PAIRS: tuple[tuple[str, Pair, Pair], ...] = (
    ("After a win", "win_win", "win_loss"),
    ("After a loss", "loss_win", "loss_loss"),
)
OFFERED_WINDOWS = (10, 20, 30, 50, 100)
WINDOW_LIMITS = (rolling.SMALLEST_WINDOW, rolling.LARGEST_WINDOW)
THRESHOLD_LIMITS = (edge.SMALLEST_THRESHOLD, edge.LARGEST_THRESHOLD)
SHOWN_STREAKS = 60
# No bar shorter than this share of the chart's half, so that a streak of one is seen.
LEAST_BAR = 0.04
# Colour of a month at the largest result in the table, as a share of the full tone.
WARMEST = 0.42
Shown = dict[str, object]


class Month(NamedTuple):
    """One cell of the heat table; without a result the month lies outside the window."""

    label: str
    r: float | None
    trades: int
    heat: str

    @property
    def kind(self) -> str:
        return "gain" if (self.r or 0) > 0 else "loss" if (self.r or 0) < 0 else ""


def heat_table(table: MonthlyTable | None) -> Shown | None:
    """Months by year, newest year first; None for a result without it or without dates."""
    if not table or not table["years"]:
        return None
    cells = [cell for year in table["years"] for cell in year["months"] if cell]
    largest = max((abs(cell["r"]) for cell in cells), default=0.0)
    rows = [
        {
            "year": year["year"],
            "months": [
                _month(f"{name} {year['year']}", cell, largest)
                for name, cell in zip(MONTHS, year["months"], strict=True)
            ],
            "r": year["r"],
            "trades": year["trades"],
        }
        for year in reversed(table["years"])
    ]
    totals = table["months"] if len(rows) > 1 else None
    return {"names": MONTHS, "rows": rows, "totals": totals, "r": table["r"], "n": table["trades"]}


def _month(label: str, cell: Sum | None, largest: float) -> Month:
    if cell is None:
        return Month(label, None, 0, "0")
    share = abs(cell["r"]) / largest if largest else 0.0
    return Month(label, cell["r"], cell["trades"], f"{WARMEST * share:.3f}")


def band_line(band: KpiBand | None) -> Shown | None:
    """How far the recorded result and the best case lie apart, in words."""
    if not band:
        return None
    worst, best = (shown(tuple(BAND_WORDS), kpis) for kpis in (band["worst"], band["best"]))
    n = band["n_ambiguous"]
    return {
        "count": f"{counted(n, 'bar')} held both stop and target",
        "figures": [
            {"label": BAND_WORDS[low.key], "worst": low.text, "best": high.text}
            for low, high in zip(worst, best, strict=True)
        ],
        "definition": CONVENTIONS["kpis_band"].hover,
    }


class Choice(NamedTuple):
    """Window and threshold of the rolling figures, as asked for in the address."""

    window: int = rolling.DEFAULT_WINDOW
    threshold: float = edge.DEFAULT_THRESHOLD

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> "Choice":
        """What is no number is left at its default, what lies outside the limits brought inside."""
        return cls(
            int(_within(query.get("window"), cls().window, *WINDOW_LIMITS)),
            _within(query.get("threshold"), cls().threshold, *THRESHOLD_LIMITS),
        )


DEFAULT_CHOICE = Choice()


def _within(text: str | None, default: float, low: float, high: float) -> float:
    try:
        number = float(text or default)
    except ValueError:
        return default
    # A comparison with NaN fails.
    return min(max(number, low), high) if abs(number) < math.inf else default


def analytics_tab(result: RunResult, choice: Choice = DEFAULT_CHOICE) -> Shown:
    """What the analytics tab shows; `parts` is None for a result from before there were any.

    With another window or threshold than the run's they are computed here, from the stored R.
    """
    parts: StoredAnalytics | None = result.get("analytics")
    if parts is None:
        return {"parts": None}
    if choice != DEFAULT_CHOICE:
        parts = stored_analytics(analytics(result["r_multiples"], *choice))
    n, edge_check, markov = parts["n_trades"], parts["edge_check"], parts["markov"]
    return {
        "parts": parts,
        "choice": choice,
        "windows": sorted({*OFFERED_WINDOWS, choice.window}),
        "threshold_limits": THRESHOLD_LIMITS,
        "needs": {
            name: f"Not enough trades ({n:,} of {_needed(name, choice)})"
            for name in ("edge_check", "rolling", "distribution", "markov", "edge_status")
        },
        "titles": {name: one.hover for name, one in CONVENTIONS.items()},
        "position": POSITION_WORDS.get(edge_check["position"]) if edge_check else None,
        "edge": _edge(parts["edge"], n),
        "regimes": _regimes(parts["regimes"]),
        "transitions": _transitions(markov),
        "streaks": _streaks(markov["streaks"] if markov else []),
        "callouts": _callouts(parts["distribution"], n),
        "bins": _bins(parts["distribution"]),
    }


def _needed(name: str, choice: Choice) -> int:
    """Trades a part needs; a longer window may need more than its minimum."""
    if name == "rolling":
        return choice.window
    least = CONVENTIONS[name].minimum
    return max(least, choice.window) if name == "edge_status" else least


def _edge(part: EdgeScores | None, n_trades: int) -> Shown | None:
    if part is None:
        return None
    figures = shown(("consistency", "stability", "trend"), {**part, "total_trades": n_trades})
    factor = shown(("profit_factor",), {**part})[0].text
    return {
        "status": part["status"],
        "word": STATUS_WORDS[part["status"]],
        "factor": factor,
        "window": part["window"],
        "threshold": part["threshold"],
        "figures": figures,
    }


def _regimes(part: Regimes | None) -> Shown | None:
    if part is None:
        return None
    return {
        "current": part["current"].capitalize(),
        "age": written("trades", part["age"]),
        "duration": f"{part['mean_duration']:.1f} trades",
        "shares": [
            ("Favourable", written("pct", part["favourable_pct"])),
            ("Neutral", written("pct", part["neutral_pct"])),
            ("Unfavourable", written("pct", part["unfavourable_pct"])),
        ],
    }


def _transitions(part: Markov | None) -> list[Shown]:
    if part is None:
        return []
    return [
        {
            "label": label,
            "cells": [
                {"text": _share(part[pair]), "n": part["counts"][pair], "heat": _heat(part[pair])}
                for pair in (first, second)
            ],
        }
        for label, first, second in PAIRS
    ]


def _share(value: float | None) -> str:
    return "—" if value is None else written("share", value)


def _heat(value: float | None) -> str:
    return f"{WARMEST * (value or 0.0):.3f}"


def _streaks(lengths: list[int]) -> list[Shown]:
    """The newest streaks as bars, up for wins and down for losses, in percent of the chart."""
    newest = lengths[-SHOWN_STREAKS:]
    longest = max(map(abs, newest), default=1)
    return [
        {
            "length": abs(length),
            "word": plural_of(
                abs(length), "win" if length > 0 else "loss", "" if length > 0 else "losses"
            ),
            "kind": "gain" if length > 0 else "loss",
            "height": f"{50 * max(LEAST_BAR, abs(length) / longest):.1f}",
        }
        for length in newest
    ]


def _callouts(part: Distribution | None, n_trades: int) -> list[ShownKpi]:
    keys = ("skewness", "kurtosis", "percentile_5")
    return shown(keys, {**part, "total_trades": n_trades}) if part else []


def _bins(part: Distribution | None) -> list[Shown]:
    """The histogram as a table; empty bins are left out."""
    if part is None:
        return []
    edges = part["edges"]
    return [
        {"low": edges[place], "high": edges[place + 1], "n": count}
        for place, count in enumerate(part["counts"])
        if count
    ]
