"""Collecting what is wrong with a strategy record, so that a person sees all of it at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from strategies.engine.errors import StrategyError

# No price, size, cost or sum of money is larger; products of a few of them stay finite.
LARGEST = 1e12
SHOWN_CHARACTERS = 80


@dataclass
class Faults:
    """Errors by field and warnings; a doubt is an error when strict, else a warning."""

    strict: bool
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def error(self, name: str, message: str) -> None:
        if (name, message) not in self.errors:
            self.errors.append((name, message))

    def warn(self, name: str, message: str) -> None:
        text = f"{name}: {message}"
        if text not in self.warnings:
            self.warnings.append(text)

    def doubt(self, name: str, message: str) -> None:
        if self.strict:
            self.error(name, message)
        else:
            self.warn(name, message)

    def raise_if_any(self) -> None:
        if self.errors:
            raise StrategyError(self.errors)

    def is_too_large(self, name: str, number: float) -> bool:
        """Whether the number is beyond all reason; says so as an error."""
        if number > LARGEST:
            self.error(name, f"must be at most {LARGEST:,.0f}, not {number:g}")
        return number > LARGEST


def finite(value: object) -> float | None:
    """A finite number, or None for anything else (booleans and numbers beyond float included)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def shown(value: object) -> str:
    """A value as it was given, cut where a person has seen enough of it."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."
