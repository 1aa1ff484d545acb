"""Previews as pages show them: durations, shares and moves ready to be read."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from market.prices import decimals_of
from strategies.engine.figures.distances import DistanceFigures
from strategies.engine.figures.moves import LEAST_DATES, LEAST_EVENTS, MoveFigures
from strategies.engine.figures.states import GroupShares
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import PackPreview
from strategies.previews.documents import LevelsResult, PreviewResult, StatesResult

DAY_SECONDS = 86_400
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def duration_text(bars: float, seconds: int) -> str:
    """`1 h 12 min` for 72 minutes of bars: time in the market, nights left out."""
    minutes = round(bars * seconds / 60)
    if seconds >= DAY_SECONDS:
        return f"{bars * seconds / DAY_SECONDS:,.1f} d".replace(".0 d", " d")
    if minutes < 60:
        return f"{bars * seconds / 60:,.1f} min".replace(".0 min", " min")
    return f"{minutes // 60:,} h {minutes % 60} min"


class ShownDuration(NamedTuple):
    """`bars` as a number, and what it comes to on the clock."""

    bars: str
    text: str


def _duration(bars: float | None, seconds: int) -> ShownDuration | None:
    if bars is None:
        return None
    return ShownDuration(f"{bars:,.1f}".removesuffix(".0"), duration_text(bars, seconds))


class ShownState(NamedTuple):
    name: str
    meaning: str
    color: str
    n_bars: int
    share: float | None
    n_runs: int
    median: ShownDuration | None
    mean: ShownDuration | None
    longest: ShownDuration | None
    next: str

    @property
    def durations(self) -> list[ShownDuration | None]:
        return [self.median, self.mean, self.longest]


class ShownMove(NamedTuple):
    """`missing` says in words why there is no interval."""

    n: int
    mean: str
    interval: str
    missing: str
    differs: bool


class ShownTrigger(NamedTuple):
    letter: str
    name: str
    direction: str
    n: int
    n_dates: int
    per_day: str
    moves: list[ShownMove]


class ShownShares(NamedTuple):
    """A row of the table by hour or weekday; shares in percent, in the order of the states."""

    label: str
    n_bars: int
    shares: list[int]


class ShownTransitions(NamedTuple):
    """From one state to the others: how often, and of how many."""

    name: str
    total: int
    cells: list[tuple[int, int]]


def signed_pct(value: float) -> str:
    """`+0.012 %`, with a real minus."""
    rounded = round(value, 3)
    return f"{rounded:+.3f} %".replace("-", "−") if rounded else "0.000 %"


def _move(cell: MoveFigures, *, has_interval: bool) -> ShownMove:
    mean = cell["mean_pct"]
    low, high = cell["low_pct"], cell["high_pct"]
    interval = ""
    if low is not None and high is not None:
        interval = f"{signed_pct(low)} to {signed_pct(high)}"
    return ShownMove(
        cell["n"],
        "" if mean is None else signed_pct(mean),
        interval,
        "" if interval else _missing(cell, has_interval=has_interval),
        cell["differs"],
    )


def _missing(cell: MoveFigures, *, has_interval: bool) -> str:
    if cell["n"] < LEAST_EVENTS:
        return f"not enough events ({cell['n']:,} of {LEAST_EVENTS})"
    if cell["n_dates"] < LEAST_DATES:
        return f"not enough dates ({cell['n_dates']:,} of {LEAST_DATES})"
    return "no interval" if has_interval else "dates overlap"


def _moves(cells: Iterable[MoveFigures], result: StatesResult) -> list[ShownMove]:
    is_daily = result["span"]["seconds"] >= DAY_SECONDS
    pairs = zip(cells, result["horizons"], strict=True)
    return [_move(cell, has_interval=not is_daily or horizon == 1) for cell, horizon in pairs]


def states_context(result: StatesResult) -> dict[str, object]:
    """What the page of a pack with states and triggers shows beside the chart."""
    names = [state["name"] for state in result["states"]]
    return {
        "states": _states(result),
        "triggers": _triggers(result),
        "all_bars": _moves(result["all_bars"], result),
        "by_hour": _by(result["by_hour"], lambda hour: f"{hour:02}:00"),
        "by_weekday": _by(result["by_weekday"], lambda day: DAYS[day]),
        "transitions": _transitions(result, names),
        "state_names": names,
        "events": [
            {**event, "moves": ["" if one is None else signed_pct(one) for one in event["moves"]]}
            for event in result["events"]
        ],
    }


def _states(result: StatesResult) -> list[ShownState]:
    seconds = result["span"]["seconds"]
    return [
        ShownState(
            state["name"],
            state["meaning"],
            state["color"],
            state["n_bars"],
            None if state["share"] is None else 100 * state["share"],
            state["n_runs"],
            _duration(state["median_bars"], seconds),
            _duration(state["mean_bars"], seconds),
            _duration(state["longest_bars"], seconds),
            ", ".join(f"{one['name']} {100 * one['share']:.0f} %" for one in state["next"]),
        )
        for state in result["states"]
    ]


def _triggers(result: StatesResult) -> list[ShownTrigger]:
    return [
        ShownTrigger(
            one["letter"],
            one["name"],
            {"BOTH": "Either"}.get(one["direction"], one["direction"].capitalize()),
            one["n"],
            one["n_dates"],
            f"{one['per_day']:,.2f}",
            _moves(one["moves"], result),
        )
        for one in result["triggers"]
    ]


def _by(groups: Iterable[GroupShares], label: Callable[[int], str]) -> list[ShownShares]:
    return [
        ShownShares(
            label(one["group"]), one["n_bars"], [round(100 * share) for share in one["shares"]]
        )
        for one in groups
    ]


def _transitions(result: StatesResult, names: list[str]) -> list[ShownTransitions]:
    rows = result["transitions"] or []
    return [
        ShownTransitions(
            names[place],
            sum(row),
            [(n, round(100 * n / sum(row)) if sum(row) else 0) for n in row],
        )
        for place, row in enumerate(rows)
    ]


class ShownDistances(NamedTuple):
    """Low, median and high in price, percent and ATR, as texts."""

    n: int
    n_none: int
    rows: list[tuple[str, ...]]


def levels_context(result: LevelsResult) -> dict[str, object]:
    """What the page of a pack that stops, aims or leaves shows beside the chart."""
    names = ("Stop", "Target")
    pairs = zip(names, (result["stop"], result["target"]), strict=True)
    held = result["held_bars"]
    return {
        "distances": [(name, _distances(one)) for name, one in pairs if one is not None],
        "reasons": [{**one, "share": f"{100 * one['share']:.0f}"} for one in result["reasons"]],
        "held": [f"{one:,.0f}" for one in held] if held else None,
    }


def _distances(figures: DistanceFigures) -> ShownDistances:
    columns = ((figures["price"], 2), (figures["percent"], 2), (figures["atr"], 2))
    rows = [tuple(f"{value:,.{digits}f}" for value in found or []) for found, digits in columns]
    return ShownDistances(figures["n"], figures["n_none"], [row or ("–",) * 3 for row in rows])


def preview_context(preview: PackPreview) -> dict[str, object]:
    result: PreviewResult = preview.result
    if not result:
        return {"preview": preview}
    shown = states_context(result) if result["kind"] == "states" else levels_context(result)
    moves_stop = preview.base_template in ("atr_trailing", "breakeven_stop")
    return {
        "preview": preview,
        "result": result,
        "decimals": decimals_of(preview.symbol),
        "template": TEMPLATES[preview.base_template],
        "moves_stop": moves_stop,
        **shown,
    }
