"""All keys of the strategy record: what follows from its parts, which are found, not listed.

Each module of `parts` that has `PARTS` adds some.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from strategies.engine.spec import StrategySpec
from strategies.record import parts
from strategies.record.part import ABSENT, Fault, Key, Part, Values
from strategies.record.shape import Unread


def _found() -> Iterator[Part]:
    for module in iter_modules(parts.__path__, f"{parts.__name__}."):
        yield from getattr(import_module(module.name), "PARTS", ())


PARTS: tuple[Part, ...] = tuple(sorted(_found(), key=lambda part: part.order))
KEYS: tuple[Key, ...] = tuple(key for part in PARTS for key in part.keys)

COLUMNS = tuple(key.name for key in KEYS if key.is_column)
# Columns that decide nothing; the table knows no null for them.
FREE_TEXTS = tuple(key.name for key in KEYS if key.is_column and not key.label)
TEXT_FIELDS = tuple(key.name for key in KEYS if key.is_text)
OLDER_KEYS = tuple(key.name for key in KEYS if key.is_older)
DEFAULTS: Values = {key.name: key.default for key in KEYS if key.default is not ABSENT}
# A real change of any of these begins a new forward test; in the order in which changes are told.
FIELD_LABELS = {key.name: key.label for key in sorted(KEYS, key=lambda key: key.told) if key.label}
DECIDING_FIELDS = tuple(FIELD_LABELS)


def complete(record: Unread) -> Values:
    """The record with a default for what it leaves out."""
    return {**DEFAULTS, **given(record)}


def given(record: Unread) -> Values:
    """The record without null for a free text: that leaves it out."""
    return {
        name: value for name, value in record.items() if value is not None or name not in FREE_TEXTS
    }


def plain_faults(record: Unread) -> list[Fault]:
    """What is wrong with a record that is to be stored, as far as it can be seen by itself."""
    return [fault for part in PARTS for fault in part.check(record)]


def spelled(record: Unread, spec: StrategySpec) -> Values:
    """The record as it is stored: canonical ids, one spelling of everything, unknown keys kept."""
    stored = {name: value for name, value in record.items() if name not in OLDER_KEYS}
    for part in PARTS:
        stored |= part.spell(record, spec)
    return stored


def labels_of(names: list[str]) -> list[str]:
    """How sentences call these fields."""
    return [FIELD_LABELS.get(name, name) for name in names]
