"""What a pack said on one bar and on those before it, for words about a decision.

Nothing is decided here: `Advance` holds what was, and this reads it back. An index counts the bars
of an advance; -1 is the bar before its first one.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from strategies.engine.program.advance import Advance
from strategies.engine.spec import PackSpec
from strategies.engine.types import Bars

PRICES = ("open", "high", "low", "close")
# The bar, the one before it, and the one before that.
MOST_BARS = 3
_OPERAND = re.compile(r"(?P<name>.+?)(?:\[(?P<back>\d)\])?")


class BarValues(NamedTuple):
    open: float
    high: float
    low: float
    close: float
    volume: float
    day: int


Values = dict[str, float]


class Moment(NamedTuple):
    """Newest first: bars, the columns of a pack and its states; what is not known is left out."""

    pack: PackSpec
    bars: tuple[BarValues, ...]
    columns: tuple[Values, ...]
    states: tuple[str | None, ...]

    def value(self, operand: str | float, back: int = 0) -> float | None:
        """An operand of a relation, so many bars earlier than it says; None when not known."""
        if not isinstance(operand, str):
            return operand
        if operand.startswith("@"):
            return float(self.pack.parameters[operand[1:]])
        name, own_back = split(operand)
        return known(self._at(name, own_back + back))

    def _at(self, name: str, back: int) -> float | None:
        bar = self.bars[back] if back < len(self.bars) else None
        if name in PRICES:
            return None if bar is None else float(getattr(bar, name))
        measure = self.pack.template.measure(name)
        if measure is not None:
            return None if bar is None else measure.of(bar.high, bar.low, self.pack.parameters)
        return self.columns[back].get(name) if back < len(self.columns) else None

    @property
    def is_same_day(self) -> bool:
        """Whether the bar before is of the same date."""
        return len(self.bars) > 1 and self.bars[0].day == self.bars[1].day


def known(value: float | None) -> float | None:
    """None for a number that is missing."""
    return value if value is not None and math.isfinite(value) else None


def split(operand: str) -> tuple[str, int]:
    """`("high", 1)` for `high[1]`, the high of the bar before."""
    found = _OPERAND.fullmatch(operand)
    assert found is not None
    return found["name"], int(found["back"] or 0)


def bars_until(advance: Advance, earlier: Bars, at: int) -> tuple[BarValues, ...]:
    """The bar at an index and up to two before it; `earlier` are those before the advance."""
    own, n_own = advance.bars, at + 1
    found = [_bar(own, i) for i in range(at, max(-1, at - MOST_BARS), -1)]
    missing = MOST_BARS - n_own
    return tuple(found + [_bar(earlier, earlier.n - 1 - i) for i in range(min(missing, earlier.n))])


def _bar(bars: Bars, at: int) -> BarValues:
    return BarValues(
        float(bars.open[at]),
        float(bars.high[at]),
        float(bars.low[at]),
        float(bars.close[at]),
        float(bars.volume[at]),
        int(bars.day[at]),
    )


def values_at(advance: Advance, pack_id: str, at: int) -> Values:
    """The columns of a pack on one bar, by name; empty where they are not known."""
    if at >= 0:
        return {name: float(column[at]) for name, column in advance.columns(pack_id).items()}
    key, own = advance.program.pack_keys.get(pack_id), advance.frame.own
    if key is None or at < -1 or not own.has(key) or key in advance.replayed:
        return {}
    names = advance.pack(pack_id).template.outputs
    column = own.last.columns[own.layout.columns_of(key)]
    return {name.name: float(value) for name, value in zip(names, column, strict=False)}


def state_at(advance: Advance, pack_id: str, at: int) -> str | None:
    """The state of a pack on one bar; None while it has none."""
    if at >= 0:
        return advance.state_at(pack_id, at + advance.offset)
    key, own = advance.program.pack_keys.get(pack_id), advance.frame.own
    if key is None or at < -1 or not own.has(key) or key in advance.replayed:
        return None
    code = int(own.last.codes[own.layout.rows[key]])
    return advance.pack(pack_id).template.states[code].name if code >= 0 else None


def moment_of(advance: Advance, pack: PackSpec, at: int, earlier: Bars) -> Moment:
    """What a pack said on the bar at an index, and before it."""
    return Moment(
        pack,
        bars_until(advance, earlier, at),
        tuple(values_at(advance, pack.id, at - back) for back in range(MOST_BARS)),
        tuple(state_at(advance, pack.id, at - back) for back in range(2)),
    )
