"""Where the forward test begins: `forward_test_start`, which only files bring along."""

from __future__ import annotations

from datetime import datetime

from market.eastern import FIRST_YEAR, LAST_YEAR
from strategies.record.faults import Faults, shown
from strategies.record.lookback import EASTERN
from strategies.record.part import Key, Part, Reading, Values

FIELD = "forward_test_start"
NS = 1_000_000_000

KEYS = (Key(FIELD),)


def _read(reading: Reading) -> Values:
    return {"forward_test_start_ns": _start_ns(reading.data.get(FIELD), reading.faults)}


def _start_ns(value: object, faults: Faults) -> int | None:
    if value in (None, ""):
        return None
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        faults.error(FIELD, f"{shown(value)} is not an ISO-8601 instant")
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=EASTERN)
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        faults.error(FIELD, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
        return None
    return round(instant.timestamp()) * NS


PARTS = (Part(KEYS, order=130, read=_read),)
