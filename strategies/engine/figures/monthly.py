"""R by year and month of exit, as a table.

A month is that of the exit's exchange date. Months with a trading date but no exit are 0; months
outside the window are None. Closed trades, net of costs; sums of R, nothing compounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypedDict

MONTHS = 12


class Sum(TypedDict):
    """Net R of some trades, and how many they are."""

    r: float
    trades: int


class YearRow(Sum):
    """The months of a year, None outside the window, and their sum."""

    year: int
    months: list[Sum | None]


class MonthlyTable(Sum):
    """Years, ascending; totals of the twelve months over the years; and the grand total."""

    years: list[YearRow]
    months: list[Sum]


def _month(ordinal: int) -> tuple[int, int]:
    day = date.fromordinal(int(ordinal))
    return day.year, day.month


def _total(cells: Iterable[Sum | None]) -> Sum:
    known = [cell for cell in cells if cell is not None]
    return {"r": sum(cell["r"] for cell in known), "trades": sum(cell["trades"] for cell in known)}


def monthly_table(
    r_multiples: Sequence[float], exit_days: Sequence[int], trading_days: Sequence[int] = ()
) -> MonthlyTable:
    """Sum R and count trades by year and month of exit.

    Parameters
    ----------
    r_multiples : net R of each closed trade
    exit_days : exchange date of each trade's exit, as an ordinal
    trading_days : exchange dates of the window, as ordinals
    """
    found: dict[tuple[int, int], Sum] = {}
    for month in sorted({_month(day) for day in (*trading_days, *exit_days)}):
        found[month] = {"r": 0.0, "trades": 0}
    for r, day in zip(r_multiples, exit_days, strict=True):
        cell = found[_month(day)]
        cell["r"] += float(r)
        cell["trades"] += 1
    years = [_year(year, found) for year in sorted({year for year, _ in found})]
    columns = [_total(year["months"][place] for year in years) for place in range(MONTHS)]
    return {"years": years, "months": columns, **_total(years)}


def _year(year: int, found: dict[tuple[int, int], Sum]) -> YearRow:
    months = [found.get((year, month)) for month in range(1, MONTHS + 1)]
    return {"year": year, "months": months, **_total(months)}
