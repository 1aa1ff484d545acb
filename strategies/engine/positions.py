"""The position walk: one strategy's entries and exits over bars, flat or holding one position.

`[C]` entries fill at the close of the signal bar. From the next bar on, in this order: target at
the open when the open is at or beyond it, stop, target, bar count, signal exits in list order.
No exit on the entry bar, no entry on the bar of an exit.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from strategies.engine.jit import kernel

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Flags, Floats, Int8s, Rows


class Method(IntEnum):
    """Codes of `risk.STOP_METHODS` and `risk.TARGET_METHODS`; NONE is no target."""

    NONE = 0
    ATR = 1
    FIXED = 2
    PERCENTAGE = 3
    SWING = 4
    REWARD = 5


class Reason(IntEnum):
    """Why a position was left."""

    NONE = 0
    STOP = 1
    TARGET = 2
    BAR_COUNT = 3
    SIGNAL = 4


class Rejection(IntEnum):
    """Why an entry was refused."""

    NONE = 0
    NO_ATR = 1
    NO_SWING = 2
    WRONG_SIDE = 3
    ZERO_RISK = 4


REASON_NAMES = {
    Reason.STOP: "stop_loss",
    Reason.TARGET: "target",
    Reason.BAR_COUNT: "bar_count_exit",
    Reason.SIGNAL: "signal_exit",
}
REJECTION_NAMES = {
    Rejection.NO_ATR: "atr_unavailable",
    Rejection.NO_SWING: "no_bars_for_swing_stop",
    Rejection.WRONG_SIDE: "stop_on_wrong_side",
    Rejection.ZERO_RISK: "zero_risk",
}
# Risk below this fraction of the entry price is no risk one could size a trade by.
MINIMUM_RISK_FRACTION = 1e-9

_NO_ATR, _NO_SWING = int(Rejection.NO_ATR), int(Rejection.NO_SWING)
_WRONG_SIDE, _ZERO_RISK = int(Rejection.WRONG_SIDE), int(Rejection.ZERO_RISK)
_ATR, _FIXED, _PERCENTAGE = int(Method.ATR), int(Method.FIXED), int(Method.PERCENTAGE)
_SWING, _NO_TARGET = int(Method.SWING), int(Method.NONE)
_STOP, _TARGET = int(Reason.STOP), int(Reason.TARGET)
_BAR_COUNT, _SIGNAL, _STAY = int(Reason.BAR_COUNT), int(Reason.SIGNAL), int(Reason.NONE)

# Settings of one strategy; `side` is +1 long, -1 short, `bar_count` 0 is none.
RULES = np.dtype(
    [
        ("side", np.float64),
        ("bar_count", np.int64),
        ("stop_method", np.int64),
        ("stop_size", np.float64),
        ("stop_padding", np.float64),
        ("target_method", np.int64),
        ("target_size", np.float64),
        ("target_padding", np.float64),
    ]
)
_ENTRY_FIELDS: list[tuple[str, Any]] = [
    ("entry_index", np.int64),
    ("entry_start_ns", np.int64),
    ("entry_close_ns", np.int64),
    ("entry_price", np.float64),
    ("initial_stop_price", np.float64),
    ("stop_price", np.float64),
    ("target_price", np.float64),
    ("risk", np.float64),
    # Furthest moves against and for the position, in price, <= 0 <= .
    ("adverse", np.float64),
    ("favourable", np.float64),
]
# The position of one strategy; indices count from the first bar of its window.
POSITION = np.dtype([("is_open", np.int64), *_ENTRY_FIELDS])
# A closed position; `exit_signal` is the place in the exit list, from 1, or 0.
TRADE = np.dtype(
    [
        *_ENTRY_FIELDS,
        ("exit_index", np.int64),
        ("exit_start_ns", np.int64),
        ("exit_close_ns", np.int64),
        ("exit_price", np.float64),
        ("reason", np.int64),
        ("exit_signal", np.int64),
        ("ambiguous", np.int64),
    ]
)
REJECTED = np.dtype([("index", np.int64), ("start_ns", np.int64), ("reason", np.int64)])


@kernel
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


@kernel
def rejection_nb(rules: Any, entry: float, stop: float) -> int:
    """Why an entry with this stop is refused, 0 when it is not."""
    if math.isnan(stop):
        return _NO_SWING if rules.stop_method == _SWING else _NO_ATR
    risk = rules.side * (entry - stop)
    if risk < 0.0:
        return _WRONG_SIDE
    if not risk >= MINIMUM_RISK_FRACTION * abs(entry) or risk == 0.0:
        return _ZERO_RISK
    return 0


@kernel
def target_nb(rules: Any, entry: float, risk: float, basis: float) -> float:
    """The target price, NaN without one or when it would lie on the wrong side."""
    if rules.target_method == _NO_TARGET:
        return math.nan
    side = rules.side
    target = entry + side * (rules.target_size * risk)
    if rules.target_method <= _SWING:
        target = level_nb(
            rules.target_method, side, entry, rules.target_size, rules.target_padding, basis
        )
    return target if side * target > side * entry else math.nan


@kernel
def enter_nb(
    rules: Any, position: Any, bars: Bars, t: int, offset: int, stop_basis: float, basis: float
) -> int:
    """Open a position at the close of bar t, or answer why not."""
    entry = bars.close[t]
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
    position.entry_price = entry
    position.initial_stop_price = stop
    position.stop_price = stop
    position.target_price = target_nb(rules, entry, risk, basis)
    position.risk = risk
    position.adverse = 0.0
    position.favourable = 0.0
    return 0


@kernel
def level_exit_nb(
    side: float, stop: float, target: float, open_: float, high: float, low: float
) -> tuple[int, float, int]:
    """(reason, fill price, ambiguous) of a stop or target on one bar; (0, NaN, 0) for neither.

    Prices are mirrored for a short position, so that the stop always lies below. A missing
    target is NaN, which no comparison reaches.
    """
    first, worst, best = side * open_, side * low, side * high
    if side < 0.0:
        worst, best = best, worst
    floor, goal = side * stop, side * target
    if first >= goal:
        return _TARGET, open_, 0
    if worst <= floor:
        is_ambiguous = 1 if floor < first and best >= goal else 0
        return _STOP, side * min(floor, first), is_ambiguous
    if best >= goal:
        return _TARGET, target, 0
    return _STAY, math.nan, 0


@kernel
def close_exit_nb(rules: Any, position: Any, index: int, signal: int) -> int:
    """The reason to leave at the close of a bar, 0 for none."""
    if rules.bar_count > 0 and index - position.entry_index >= rules.bar_count:
        return _BAR_COUNT
    return _SIGNAL if signal > 0 else _STAY


@kernel
def excursion_nb(position: Any, side: float, price: float) -> None:
    """Widen the excursion of a position to a price it has seen."""
    move = side * (price - position.entry_price)
    position.adverse = min(position.adverse, move)
    position.favourable = max(position.favourable, move)


@kernel
def record_nb(position: Any, trade: Any) -> None:
    """Copy the entry side of a position that is being left."""
    trade.entry_index = position.entry_index
    trade.entry_start_ns = position.entry_start_ns
    trade.entry_close_ns = position.entry_close_ns
    trade.entry_price = position.entry_price
    trade.initial_stop_price = position.initial_stop_price
    trade.stop_price = position.stop_price
    trade.target_price = position.target_price
    trade.risk = position.risk
    trade.adverse = position.adverse
    trade.favourable = position.favourable


@kernel
def leave_nb(
    rules: Any, position: Any, bars: Bars, t: int, offset: int, signal: int, trade: Any
) -> bool:
    """Test the exits of bar t; when one fires, fill `trade` and go flat."""
    side = rules.side
    reason, price, ambiguous = level_exit_nb(
        side,
        position.stop_price,
        position.target_price,
        bars.open[t],
        bars.high[t],
        bars.low[t],
    )
    if reason != _STAY:
        excursion_nb(position, side, bars.open[t])
        excursion_nb(position, side, price)
    else:
        excursion_nb(position, side, bars.high[t])
        excursion_nb(position, side, bars.low[t])
        reason = close_exit_nb(rules, position, offset + t, signal)
        price = bars.close[t]
    if reason == _STAY:
        return False
    record_nb(position, trade)
    trade.exit_index = offset + t
    trade.exit_start_ns = bars.start_ns[t]
    trade.exit_close_ns = bars.close_ns[t]
    trade.exit_price = price
    trade.reason = reason
    trade.exit_signal = signal if reason == _SIGNAL else 0
    trade.ambiguous = ambiguous
    position.is_open = 0
    return True


@kernel
def walk_nb(
    rules: Rows,
    position: Rows,
    bars: Bars,
    offset: int,
    entries: Flags,
    signals: Int8s,
    stop_basis: Floats,
    target_basis: Floats,
    trades: Rows,
    rejected: Rows,
) -> tuple[int, int]:
    """Walk one strategy over the bars.

    Parameters
    ----------
    rules : (1,) RULES
    position : (1,) POSITION, moved along
    bars : n bars
    offset : index of the first of them in the strategy's window
    entries : (n,) uint8, 1 where the entry trigger and every required record are true
    signals : (n,) int8, 1 + place of the first exit trigger true on the bar, or 0
    stop_basis, target_basis : (n,) float64, ATR or swing extreme as the methods need
    trades : TRADE rows to fill, at least one more than there are entries
    rejected : REJECTED rows to fill, at least as many as there are entries

    Returns
    -------
    Number of trades and of rejected entries.
    """
    n_trades, n_rejected = 0, 0
    for t in range(bars.close.shape[0]):
        if position[0].is_open != 0:
            if leave_nb(rules[0], position[0], bars, t, offset, signals[t], trades[n_trades]):
                n_trades += 1
        elif entries[t] != 0:
            rejection = enter_nb(
                rules[0], position[0], bars, t, offset, stop_basis[t], target_basis[t]
            )
            if rejection != 0:
                rejected[n_rejected].index = offset + t
                rejected[n_rejected].start_ns = bars.start_ns[t]
                rejected[n_rejected].reason = rejection
                n_rejected += 1
    return n_trades, n_rejected


def new_position() -> Rows:
    """A flat position."""
    return np.zeros(1, POSITION)
