"""Bar Count Exit: leaves after a number of bars. The position walk counts; there is no node."""

from __future__ import annotations

from strategies.engine.template import Parameter, Seed, Template, Trigger

TEMPLATE = Template(
    id="bar_count",
    name="Bar Count Exit",
    category="Exit",
    family="tf",
    order=80,
    seeds=(Seed("bar_count_default"),),
    prefix="bar_count",
    description="Exit at the close once the position is this many bars old.",
    display_type="hidden",
    parameters=(Parameter("candle_count", "Bars after the entry", "int", 4, 1, 500),),
    triggers=(Trigger("exit", "Bar Count Reached", "BOTH", "EXIT"),),
)
