"""Rows of the position walk: the rules of a strategy, a position, a trade, and their codes."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from strategies.engine.types import Rows


class Method(IntEnum):
    """Codes of `risk.STOP_METHODS` and `risk.TARGET_METHODS`; NONE is no target."""

    NONE = 0
    ATR = 1
    FIXED = 2
    PERCENTAGE = 3
    SWING = 4
    REWARD = 5


class Execution(IntEnum):
    """When an order fills: at the close, at a level within the bar, or either, confirmed."""

    C = 0
    L = 1
    LC = 2
    CC = 3


class TimeRule(IntEnum):
    """Codes of `time_exits.TIME_METHODS`; NONE is no time exit."""

    NONE = 0
    BEFORE_CLOSE = 1
    TIME_OF_DAY = 2
    MAX_BARS = 3
    OUTSIDE = 4


class Reason(IntEnum):
    """Why a position was left."""

    NONE = 0
    STOP = 1
    TARGET = 2
    BAR_COUNT = 3
    SIGNAL = 4
    TIME = 5
    OPPOSITE = 6
    UNCONFIRMED_LC = 7
    UNCONFIRMED_CC = 8


class Rejection(IntEnum):
    """Why an entry was refused."""

    NONE = 0
    NO_ATR = 1
    NO_SWING = 2
    WRONG_SIDE = 3
    ZERO_RISK = 4


class Fill(IntEnum):
    """Where an exit filled: at the close of its bar, at a price within it, at its open."""

    CLOSE = 0
    LEVEL = 1
    OPEN = 2


class Pending(IntEnum):
    """What an entry that was not confirmed waits for."""

    NONE = 0
    MARKET = 1
    LIMIT = 2


REASON_NAMES = {
    Reason.STOP: "stop_loss",
    Reason.TARGET: "target",
    Reason.TIME: "time_exit",
    Reason.BAR_COUNT: "bar_count_exit",
    Reason.OPPOSITE: "opposite_signal",
    Reason.SIGNAL: "signal_exit",
    Reason.UNCONFIRMED_LC: "unconfirmed_lc",
    Reason.UNCONFIRMED_CC: "unconfirmed_cc",
}
REJECTION_NAMES = {
    Rejection.NO_ATR: "atr_unavailable",
    Rejection.NO_SWING: "no_bars_for_swing_stop",
    Rejection.WRONG_SIDE: "stop_on_wrong_side",
    Rejection.ZERO_RISK: "zero_risk",
}

# Places of a strategy's signals; exits follow in list order.
ENTRY, OPPOSITE, FIRST_EXIT, N_SIGNALS = 0, 1, 2, 5

_INT, _FLOAT = np.int64, np.float64


def _rows(fields: list[tuple[str, Any]]) -> np.dtype[Any]:
    """Rows whose fields are attributes, in compiled kernels and in plain Python alike."""
    return np.dtype((np.record, fields))


# Settings of one strategy; `side` is +1 long, -1 short; 0 bars is no rule.
RULES = _rows(
    [
        ("side", _FLOAT),
        ("entry_execution", _INT),
        ("confirm_offset", _INT),
        ("on_failure", _INT),
        ("n_exits", _INT),
        ("has_opposite", _INT),
        ("bar_count", _INT),
        ("time_exit_bars", _INT),
        ("stop_method", _INT),
        ("stop_size", _FLOAT),
        ("stop_padding", _FLOAT),
        ("stop_execution", _INT),
        ("target_method", _INT),
        ("target_size", _FLOAT),
        ("target_padding", _FLOAT),
        ("target_execution", _INT),
        ("trailing_method", _INT),
        ("trailing_size", _FLOAT),
        ("trailing_activation", _FLOAT),
        ("has_breakeven", _INT),
        ("breakeven_activation", _FLOAT),
        ("breakeven_offset", _FLOAT),
        ("time_rule", _INT),
        # Minutes before the close, or Eastern minutes of the day.
        ("time_start", _INT),
        ("time_end", _INT),
        ("time_bars", _INT),
    ]
)
# One trigger as it is found in a frame. `cross` is +1 when its level is crossed upwards;
# `from_states` has a bit per state that arms the level, all ones for any; a relation compares
# rows of columns, -1 for the close (left) or for `right_value` (right).
SIGNAL = _rows(
    [
        ("row", _INT),
        ("mask", _INT),
        ("is_level", _INT),
        ("level_row", _INT),
        ("cross", _FLOAT),
        ("from_states", _INT),
        ("resets", _INT),
        ("has_relation", _INT),
        ("left_row", _INT),
        ("right_row", _INT),
        ("right_value", _FLOAT),
        # +1 greater, -1 less, and whether equal will do.
        ("direction", _FLOAT),
        ("or_equal", _INT),
    ]
)
# One required state: its row for orders at the close, its row for orders within the bar, how many
# bars before the latter is read, and the state code.
REQUIRED_COLUMNS = 4
# Rows of columns that stop, target and trailing stop read, -1 for none.
BASES = 3
_ENTRY_FIELDS: list[tuple[str, Any]] = [
    ("entry_index", _INT),
    ("entry_start_ns", _INT),
    ("entry_close_ns", _INT),
    ("entry_day", _INT),
    ("entry_price", _FLOAT),
    ("initial_stop_price", _FLOAT),
    ("stop_price", _FLOAT),
    ("target_price", _FLOAT),
    ("risk", _FLOAT),
    # Furthest moves against and for the position, in price, <= 0 <= .
    ("adverse", _FLOAT),
    ("favourable", _FLOAT),
]
# The position of one strategy; indices count from the first bar of its window.
POSITION = _rows(
    [
        ("is_open", _INT),
        *_ENTRY_FIELDS,
        ("pending", _INT),
        # Closes beyond stop and target in a row, up to now.
        ("stop_closes", _INT),
        ("target_closes", _INT),
        ("previous_close_ns", _INT),
    ]
)
# A closed position; `exit_signal` is the place in the exit list, from 1, or 0. `exit_trigger_ns`
# is when the exit was decided: for one at the open, the close of the bar before.
TRADE = _rows(
    [
        *_ENTRY_FIELDS,
        ("exit_index", _INT),
        ("exit_start_ns", _INT),
        ("exit_close_ns", _INT),
        ("exit_trigger_ns", _INT),
        ("exit_price", _FLOAT),
        ("reason", _INT),
        ("exit_signal", _INT),
        ("fill", _INT),
        ("ambiguous", _INT),
    ]
)
REJECTED = _rows([("index", _INT), ("start_ns", _INT), ("reason", _INT)])


def new_position() -> Rows:
    """A flat position."""
    return np.zeros(1, POSITION)
