"""Support Resistance Channels: bands of price that pivots share, and the close against them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from strategies.engine.indicators.history import joined_nb, keep_nb
from strategies.engine.indicators.pivot_channels import (
    MOST_CHANNELS,
    PIVOT_STRENGTH,
    RANGE_BARS,
    Channels,
    Pivots,
    add_pivot_nb,
    history_bars,
    history_bars_nb,
    is_peak_nb,
    is_trough_nb,
    nearest_nb,
    pivot_capacity,
    pivot_capacity_nb,
    rebuild_nb,
)
from strategies.engine.jit import kernel
from strategies.engine.template import Level, Output, Parameter, Relation, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

CLOSE_OPEN = 1
IN_CHANNEL, ABOVE_RESISTANCE, BELOW_SUPPORT, BETWEEN_LEVELS = 0, 1, 2, 3
# Places in the memory: bars seen, pivots kept, channels, last close, last state code + 1.
SEEN, N_PIVOTS, N_CHANNELS, CLOSE, CODE, FIRST_ARRAY = 0, 1, 2, 3, 4, 5


class History(NamedTuple):
    """Bars before these and these: highs and lows, and the values that pivots are looked for in."""

    highs: Floats
    lows: Floats
    peaks: Floats
    troughs: Floats


@kernel
def code_nb(tops: Floats, bottoms: Floats, close: float) -> int:
    """Position in `STATES` of a close, -1 without channels."""
    n_below, n_above = 0, 0
    for i in range(tops.shape[0]):
        if bottoms[i] <= close <= tops[i]:
            return IN_CHANNEL
        n_below += int(tops[i] < close)
        n_above += int(bottoms[i] > close)
    if n_below + n_above == 0:
        return -1
    if n_above == 0:
        return ABOVE_RESISTANCE
    return BELOW_SUPPORT if n_below == 0 else BETWEEN_LEVELS


@kernel
def breaks_nb(tops: Floats, bottoms: Floats, close: float, before: float) -> int:
    """Bit 0 when the close passed some top upwards, bit 1 some bottom downwards."""
    bits = 0
    for i in range(tops.shape[0]):
        bits |= int((before <= tops[i]) & (close > tops[i]))
        bits |= int((before >= bottoms[i]) & (close < bottoms[i])) << 1
    return bits


@kernel
def bits_nb(breaks: int, now: int, before: int) -> int:
    """Trigger word: breaks count outside all channels, zones need a state on both bars."""
    bits = breaks if now > IN_CHANNEL else 0
    if now == IN_CHANNEL and before > IN_CHANNEL:
        bits |= 4
    if now > IN_CHANNEL and before == IN_CHANNEL:
        bits |= 8
    return bits


@kernel
def span_nb(highs: Floats, lows: Floats) -> float:
    """Highest high less lowest low."""
    highest, lowest = highs[0], lows[0]
    for i in range(1, highs.shape[0]):
        highest, lowest = max(highest, highs[i]), min(lowest, lows[i])
    return float(highest - lowest)


@kernel
def channels_nb(parameters: Floats, memory: Floats, history: History, t: int) -> int:
    """Rebuild the channels in the memory as of bar t of these bars, and return their number."""
    loopback, a = int(parameters[5]), FIRST_ARRAY
    # Peaks begin two periods before these bars, highs so much earlier.
    earlier = history.highs.shape[0] - history.peaks.shape[0]
    end = earlier + 2 * int(parameters[0]) + t + 1
    if memory[SEEN] < RANGE_BARS:
        return 0
    highs, lows = history.highs[end - RANGE_BARS : end], history.lows[end - RANGE_BARS : end]
    limit = span_nb(highs, lows) * parameters[2] / 100.0
    first = end - min(loopback + 1, int(memory[SEEN]))
    count = min(MOST_CHANNELS, int(parameters[4]))
    values = memory[a + 2 * MOST_CHANNELS : a + 2 * MOST_CHANNELS + int(memory[N_PIVOTS])]
    return rebuild_nb(
        values,
        history.highs[first:end],
        history.lows[first:end],
        limit,
        PIVOT_STRENGTH * parameters[3],
        Channels(memory[a : a + count], memory[a + MOST_CHANNELS : a + MOST_CHANNELS + count]),
    )


@kernel
def pivot_nb(history: History, n: int, t: int) -> float:
    """The pivot that bar t of these bars confirms, the peak if there are two; NaN without one."""
    pivot = math.nan
    if is_trough_nb(history.troughs, t + n, n):
        pivot = history.troughs[t + n]
    if is_peak_nb(history.peaks, t + n, n):
        pivot = history.peaks[t + n]
    return pivot


@kernel
def confirm_nb(parameters: Floats, memory: Floats, capacity: int, history: History, t: int) -> None:
    """Step over bar t of these bars: a pivot it confirms joins, and channels are built anew."""
    n = int(parameters[0])
    memory[SEEN] += 1.0
    if memory[SEEN] < 2 * n + 1:
        return
    value = pivot_nb(history, n, t)
    if math.isnan(value):
        return
    a = FIRST_ARRAY + 2 * MOST_CHANNELS
    pivots = Pivots(memory[a : a + capacity], memory[a + capacity : a + 2 * capacity])
    count = add_pivot_nb(pivots, int(memory[N_PIVOTS]), value, memory[SEEN], int(parameters[5]))
    memory[N_PIVOTS] = count
    memory[N_CHANNELS] = channels_nb(parameters, memory, history, t)


@kernel
def sources_nb(bars: Bars, source: int) -> tuple[Floats, Floats]:
    """Where peaks and troughs are looked for: highs and lows, or the ends of the bodies."""
    peaks, troughs = bars.high, bars.low
    if source == CLOSE_OPEN:
        peaks, troughs = np.empty(bars.close.shape[0]), np.empty(bars.close.shape[0])
        for t in range(bars.close.shape[0]):
            peaks[t] = max(bars.close[t], bars.open[t])
            troughs[t] = min(bars.close[t], bars.open[t])
    return peaks, troughs


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`.

    The memory is five numbers, tops and bottoms of the channels, values and confirming bars of the
    pivots, then highs, lows and pivot candidates of the last bars.
    """
    n, loopback, n_bars = 2 * int(parameters[0]), int(parameters[5]), bars.close.shape[0]
    capacity, size = pivot_capacity_nb(int(parameters[0]), loopback), history_bars_nb(loopback)
    a = FIRST_ARRAY
    b = a + 2 * MOST_CHANNELS + 2 * capacity
    peaks, troughs = sources_nb(bars, int(parameters[1]))
    history = History(
        joined_nb(memory, b, size, bars.high),
        joined_nb(memory, b + size, size, bars.low),
        joined_nb(memory, b + 2 * size, n, peaks),
        joined_nb(memory, b + 2 * size + n, n, troughs),
    )
    close_before = memory[CLOSE] if memory[SEEN] > 0.0 else math.nan
    before = int(memory[CODE]) - 1
    for t in range(n_bars):
        close = bars.close[t]
        confirm_nb(parameters, memory, capacity, history, t)
        count = int(memory[N_CHANNELS])
        tops, bottoms = memory[a : a + count], memory[a + MOST_CHANNELS : a + MOST_CHANNELS + count]
        columns[0, t], columns[1, t], columns[2, t] = nearest_nb(tops, bottoms, close)
        now = code_nb(tops, bottoms, close)
        codes[t] = now
        bits[t] = bits_nb(breaks_nb(tops, bottoms, close, close_before), now, before)
        close_before, before = close, now
    if n_bars > 0:
        memory[CODE], memory[CLOSE] = before + 1.0, close_before
    keep_nb(memory, b, history.highs, n_bars)
    keep_nb(memory, b + size, history.lows, n_bars)
    keep_nb(memory, b + 2 * size, history.peaks, n_bars)
    keep_nb(memory, b + 2 * size + n, history.troughs, n_bars)


def memory_size(vector: tuple[float, ...]) -> int:
    period, loopback = int(vector[0]), int(vector[5])
    pivots = 2 * pivot_capacity(period, loopback)
    history = 2 * history_bars(loopback) + 4 * period
    return FIRST_ARRAY + 2 * MOST_CHANNELS + pivots + history


STATES = (
    State("IN_CHANNEL", "the close lies in a channel"),
    State("ABOVE_RESISTANCE", "the close is above all channels"),
    State("BELOW_SUPPORT", "the close is under all channels"),
    State("BETWEEN_LEVELS", "the close lies between channels"),
)

TEMPLATE = Template(
    id="sr_channels",
    name="Support Resistance Channels",
    category="Structure",
    family="tf",
    order=140,
    prefix="src",
    interpreter="SR_CHANNELS",
    description=(
        "Channels of price that several pivots share, the strongest first. They change only when "
        "a pivot is confirmed, and need 300 bars."
    ),
    display_type="overlay",
    parameters=(
        Parameter("pivot_period", "Pivot period", "int", 10, 4, 30),
        Parameter(
            "pivot_source",
            "Pivots of",
            "select",
            "High/Low",
            options=("High/Low", "Close/Open"),
        ),
        Parameter("channel_width_pct", "Width, % of the range of 300 bars", "int", 5, 1, 8),
        Parameter("min_strength", "Least strength", "int", 1, 1, 10),
        Parameter("max_num_sr", "Most channels", "int", 6, 1, 10),
        Parameter("loopback", "Bars looked back", "int", 290, 100, 400),
    ),
    states=STATES,
    state_aliases=(("IN_RESISTANCE", "IN_CHANNEL"), ("IN_SUPPORT", "IN_CHANNEL")),
    triggers=(
        Trigger(
            "resistance_broken",
            "Resistance Broken",
            "BOTH",
            "BOTH",
            level=Level("nearest_top", "above"),
        ),
        Trigger(
            "support_broken",
            "Support Broken",
            "BOTH",
            "BOTH",
            level=Level("nearest_bottom", "below"),
        ),
        Trigger(
            "enter_sr_zone",
            "Enter Channel",
            "BOTH",
            "BOTH",
            holds=Relation("distance", "<=", 0.0),
        ),
        Trigger(
            "exit_sr_zone",
            "Leave Channel",
            "BOTH",
            "BOTH",
            holds=Relation("distance", ">", 0.0),
        ),
    ),
    outputs=(
        Output("nearest_top", "Top of the nearest channel", "#ef4444"),
        Output("nearest_bottom", "Bottom of the nearest channel", "#22c55e"),
        Output("distance", "Way to the nearest channel", "#94a3b8", "osc"),
    ),
    run=run_nb,
    memory_size=memory_size,
)
