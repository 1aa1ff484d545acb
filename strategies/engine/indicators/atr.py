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
Held = tuple[float, float, float]


@kernel
def seed_nb(high: float, low: float, close: float) -> Held:
    """After the first bar, whose true range is its high less its low."""
    return 1.0, high - low, close


@kernel
def step_nb(held: Held, high: float, low: float, close: float) -> Held:
    """The average after one more bar."""
    seen, average, before = held
    span = max(high - low, abs(high - before), abs(low - before))
    return seen + 1.0, ema_nb(ALPHA, average, span), close


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    held = (memory[0], memory[1], memory[2])
    n, first = bars.close.shape[0], 0
    if held[0] == 0.0 and n > 0:
        held, first = seed_nb(bars.high[0], bars.low[0], bars.close[0]), 1
        columns[0, 0] = held[1]
    for t in range(first, n):
        held = step_nb(held, bars.high[t], bars.low[t], bars.close[t])
        columns[0, t] = held[1]
    hide_nb(columns[0], memory[0], PERIOD)
    memory[0], memory[1], memory[2] = held


TEMPLATE = Template(
    id="atr",
    name="ATR (14)",
    category="Risk",
    family="risk",
    is_internal=True,
    description="Exponential average of the true range, as stops and targets use it.",
    outputs=(Output("atr", "ATR", "#94a3b8", "osc"),),
    run=run_nb,
    memory_size=lambda vector: 3,
)
