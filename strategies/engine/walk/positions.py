"""Rows of the position walk: the rules of a strategy, a position, a trade, and their codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.types import fields_of

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
    TRIGGER = 4
    TIME = 5
    OPPOSITE = 6
    UNCONFIRMED_LC = 7
    UNCONFIRMED_CC = 8
    DATA_GAP = 9


class Rejection(IntEnum):
    """Why an entry was refused."""

    NONE = 0
    NO_ATR = 1
    NO_SWING = 2
    WRONG_SIDE = 3
    ZERO_RISK = 4
    # Those of limits, in the order in which they are named.
    MAX_TRADES = 5
    AFTER_LOSSES = 6
    AFTER_LOSS_R = 7
    AFTER_PROFIT_R = 8
    COOLDOWN = 9


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
    Reason.TRIGGER: "signal_exit",
    Reason.UNCONFIRMED_LC: "unconfirmed_lc",
    Reason.UNCONFIRMED_CC: "unconfirmed_cc",
    Reason.DATA_GAP: "data_gap",
}
REJECTION_NAMES = {
    Rejection.NO_ATR: "atr_unavailable",
    Rejection.NO_SWING: "no_bars_for_swing_stop",
    Rejection.WRONG_SIDE: "stop_on_wrong_side",
    Rejection.ZERO_RISK: "zero_risk",
    Rejection.MAX_TRADES: "max_trades_per_day",
    Rejection.AFTER_LOSSES: "stop_after_losses",
    Rejection.AFTER_LOSS_R: "stop_after_loss_r",
    Rejection.AFTER_PROFIT_R: "stop_after_profit_r",
    Rejection.COOLDOWN: "cooldown_bars",
}

# Reasons of trades that are listed and count in no figure: no one could have made them.
UNCOUNTED = frozenset({Reason.DATA_GAP})
# So many exchange dates missing between two bars end a position at the close of the first.
FEWEST_MISSING = 2

# Places of a strategy's triggers; exits follow in list order.
ENTRY, OPPOSITE, FIRST_EXIT, N_TRIGGERS = 0, 1, 2, 5


class RulesRow:
    """Settings of one strategy; `side` is +1 long, -1 short; 0 bars is no rule."""

    side: float
    entry_execution: int
    confirm_offset: int
    on_failure: int
    n_exits: int
    has_opposite: int
    bar_count: int
    time_exit_bars: int
    stop_method: int
    stop_size: float
    stop_padding: float
    stop_execution: int
    target_method: int
    target_size: float
    target_padding: float
    target_execution: int
    trailing_method: int
    trailing_size: float
    trailing_activation: float
    has_breakeven: int
    breakeven_activation: float
    breakeven_offset: float
    time_rule: int
    # Minutes before the close, or Eastern minutes of the day.
    time_start: int
    time_end: int
    time_bars: int


class LimitsRow:
    """Limits of one strategy, and the plain costs that the R they count is net of; 0 is off.

    `awaits_finer`: a trade left on a bar that held stop and target is not counted by the walk,
    which stops there, but by who asks finer bars.
    """

    is_set: int
    counts_r: int
    awaits_finer: int
    max_trades: int
    max_losses: int
    loss_r: float
    profit_r: float
    cooldown: int
    is_within: int
    are_units_whole: int
    commission_per_share: float
    commission_per_order: float
    slippage_bps: float
    slippage_per_share: float
    risk_per_trade: float


class TriggerRow:
    """One trigger as it is found in a frame.

    `cross` is +1 when its level is crossed upwards; `confirm_row` holds the line that confirms on
    the next bar; `from_states` has a bit per state that arms
    the level, all ones for any; a relation compares rows of columns, -1 for the close (left) or
    for `right_value` (right).
    """

    row: int
    mask: int
    is_level: int
    level_row: int
    confirm_row: int
    cross: float
    from_states: int
    resets: int
    has_relation: int
    left_row: int
    right_row: int
    right_value: float
    # +1 greater, -1 less, and whether equal will do.
    direction: float
    or_equal: int


@dataclass
class EntryRow:
    """How a position was entered, and how far it has gone since."""

    entry_index: int
    entry_start_ns: int
    entry_close_ns: int
    entry_day: int
    entry_price: float
    initial_stop_price: float
    stop_price: float
    target_price: float
    risk: float
    # Furthest moves against and for the position, in price, <= 0 <= .
    adverse: float
    favourable: float


@dataclass
class _HeldRow:
    is_open: int


@dataclass
class PositionRow(EntryRow, _HeldRow):
    """The position of one strategy; indices count from the first bar of its window.

    Positions are stored in this order of fields: those of the last base come first. What limits
    count comes last, and is zero without them: positions stored earlier lack it.
    """

    pending: int
    # Closes beyond stop and target in a row, up to now.
    stop_closes: int
    target_closes: int
    # The last bar it has seen, for an exit that is decided on the next one.
    previous_start_ns: int
    previous_close_ns: int
    # From the open of the regular session to the start of the entry bar, see `costs`.
    entry_since_ns: int
    # The date of the last entry, and how many filled on it.
    entered_day: int
    n_entered: int
    # The date on which a trade was left last; of its trades the losses in a row and the net R.
    left_day: int
    n_lost: int
    left_r: float
    # The first bar after the cool-down.
    rested_index: int


@dataclass
class TradeRow(EntryRow):
    """A closed position; `exit_place` is the place in the exit list, from 1, or 0.

    `exit_trigger_ns` is when the exit was decided: for one at the open, the close of the bar
    before.
    """

    exit_index: int
    exit_start_ns: int
    exit_close_ns: int
    exit_trigger_ns: int
    exit_price: float
    reason: int
    exit_place: int
    fill: int
    ambiguous: int


class RejectedRow:
    """An entry that was refused, on the bar of this index."""

    index: int
    start_ns: int
    reason: int


def _rows_of(row: type) -> np.dtype[np.void]:
    """Rows whose fields are attributes, in compiled kernels and in plain Python alike."""
    return np.dtype((np.record, fields_of(row)))


RULES, TRIGGER, LIMITS = _rows_of(RulesRow), _rows_of(TriggerRow), _rows_of(LimitsRow)
POSITION, TRADE, REJECTED = _rows_of(PositionRow), _rows_of(TradeRow), _rows_of(RejectedRow)
# One required state: its row for orders at the close, its row for orders within the bar, how many
# bars before the latter is read, and the state code.
REQUIRED_COLUMNS = 4
# Rows of columns that stop, target and trailing stop read, -1 for none.
BASES = 3


def new_position() -> Rows:
    """A flat position."""
    return np.zeros(1, POSITION)
