"""ATR of stops and targets: the exponential average, 14 bars, of the true range. Not a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import ema_nb, hide_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Output, Template

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

PERIOD = 14
ALPHA = 2.0 / (PERIOD + 1.0)

# bars seen, average, close of the bar before
Memory = tuple[float, float, float]


@kernel
def step_nb(memory: Memory, high: float, low: float, close: float) -> Memory:
    """The average after one more bar; the first true range is its high less its low."""
    seen, average, close_before = memory
    span = high - low
    if seen > 0.0:
        span = max(span, abs(high - close_before), abs(low - close_before))
    return seen + 1.0, ema_nb(ALPHA, seen, average, span), close


@kernel
def run_nb(
    parameters: Floats, state: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    memory = (state[0], state[1], state[2])
    for t in range(bars.close.shape[0]):
        memory = step_nb(memory, bars.high[t], bars.low[t], bars.close[t])
        columns[0, t] = memory[1]
    hide_nb(columns[0], state[0], PERIOD)
    state[0], state[1], state[2] = memory


TEMPLATE = Template(
    id="atr",
    name="ATR (14)",
    category="Risk",
    family="risk",
    description="Exponential average of the true range, as stops and targets use it.",
    outputs=(Output("atr", "ATR", "#94a3b8", "osc"),),
    run=run_nb,
    state_size=lambda vector: 3,
)
