"""What a template declares: parameters, states, triggers, outputs, and its kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Family = Literal["tf", "general", "risk", "time"]
DisplayType = Literal["overlay", "oscillator", "hidden"]
ParameterType = Literal["int", "float", "bool", "select", "str", "color"]
Direction = Literal["LONG", "SHORT", "BOTH"]
TriggerType = Literal["ENTRY", "EXIT", "BOTH"]
Value = int | float | bool | str
Parameters = Mapping[str, Any]


class Parameter(NamedTuple):
    name: str
    label: str
    type: ParameterType
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[str, ...] = ()
    # Only meaningful while another parameter has one of these values.
    shown_when: tuple[str, tuple[str, ...]] | None = None


class Level(NamedTuple):
    """The price that an intra-bar companion of a trigger watches, and from which side."""

    output: str
    cross: Literal["above", "below"]


class Trigger(NamedTuple):
    """An event; bit i of a node's trigger word belongs to the i-th trigger of its template."""

    base: str
    name: str
    direction: Direction
    type: TriggerType
    executions: tuple[str, ...] = ("C",)
    level: Level | None = None


class State(NamedTuple):
    """A label; its position in the template is the code kernels write, -1 is none."""

    name: str
    meaning: str


class Output(NamedTuple):
    """An indicator column; `pane` and `style` say how a chart draws it."""

    name: str
    label: str
    color: str
    pane: Literal["price", "osc"] = "price"
    style: Literal["line", "histogram"] = "line"


# parameters (p,), state (s,), bars, columns (outputs, n), codes (n,), bits (n,) -> None
RunKernel = Callable[..., None]


@dataclass(frozen=True)
class Template:
    """A kind of pack. Everything but `run` is plain data and safe to read in a web process."""

    id: str
    name: str
    category: str
    family: Family
    prefix: str = ""
    interpreter: str = ""
    description: str = ""
    display_type: DisplayType = "hidden"
    parameters: tuple[Parameter, ...] = ()
    states: tuple[State, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    outputs: tuple[Output, ...] = ()
    # Pairs of parameter names of which the first must be the smaller one.
    ordered: tuple[tuple[str, str], ...] = ()
    state_aliases: tuple[tuple[str, str], ...] = ()
    line_width: int = 1
    is_intraday_only: bool = False
    run: RunKernel | None = None
    # What the parameters mean together, where a list of them would be hard to read.
    words: Callable[[Parameters], str] | None = None
    # Length of the node's state for a parameter vector.
    state_size: Callable[[tuple[float, ...]], int] = lambda vector: 1

    def defaults(self) -> dict[str, Value]:
        return {parameter.name: parameter.default for parameter in self.parameters}

    def state_names(self) -> tuple[str, ...]:
        return tuple(state.name for state in self.states)

    def trigger(self, base: str) -> Trigger | None:
        return next((trigger for trigger in self.triggers if trigger.base == base), None)

    def longest_period(self, parameters: Parameters) -> int:
        """The largest parameter named `*_period`, 0 without one."""
        periods = [int(parameters[p.name]) for p in self.parameters if p.name.endswith("_period")]
        return max(periods, default=0)

    def vector(self, parameters: Parameters) -> tuple[float, ...]:
        """The numeric parameters in schema order, as kernels read them; options by position."""
        return tuple(_number(p, parameters[p.name]) for p in self.parameters)

    def plot_schema(self) -> dict[str, Any]:
        """Default plot settings: a colour per output, line width, visibility."""
        return {
            "colors": {output.name: output.color for output in self.outputs},
            "line_width": self.line_width,
            "visible": self.display_type != "hidden",
        }


def span_of_day(first_minute: int, last_minute: int) -> str:
    """`09:30–11:00 ET` for minutes since midnight in New York."""
    first, last = (f"{m // 60:02}:{m % 60:02}" for m in (first_minute, last_minute))
    return f"{first}–{last} ET"


def _number(parameter: Parameter, value: Any) -> float:
    if parameter.type == "select":
        return float(parameter.options.index(value))
    return float(value)
