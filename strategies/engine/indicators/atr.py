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
def seed_nb(high: float, low: float, close: float) -> Memory:
    """After the first bar, whose true range is its high less its low."""
    return 1.0, high - low, close


@kernel
def step_nb(memory: Memory, high: float, low: float, close: float) -> Memory:
    """The average after one more bar."""
    seen, average, before = memory
    span = max(high - low, abs(high - before), abs(low - before))
    return seen + 1.0, ema_nb(ALPHA, average, span), close


@kernel
def run_nb(
    parameters: Floats, state: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    memory = (state[0], state[1], state[2])
    n, first = bars.close.shape[0], 0
    if memory[0] == 0.0 and n > 0:
        memory, first = seed_nb(bars.high[0], bars.low[0], bars.close[0]), 1
        columns[0, 0] = memory[1]
    for t in range(first, n):
        memory = step_nb(memory, bars.high[t], bars.low[t], bars.close[t])
        columns[0, t] = memory[1]
    hide_nb(columns[0], state[0], PERIOD)
    state[0], state[1], state[2] = memory


TEMPLATE = Template(
    id="atr",
    name="ATR (14)",
    category="Risk",
    family="risk",
    is_internal=True,
    description="Exponential average of the true range, as stops and targets use it.",
    outputs=(Output("atr", "ATR", "#94a3b8", "osc"),),
    run=run_nb,
    state_size=lambda vector: 3,
)
