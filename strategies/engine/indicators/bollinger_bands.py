"""Bollinger Bands: the close between bands of deviation around its mean, and their squeeze."""

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
def code_nb(row: Row, threshold: float) -> int:
    """Position in `STATES`, -1 while the bands are missing or without width."""
    close, basis, upper, lower, width = row
    if not upper > lower:
        return -1
    quarter = 0.25 * (upper - lower)
    zone = 1
    if close >= basis + quarter:
        zone = 0
    elif close <= basis - quarter:
        zone = 2
    return zone + 3 * int(width < threshold)


@kernel
def bits_nb(now: Row, before: Row, threshold: float) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    return (
        int(crosses_above_nb(now[0], now[2], before[0], before[2]))
        | int(crosses_below_nb(now[0], now[3], before[0], before[3])) << 1
        | int(crosses_above_nb(now[0], now[1], before[0], before[1])) << 2
        | int(crosses_below_nb(now[0], now[1], before[0], before[1])) << 3
        | int((now[4] < threshold) & (before[4] >= threshold)) << 4
        | int((now[4] >= threshold) & (before[4] < threshold)) << 5
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory is the bars seen and the last n closes."""
    n, multiple, threshold = int(parameters[0]), parameters[1], parameters[2]
    n_bars = bars.close.shape[0]
    closes = joined_nb(memory, 1, n, bars.close)
    basis, upper, lower, width = bands_nb(closes, n, multiple, memory[0])
    before = (closes[n - 1], basis[0], upper[0], lower[0], width[0])
    for t in range(n_bars):
        now = (bars.close[t], basis[t + 1], upper[t + 1], lower[t + 1], width[t + 1])
        for j in range(4):
            columns[j, t] = now[j + 1]
        codes[t] = code_nb(now, threshold)
        bits[t] = bits_nb(now, before, threshold)
        before = now
    memory[0] += n_bars
    keep_nb(memory, 1, closes, n_bars)


STATES = (
    State("UPPER_ZONE", "in the upper quarter of the bands or above"),
    State("MID_ZONE", "within a quarter of the width of the mean"),
    State("LOWER_ZONE", "in the lower quarter of the bands or below"),
    State("SQUEEZE_UPPER", "upper zone while the bands are narrow"),
    State("SQUEEZE_MID", "middle while the bands are narrow"),
    State("SQUEEZE_LOWER", "lower zone while the bands are narrow"),
)

TEMPLATE = Template(
    id="bollinger_bands",
    name="Bollinger Bands",
    category="Volatility",
    family="tf",
    order=120,
    prefix="bb",
    interpreter="BOLLINGER_BANDS",
    description=(
        "Mean of the latest closes with bands a multiple of their population deviation away. "
        "The sample deviation, which some charts use, draws bands 2.6 % wider at 20 bars."
    ),
    display_type="overlay",
    parameters=(
        Parameter("bb_period", "Period", "int", 20, 5, 100),
        Parameter("bb_mult", "Deviations", "float", 2.0, 0.5, 5.0),
        Parameter("squeeze_threshold", "Squeeze below (width / mean)", "float", 0.04, 0.01, 0.20),
    ),
    states=STATES,
    triggers=(
        Trigger(
            "cross_upper",
            "Cross Above Upper Band",
            "LONG",
            "ENTRY",
            level=Level("upper", "above"),
            holds=Relation("close", ">", "upper"),
        ),
        Trigger(
            "cross_lower",
            "Cross Below Lower Band",
            "SHORT",
            "ENTRY",
            level=Level("lower", "below"),
            holds=Relation("close", "<", "lower"),
        ),
        Trigger(
            "cross_basis_up",
            "Cross Above Basis",
            "LONG",
            "ENTRY",
            level=Level("basis", "above"),
            holds=Relation("close", ">", "basis"),
        ),
        Trigger(
            "cross_basis_down",
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
            holds=Relation("bandwidth", "<", "@squeeze_threshold"),
        ),
        Trigger(
            "squeeze_off",
            "Squeeze Off",
            "BOTH",
            "ENTRY",
            holds=Relation("bandwidth", ">=", "@squeeze_threshold"),
        ),
    ),
    outputs=(
        Output("basis", "Basis", "#64748b"),
        Output("upper", "Upper band", "#3b82f6"),
        Output("lower", "Lower band", "#3b82f6"),
        Output("bandwidth", "Width / mean", "#a855f7", "osc"),
    ),
    run=run_nb,
    memory_size=lambda vector: 1 + int(vector[0]),
)
