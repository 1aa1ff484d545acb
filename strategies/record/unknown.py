"""Fields that no part of the record has: refused where a person or a program writes one, since they
are typing errors most of the time; kept, with a warning, where a file is taken over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from strategies.engine.errors import StrategyError
from strategies.record import keys
from strategies.record.sameness import SERVER_FIELDS
from strategies.record.shape import (
    BreakevenConfig,
    StopConfig,
    TargetConfig,
    TrailingConfig,
    Unread,
)

# Blocks inside, by their path; the other parts know their own fields.
WITHIN = {
    "stop_config": StopConfig,
    "stop_config.trailing": TrailingConfig,
    "stop_config.breakeven": BreakevenConfig,
    # A target carries the blocks of a stop as switched off, from older files.
    "target_config": TargetConfig,
    "target_config.trailing": TrailingConfig,
    "target_config.breakeven": BreakevenConfig,
}
OF_TARGETS_TOO = frozenset(("trailing", "breakeven"))


class _Field(NamedTuple):
    """By name in a block; the name may be anything, also one with a point in it."""

    block: str
    name: str

    @property
    def path(self) -> str:
        return f"{self.block}.{self.name}" if self.block else self.name


def refuse_unknown(record: Unread, stored: Unread | None = None) -> None:
    """Raises StrategyError for every field that is not known, unless it is stored like that."""
    known_already = dict(_unknown(stored or {}))
    faults = [
        (field.path, f"There is no such field.{_meant(field)}")
        for field, value in _unknown(record)
        if field not in known_already or known_already[field] != value
    ]
    if faults:
        raise StrategyError(faults)


def unknown_warnings(record: Unread) -> list[str]:
    return [
        f"{field.path}: is no field of a strategy; it is not read" for field, _ in _unknown(record)
    ]


def _names() -> frozenset[str]:
    return frozenset((*(key.name for key in keys.KEYS), *SERVER_FIELDS))


def _unknown(record: Unread) -> Iterator[tuple[_Field, object]]:
    known = _names()
    yield from ((_Field("", name), value) for name, value in record.items() if name not in known)
    for path in WITHIN:
        names = _names_within(path)
        inside = _block(record, path).items()
        yield from ((_Field(path, name), value) for name, value in inside if name not in names)


def _names_within(path: str) -> frozenset[str]:
    names = frozenset(WITHIN[path].__annotations__)
    return names | OF_TARGETS_TOO if path == "target_config" else names


def _block(record: Unread, path: str) -> Unread:
    block: object = record
    for name in path.split("."):
        block = block.get(name) if isinstance(block, Mapping) else None
    return block if isinstance(block, Mapping) else {}


def _meant(field: _Field) -> str:
    """The field it was probably meant to be."""
    names = _names_within(field.block) if field.block else _names()
    near = get_close_matches(field.name, names, 1)
    return f" Did you mean {near[0]}?" if near else ""
