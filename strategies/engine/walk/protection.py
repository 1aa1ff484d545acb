"""Where stop and target lie at entry, and how the stop moves afterwards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.jit import inlined
from strategies.engine.walk.positions import Method, PositionRow, Rejection, RulesRow

if TYPE_CHECKING:
    from strategies.engine.types import Bars

# Risk below this fraction of the entry price is no risk one could size a trade by.
MINIMUM_RISK_FRACTION = 1e-9

_NO_ATR, _NO_SWING = int(Rejection.NO_ATR), int(Rejection.NO_SWING)
_WRONG_SIDE, _ZERO_RISK = int(Rejection.WRONG_SIDE), int(Rejection.ZERO_RISK)
_NONE, _ATR, _FIXED = int(Method.NONE), int(Method.ATR), int(Method.FIXED)
_PERCENTAGE, _SWING = int(Method.PERCENTAGE), int(Method.SWING)


@inlined
def level_nb(
    method: int, side: float, entry: float, size: float, padding: float, basis: float
) -> float:
    """The price `side` of the entry (+1 above) that a method other than reward gives; or NaN.

    `basis` is the ATR for an ATR distance and the swing extreme on that side for a swing.
    """
    if method == _ATR:
        return entry + side * (size * basis)
    if method == _FIXED:
        return entry + side * size
    if method == _PERCENTAGE:
        return entry + side * (entry * size / 100.0)
    if method == _SWING:
        return basis + side * padding
    return math.nan


@inlined
def rejection_nb(rules: RulesRow, entry: float, stop: float) -> int:
    """Why an entry with this stop is refused, 0 when it is not."""
    if math.isnan(stop):
        return _NO_SWING if rules.stop_method == _SWING else _NO_ATR
    risk = rules.side * (entry - stop)
    if risk < 0.0:
        return _WRONG_SIDE
    if not risk >= MINIMUM_RISK_FRACTION * abs(entry) or risk == 0.0:
        return _ZERO_RISK
    return 0


@inlined
def target_nb(rules: RulesRow, entry: float, risk: float, basis: float) -> float:
    """The target price, NaN without one or when it would lie on the wrong side."""
    if rules.target_method == _NONE:
        return math.nan
    side = rules.side
    target = entry + side * (rules.target_size * risk)
    if rules.target_method <= _SWING:
        target = level_nb(
            rules.target_method, side, entry, rules.target_size, rules.target_padding, basis
        )
    return target if side * target > side * entry else math.nan


@inlined
def enter_nb(
    rules: RulesRow,
    position: PositionRow,
    bars: Bars,
    t: int,
    offset: int,
    entry: float,
    stop_basis: float,
    basis: float,
) -> int:
    """Open a position on bar t at the entry price, or answer why not."""
    stop = level_nb(
        rules.stop_method, -rules.side, entry, rules.stop_size, rules.stop_padding, stop_basis
    )
    rejection = rejection_nb(rules, entry, stop)
    if rejection == 0 and rules.target_method == _ATR and math.isnan(basis):
        rejection = _NO_ATR
    if rejection != 0:
        return rejection
    risk = abs(entry - stop)
    position.is_open = 1
    position.entry_index = offset + t
    position.entry_start_ns = bars.start_ns[t]
    position.entry_close_ns = bars.close_ns[t]
    position.entry_day = bars.day[t]
    position.entry_price = entry
    position.initial_stop_price = stop
    position.stop_price = stop
    position.target_price = target_nb(rules, entry, risk, basis)
    position.risk = risk
    position.adverse = 0.0
    position.favourable = 0.0
    position.pending = 0
    position.stop_closes = 0
    position.target_closes = 0
    position.previous_start_ns = bars.start_ns[t]
    position.previous_close_ns = bars.close_ns[t]
    return 0


@inlined
def moved_stop_nb(rules: RulesRow, position: PositionRow, close: float, atr: float) -> float:
    """The stop after the close of a bar: the best of what it is and what both modifiers propose.

    Notes
    -----
    Their thresholds are moves of the close in initial risk; an ATR that is missing proposes
    nothing. A stop only ever moves in favour of the position.
    """
    side, stop = rules.side, position.stop_price
    move = side * (close - position.entry_price) / position.risk
    if rules.has_breakeven != 0 and move >= rules.breakeven_activation:
        proposed = position.entry_price + side * rules.breakeven_offset
        if side * proposed > side * stop:
            stop = proposed
    if rules.trailing_method != _NONE and move >= rules.trailing_activation:
        proposed = level_nb(rules.trailing_method, -side, close, rules.trailing_size, 0.0, atr)
        if side * proposed > side * stop:
            stop = proposed
    return stop
