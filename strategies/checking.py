"""Is a flat record a strategy that can run? Every fault by field, before anything is stored."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from accounts.models import User
from strategies.packs import engine_packs
from strategies.records import DEFAULTS, Record


class CheckedRecord(NamedTuple):
    record: Record
    used_packs: list[Record]
    all_packs: list[Record]
    warnings: list[str]


def check_record(user: User, record: Mapping[str, Any]) -> CheckedRecord:
    """The complete, normalised record with the packs it reads."""
    complete = {**DEFAULTS, **record}
    return CheckedRecord(complete, [], engine_packs(user), [])
