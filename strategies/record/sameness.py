"""Sameness of records: what decides trades, and what makes a result another one."""

import hashlib
import json
from collections.abc import Iterable

from strategies.record import keys
from strategies.record.part import Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

# Kept by the server; a record that brings them along is not asked about them.
SERVER_FIELDS = (
    "id",
    "code",
    "kpis",
    "equity_curve_data",
    "is_stale",
    "data_refreshed_at",
    "created_at",
    "updated_at",
    "forward_testing",
    "forward_test_start",
    "result",
    "warnings",
    "version",
    "confirmed",
    "alert_tracking_enabled",
    "variants_tried",
    "trust",
    "tags",
    "archived_at",
    "deleted_at",
)


def split(record: Unread) -> tuple[Values, Values]:
    """Columns and configuration of a record."""
    columns = {key: record[key] for key in keys.COLUMNS if key in record}
    config = {key: value for key, value in record.items() if key not in keys.COLUMNS}
    return columns, config


def own_fields(record: Unread) -> Values:
    """What of a record the user decides; null for a free text leaves it out."""
    given = keys.given(record)
    return {key: value for key, value in given.items() if key not in SERVER_FIELDS}


def deciding_part(record: Unread) -> Values:
    """What decides the trades, in one spelling: missing is null, lists are sorted sets."""
    decided: Values = {}
    for part in keys.PARTS:
        decided |= part.deciding(record)
    return decided


def changed_deciding_fields(old: Unread, new: Unread) -> list[str]:
    """Names of the fields whose change resets the forward test, in the order they are told.

    What decides only beside another field, such as costs beside limits, is not named where it
    stayed as it was and the other one changed.
    """
    before, after = deciding_part(old), deciding_part(new)
    changed = [name for name in keys.DECIDING_FIELDS if before.get(name) != after.get(name)]
    own = [name for name in changed if canonical(old.get(name)) != canonical(new.get(name))]
    return own or changed


def fingerprint(record: Unread, packs: Iterable[Unread], window_start_ts: int) -> str:
    """Recognises a result: two equal fingerprints mean the same trades from the same bars."""
    content: Values = {
        "signal": deciding_part(record),
        "packs": {str(pack["id"]): pack_fingerprint(pack) for pack in packs},
        "window_start_ts": window_start_ts,
    }
    for part in keys.PARTS:
        content |= part.weigh(record)
    return digest(content)


def pack_fingerprint(pack: Unread) -> str:
    return digest([pack["base_template"], canonical(pack.get("parameters") or {})])[:16]


def digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
