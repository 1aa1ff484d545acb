"""Figures side by side, each with its difference to that of the first."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from strategies.conventions import CONVENTIONS, Convention
from strategies.engine.figures.metrics import kpis
from strategies.runs.kept import ShortTrades
from strategies.words.figures import shown, written

# Those that need no more than trades, and those that need the dates of the window as well.
OF_TRADES = (
    "total_trades",
    "win_rate",
    "profit_factor",
    "avg_r",
    "total_r",
    "max_r_drawdown",
    "r_squared",
    "best_trade_r",
    "worst_trade_r",
    "max_consec_losses",
)
OF_DATES = ("daily_r", "sharpe_ratio", "volatility", "trading_days")
Values = Mapping[str, object]


class Figure(NamedTuple):
    """A figure of one of them; `difference` to the first, empty for it and where there is none."""

    text: str
    note: str
    value: float | None
    is_infinite: bool
    difference: str
    by: float | None


class FigureRow(NamedTuple):
    key: str
    title: str
    definition: str
    figures: list[Figure]


def figures_of(trades: ShortTrades) -> Values:
    """Figures of these trades by themselves, without those that need to know the dates."""
    found = kpis(trades.r.tolist(), 1)
    wanted = {name for key in OF_TRADES for name in (key, f"{key}_infinite")}
    return {name: value for name, value in found.items() if name in wanted}


def table(several: Iterable[Values], *, has_dates: bool) -> list[FigureRow]:
    """A row for each figure; none of an empty mapping."""
    columns = list(several)
    return [_row(CONVENTIONS[key], columns) for key in _keys(has_dates)]


def _keys(has_dates: bool) -> tuple[str, ...]:
    return (*OF_TRADES, *OF_DATES) if has_dates else OF_TRADES


def _row(kpi: Convention, columns: list[Values]) -> FigureRow:
    base = _number(columns[0], kpi.key) if columns else None
    figures = [
        _figure(kpi, values, base if place else None) for place, values in enumerate(columns)
    ]
    return FigureRow(kpi.key, kpi.title, kpi.hover, figures)


def _figure(kpi: Convention, values: Values, base: float | None) -> Figure:
    one = shown((kpi.key,), values)[0]
    number = _number(values, kpi.key) if one.text != "—" else None
    by = None if number is None or base is None else number - base
    text = "" if by is None else difference_text(kpi, by)
    is_infinite = bool(values.get(f"{kpi.key}_infinite"))
    # Without a result there is nothing that it lacks trades for.
    note = one.note if values else ""
    return Figure(one.text, note, number, is_infinite, text, by)


def _number(values: Values, key: str) -> float | None:
    value = values.get(key)
    return value if isinstance(value, int | float) else None


def difference_text(kpi: Convention, by: float) -> str:
    """Signed, in the unit of the figure; `±0` where nothing is seen of it."""
    if kpi.unit == "pct":
        text = f"{abs(by):.1f} points"
    else:
        text = written(kpi.unit, abs(by)).lstrip("+")
    if not any(digit in text for digit in "123456789"):
        return "±0"
    return f"{'+' if by > 0 else '−'}{text}"
