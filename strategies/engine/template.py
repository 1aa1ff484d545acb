"""What a template declares: parameters, states, triggers, outputs, and its kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypedDict

Family = Literal["tf", "general", "risk", "time"]
DisplayType = Literal["overlay", "oscillator", "hidden"]
ParameterType = Literal["int", "float", "bool", "select", "str", "color"]
Direction = Literal["LONG", "SHORT", "BOTH"]
Execution = Literal["C", "L", "LC", "CC"]
Operator = Literal[">", ">=", "<", "<="]
TriggerType = Literal["ENTRY", "EXIT", "BOTH"]
Value = int | float | bool | str
Parameters = Mapping[str, Value]


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
    # What a number is a multiple of, where conventions differ; it stands beside the field.
    note: str = ""


class Level(NamedTuple):
    """The price that an intra-bar companion of a trigger watches, and from which side.

    It is the output as the bar before left it, and counts only when the close of that bar lay on
    the other side or on it, and its state was one of `from_states` (any when empty, none never).
    """

    output: str
    cross: Literal["above", "below"]
    from_states: tuple[str, ...] = ()
    # The output that holds the same line whatever became of the trigger: what confirms on the
    # next bar. Empty where `output` does.
    kept_in: str = ""

    @property
    def confirmed_by(self) -> str:
        return self.kept_in or self.output


class Relation(NamedTuple):
    """What stays true after a trigger fired, for its confirmation on the next bar.

    An operand is "close", the name of an output, "@parameter" or a number. Where a trigger says
    what it compares, it may also be "open", "high", "low" or a measure, and have "[1]" or "[2]"
    behind it: as the bar before left it, or the one before that.
    """

    left: str
    operator: Operator
    right: str | float


class Threshold(NamedTuple):
    """A value that triggers compare an output with; its label is that of the parameter, if any."""

    value: float
    label: str


class Measure(NamedTuple):
    """A price that a trigger compares and no output holds; read by words only."""

    name: str
    label: str
    # From the high and the low of a bar.
    of: Callable[[float, float, Parameters], float]


class Trigger(NamedTuple):
    """An event; bit i of a node's trigger word belongs to the i-th trigger of its template.

    Without `holds`, a trigger with a level holds while the close is beyond that level, and any
    other holds while it fires again. `opposite` is the base of the trigger that ends a position
    this one opened.
    """

    base: str
    name: str
    direction: Direction
    type: TriggerType
    level: Level | None = None
    holds: Relation | None = None
    opposite: str = ""
    # What is compared when it fires at a close, to be told with its values; see `compares`.
    reads: tuple[Relation, ...] = ()

    @property
    def compares(self) -> tuple[Relation, ...]:
        """What is true of a bar at whose close it fires; empty where only its state says it.

        Unless it is spelt out, it is what holds from then on, or that the close is beyond the
        level.
        """
        if self.reads:
            return self.reads
        if self.holds is not None:
            return (self.holds,)
        if self.level is None:
            return ()
        return (Relation("close", ">" if self.level.cross == "above" else "<", self.level.output),)

    @property
    def executions(self) -> tuple[Execution, ...]:
        """How an order of this trigger may be filled, the plain close first."""
        return ("C", "CC") if self.level is None else ("C", "CC", "L", "LC")


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
    # Only the walk reads it: no chart draws it and no alert names it.
    is_hidden: bool = False


class Alias(NamedTuple):
    """Another name under which older files know a template; pairs map old to new names."""

    id: str
    prefix: str = ""
    interpreter: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    states: tuple[tuple[str, str], ...] = ()
    triggers: tuple[tuple[str, str], ...] = ()


class Seed(NamedTuple):
    """A pack that a new user starts with."""

    id: str
    version: str = "Default"
    parameters: Parameters = {}
    enabled: bool = True


class PlotSettings(TypedDict):
    """How the outputs of a pack are drawn: a colour for each, by name."""

    colors: dict[str, str]
    line_width: int
    visible: bool


# parameters (p,), memory (m,), bars, columns (outputs, n), codes (n,), bits (n,) -> None
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
    measures: tuple[Measure, ...] = ()
    # Pairs of parameter names of which the first must be the smaller one.
    ordered: tuple[tuple[str, str], ...] = ()
    state_aliases: tuple[tuple[str, str], ...] = ()
    aliases: tuple[Alias, ...] = ()
    seeds: tuple[Seed, ...] = ()
    line_width: int = 1
    is_intraday_only: bool = False
    # It has no value where no bar has volume.
    reads_volume: bool = False
    # Its values begin anew on each date: no level is carried from one date to the next.
    resets_daily: bool = False
    # Nobody picks it: a node that stops and targets read.
    is_internal: bool = False
    run: RunKernel | None = None
    # What the parameters mean together, where a list of them would be hard to read.
    words: Callable[[Parameters], str] | None = None
    # Place among the templates of its family, where they are offered.
    order: int = 1000
    # What to tell of bars from one date to another; empty when there is nothing.
    warn: Callable[[Parameters, date, date], str] | None = None
    # Length of the node's memory for a parameter vector.
    memory_size: Callable[[tuple[float, ...]], int] = lambda vector: 1

    def defaults(self) -> dict[str, Value]:
        return {parameter.name: parameter.default for parameter in self.parameters}

    def state_names(self) -> tuple[str, ...]:
        return tuple(state.name for state in self.states)

    @property
    def shown_outputs(self) -> tuple[Output, ...]:
        """The outputs that people see."""
        return tuple(output for output in self.outputs if not output.is_hidden)

    def trigger(self, base: str) -> Trigger | None:
        return next((trigger for trigger in self.triggers if trigger.base == base), None)

    def measure(self, name: str) -> Measure | None:
        return next((measure for measure in self.measures if measure.name == name), None)

    def thresholds(self, output: str, parameters: Parameters) -> tuple[Threshold, ...]:
        """The levels of an output that its triggers speak of, from the highest to the lowest."""
        labels = {f"@{parameter.name}": parameter.label for parameter in self.parameters}
        found: dict[float, str] = {}
        for trigger in self.triggers:
            for left, _, right in (*trigger.compares, *filter(None, [trigger.holds])):
                if left == output and (isinstance(right, float) or right in labels):
                    value = right if isinstance(right, float) else float(parameters[right[1:]])
                    found.setdefault(value, labels.get(str(right), ""))
        return tuple(Threshold(*one) for one in sorted(found.items(), reverse=True))

    def longest_period(self, parameters: Parameters) -> int:
        """The largest parameter named `*_period`, 0 without one."""
        periods = [int(parameters[p.name]) for p in self.parameters if p.name.endswith("_period")]
        return max(periods, default=0)

    def vector(self, parameters: Parameters) -> tuple[float, ...]:
        """The numeric parameters in schema order, as kernels read them; options by position."""
        return tuple(_number(p, parameters[p.name]) for p in self.parameters)

    def plot_schema(self) -> PlotSettings:
        """The plot settings that a new pack starts with."""
        return {
            "colors": {output.name: output.color for output in self.shown_outputs},
            "line_width": self.line_width,
            "visible": self.display_type != "hidden",
        }


def span_of_day(first_minute: int, last_minute: int) -> str:
    """`09:30–11:00 ET` for minutes since midnight in New York."""
    first, last = (f"{m // 60:02}:{m % 60:02}" for m in (first_minute, last_minute))
    return f"{first}–{last} ET"


def _number(parameter: Parameter, value: Value) -> float:
    if parameter.type == "select":
        return float(parameter.options.index(value))
    return float(value)
