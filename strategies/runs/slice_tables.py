"""Slices of a result as pages show them: figures, intervals as bars, and why some have none."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from strategies.engine.figures.earning import HOLDS, Earning
from strategies.engine.figures.slices import FEWEST_DATES, FEWEST_TRADES, Interval, Slice
from strategies.models import Run
from strategies.models.documents import RunResult
from strategies.packs.names import PackNames
from strategies.record import ids
from strategies.words.figures import written

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIFTHS = ("Calmest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Wildest fifth")
HOLD_WORDS = (
    "Under 5 minutes",
    "5 to 15 minutes",
    "15 to 60 minutes",
    "1 to 4 hours",
    "4 to 24 hours",
    "1 to 5 days",
    "5 days and longer",
)
assert len(HOLD_WORDS) == len(HOLDS) + 1
Shown = dict[str, object]


HINTS = {
    "n": "Closed trades that count, and the exchange dates of their exits.",
    "win_rate": "Share of these trades with R above 0, net of costs.",
    "mean": "Mean R of these trades, net of costs.",
    "interval": (
        "Where the mean R lies so that all rows of this page hold together in 95 of 100 cases."
        " Trades of one date count as one observation; at least 30 trades on 10 dates."
    ),
    "total": "Sum of R of these trades, net of costs.",
}


class Bar(NamedTuple):
    """An interval in percent of the width it is drawn in: by itself, and of the whole family."""

    low: str
    width: str
    family_low: str
    family_width: str


class Line(NamedTuple):
    """One slice; `tone` colours it where the family's interval leaves zero outside."""

    label: str
    n: int
    n_dates: int
    win_rate: str
    mean: str
    total: str
    interval: str
    bar: Bar | None
    tone: str
    note: str
    is_required: bool = False


class Group(NamedTuple):
    title: str
    note: str
    lines: list[Line]

    @property
    def alone(self) -> list["Group"]:
        """As the only one of its table."""
        return [self]


class Scale:
    """From R to percent of a width that holds zero and every interval of a page."""

    def __init__(self, slices: Iterable[Slice]) -> None:
        found = [one["interval"] for one in slices]
        ends = [end for one in found if one for end in (one["family_low"], one["family_high"])]
        self.low, self.high = min([0.0, *ends]), max([0.0, *ends])
        self.n = sum(one is not None for one in found)

    @property
    def zero(self) -> str:
        return self._at(0.0)

    def bar(self, found: Interval) -> Bar:
        low, family_low = found["low"], found["family_low"]
        return Bar(
            self._at(low),
            self._wide(found["high"] - low),
            self._at(family_low),
            self._wide(found["family_high"] - family_low),
        )

    def _at(self, r: float) -> str:
        return self._wide(r - self.low)

    def _wide(self, r: float) -> str:
        return f"{100.0 * r / ((self.high - self.low) or 1.0):.2f}"


def states_tab(run: Run, names: PackNames) -> Shown:
    """Trades by each state at their entry, by timeframe and pack; None of an earlier release."""
    found = _earning(run)
    if found is None:
        return {"states": None}
    scale = Scale(found["states"].values())
    required = _required(run)
    packs: dict[tuple[bool, str, str], list[Line]] = {}
    for condition, one in found["states"].items():
        pack, _, state = names.condition_text(condition).partition(": ")
        place = (ids.is_general(condition), _timeframe(condition, run), pack)
        line = _line(state or condition, one, scale)._replace(is_required=condition in required)
        packs.setdefault(place, []).append(line)
    groups = [
        Group(f"{pack}", where, sorted(lines, key=lambda one: -one.n))
        for (_, where, pack), lines in sorted(packs.items())
    ]
    return {"states": groups, "scale": scale, "n_trades": found["n_trades"], "hints": HINTS}


def _timeframe(condition: str, run: Run) -> str:
    if ids.is_general(condition):
        return "General"
    parts = ids.split_condition(condition)
    other = ids.other_timeframe(parts.label) if parts else None
    return f"on {other.name if other else run.timeframe} bars"


def _required(run: Run) -> set[str]:
    record = run.config
    return {*(record.get("confluence") or []), *(record.get("general_confluences") or [])}


def earning_tab(run: Run) -> Shown:
    """R by hour, weekday, holding time and volatility, and the excursions; None likewise."""
    found = _earning(run)
    if found is None:
        return {"earning": None}
    kinds = (found["hours"], found["weekdays"], found["holding"], found["volatility"])
    scale = Scale(one for kind in kinds for one in kind.values())
    holding = [one._replace(tone="") for one in _lines(found["holding"], _hold_label, scale)]
    return {
        "earning": [
            Group("Hour of entry", "by the Eastern clock", _hours(found, scale)),
            Group("Weekday of entry", "", _lines(found["weekdays"], _weekday_label, scale)),
            Group("Volatility at entry", "ATR in % of the price", _volatility(found, scale)),
            Group("Holding time", "never coloured: known only afterwards", holding),
        ],
        "scale": scale,
        "hints": HINTS,
        "n_trades": found["n_trades"],
        "scatter": found["scatter"],
        "n_beyond": found["scatter"]["n_beyond"] if found["scatter"] else 0,
        "stops": _stop_lines(found),
    }


def _earning(run: Run) -> Earning | None:
    result: RunResult = run.result
    return result.get("earning")


def _lines(slices: Mapping[str, Slice], label: Mapping[str, str], scale: Scale) -> list[Line]:
    return [_line(label.get(name, name), one, scale) for name, one in slices.items()]


_weekday_label = {str(place): name for place, name in enumerate(WEEKDAYS)}
_hold_label = {str(place): words for place, words in enumerate(HOLD_WORDS)}


def _hours(found: Earning, scale: Scale) -> list[Line]:
    labels = {name: f"{name}:00 to {name}:59" for name in found["hours"]}
    return _lines(found["hours"], labels, scale)


def _volatility(found: Earning, scale: Scale) -> list[Line]:
    ends = found["fifths"]
    labels = {}
    for place, word in enumerate(FIFTHS):
        below = f"up to {ends[place]:.3f} %" if place < len(ends) else ""
        above = f"above {ends[-1]:.3f} %" if ends and place == len(ends) else ""
        labels[str(place)] = f"{word}, {below or above}"
    return _lines(found["volatility"], labels, scale)


def _line(label: str, one: Slice, scale: Scale) -> Line:
    interval = one["interval"]
    return Line(
        label=label,
        n=one["n"],
        n_dates=one["n_dates"],
        win_rate=written("pct", one["win_rate"]),
        mean=written("r", one["mean_r"]),
        total=written("r", one["total_r"]),
        interval=_interval_text(interval),
        bar=None if interval is None else scale.bar(interval),
        tone=_tone(interval),
        note="" if interval else _why_none(one),
    )


def _interval_text(found: Interval | None) -> str:
    if found is None:
        return ""
    low, high = (written("r", found[end]) for end in ("family_low", "family_high"))
    return f"{low.removesuffix(' R')} to {high}"


def _tone(found: Interval | None) -> str:
    if found is None or found["family_low"] <= 0.0 <= found["family_high"]:
        return ""
    return "gain" if found["family_low"] > 0.0 else "loss"


def _why_none(one: Slice) -> str:
    if one["n"] < FEWEST_TRADES:
        return f"not enough trades ({one['n']} of {FEWEST_TRADES})"
    if one["n_dates"] < FEWEST_DATES:
        return f"not enough dates ({one['n_dates']} of {FEWEST_DATES})"
    return "all ended alike"


def _stop_lines(found: Earning) -> list[Shown]:
    stops = found["stops"]
    rows = zip(stops["levels"], stops["reached"], stops["won"], strict=True)
    return [{"level": level, "reached": n, "won": won} for level, n, won in rows if n]
