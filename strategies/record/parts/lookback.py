"""How far back a backtest looks: the fields that `record.lookback` turns into a window."""

from __future__ import annotations

from collections.abc import Iterator

from market.eastern import FIRST_YEAR, LAST_YEAR
from strategies.record.lookback import (
    BAR_COUNT_LIMITS,
    DATA_DAYS_LIMITS,
    DATE_RANGE,
    LOOKBACK_MODES,
    instant_of,
)
from strategies.record.part import Fault, Key, Part, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

START, END = "lookback_start_date", "lookback_end_date"

KEYS = (
    Key("data_days", 30),
    Key("lookback_mode", LOOKBACK_MODES[0], is_text=True),
    Key("bar_count", None),
    Key(START, None),
    Key(END, None),
    Key("extended_data_days", 365),
)


def _check(record: Unread) -> Iterator[Fault]:
    mode = str(record.get("lookback_mode")).lower()
    if mode not in {one.lower() for one in LOOKBACK_MODES}:
        yield "lookback_mode", f"Choose one of {', '.join(LOOKBACK_MODES)}."
    yield from _limit_fault(record, "data_days", DATA_DAYS_LIMITS)
    if record.get("bar_count") is not None:
        yield from _limit_fault(record, "bar_count", BAR_COUNT_LIMITS)
    for name in (START, END):
        yield from _date_fault(record, name)
    if mode == DATE_RANGE.lower():
        yield from _range_faults(record)


def _limit_fault(record: Unread, name: str, limits: tuple[int, int]) -> Iterator[Fault]:
    value = record.get(name)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or value not in range(limits[0], limits[1] + 1):
        yield name, f"Enter a whole number from {limits[0]:,} to {limits[1]:,}."


def _date_fault(record: Unread, name: str) -> Iterator[Fault]:
    value = record.get(name)
    if not value:
        return
    try:
        year = instant_of(value if isinstance(value, str) else "").year
    except ValueError:
        yield name, "Enter a date as YYYY-MM-DD."
        return
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield name, f"Enter a date in the years {FIRST_YEAR} to {LAST_YEAR}."


def _range_faults(record: Unread) -> Iterator[Fault]:
    if not record.get(START):
        yield START, "Choose the first date of the backtest."
    first, last = (str(record.get(name) or "")[:10] for name in (START, END))
    if first and last and last <= first:
        yield END, "Choose a date after the first one."


def _weigh(record: Unread) -> Values:
    """The end of a date range; where a window begins is known apart."""
    is_range = str(record.get("lookback_mode")).lower() == DATE_RANGE.lower()
    return {"end": canonical(record.get(END)) if is_range else None}


PARTS = (Part(KEYS, order=105, check=_check, weigh=_weigh),)
