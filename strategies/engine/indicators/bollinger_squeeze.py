"""Bollinger Squeeze: narrow bands first, then where the close lies against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import crosses_above_nb, crosses_below_nb
from strategies.engine.indicators.deviation_bands import Row, bands_nb
from strategies.engine.indicators.history import joined_nb, keep_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Level, Output, Parameter, Relation, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s


@kernel
def code_nb(row: Row, limit: float) -> int:
    """Position in `STATES`, -1 while the bands are missing or without width."""
    close, basis, upper, lower, width = row
    if not upper > lower:
        return -1
    if width <= limit:
        return 0
    if close > upper:
        return 1
    if close < lower:
        return 2
    if abs(close - basis) <= 0.25 * (upper - lower):
        return 3
    return 4 if close > basis else 5


@kernel
def bits_nb(now: Row, before: Row, limit: float) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    return (
        int(crosses_above_nb(now[0], now[2], before[0], before[2]))
        | int(crosses_below_nb(now[0], now[3], before[0], before[3])) << 1
        | int(crosses_above_nb(now[0], now[1], before[0], before[1])) << 2
        | int(crosses_below_nb(now[0], now[1], before[0], before[1])) << 3
        | int((now[4] <= limit) & (before[4] > limit)) << 4
        | int((now[4] > limit) & (before[4] <= limit)) << 5
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory is the bars seen and the last n closes."""
    n, multiple, limit = int(parameters[0]), parameters[1], parameters[2]
    n_bars = bars.close.shape[0]
    closes = joined_nb(memory, 1, n, bars.close)
    basis, upper, lower, width = bands_nb(closes, n, multiple, memory[0])
    before = (closes[n - 1], basis[0], upper[0], lower[0], 100.0 * width[0])
    for t in range(n_bars):
        k = t + 1
        now = (bars.close[t], basis[k], upper[k], lower[k], 100.0 * width[k])
        for j in range(4):
            columns[j, t] = now[j + 1]
        codes[t] = code_nb(now, limit)
        bits[t] = bits_nb(now, before, limit)
        before = now
    memory[0] += n_bars
    keep_nb(memory, 1, closes, n_bars)


STATES = (
    State("SQUEEZE", "the bands are narrow"),
    State("ABOVE_UPPER", "above the upper band"),
    State("BELOW_LOWER", "under the lower band"),
    State("MID_ZONE", "within a quarter of the width of the mean"),
    State("UPPER_ZONE", "between the middle and the upper band"),
    State("LOWER_ZONE", "between the middle and the lower band"),
)

TEMPLATE = Template(
    id="bollinger_squeeze",
    name="Bollinger Squeeze",
    category="Volatility",
    family="tf",
    order=125,
    prefix="bb",
    interpreter="BOLLINGER_SQUEEZE",
    description=(
        "Bollinger bands read against the move: narrow bands first, then the close beyond a band "
        "as an extreme. Bands use the population deviation."
    ),
    display_type="overlay",
    parameters=(
        Parameter("bb_period", "Period", "int", 20, 5, 100),
        Parameter("bb_mult", "Deviations", "float", 2.0, 0.5, 5.0),
        Parameter("squeeze_pct", "Squeeze up to (width, % of mean)", "float", 4.0, 1.0, 20.0),
    ),
    states=STATES,
    triggers=(
        Trigger(
            "cross_upper",
            "Cross Above Upper Band",
            "SHORT",
            "ENTRY",
            level=Level("upper", "above"),
            holds=Relation("close", ">", "upper"),
        ),
        Trigger(
            "cross_lower",
            "Cross Below Lower Band",
            "LONG",
            "ENTRY",
            level=Level("lower", "below"),
            holds=Relation("close", "<", "lower"),
        ),
        Trigger(
            "cross_above_basis",
            "Cross Above Basis",
            "LONG",
            "ENTRY",
            level=Level("basis", "above"),
            holds=Relation("close", ">", "basis"),
        ),
        Trigger(
            "cross_below_basis",
            "Cross Below Basis",
            "SHORT",
            "ENTRY",
            level=Level("basis", "below"),
            holds=Relation("close", "<", "basis"),
        ),
        Trigger(
            "squeeze_on",
            "Squeeze On",
            "BOTH",
            "ENTRY",
            holds=Relation("bandwidth_pct", "<=", "@squeeze_pct"),
        ),
        Trigger(
            "squeeze_off",
            "Squeeze Off",
            "BOTH",
            "ENTRY",
            holds=Relation("bandwidth_pct", ">", "@squeeze_pct"),
        ),
    ),
    outputs=(
        Output("basis", "Basis", "#64748b"),
        Output("upper", "Upper band", "#3b82f6"),
        Output("lower", "Lower band", "#3b82f6"),
        Output("bandwidth_pct", "Width, % of mean", "#a855f7", "osc"),
    ),
    run=run_nb,
    memory_size=lambda vector: 1 + int(vector[0]),
)
