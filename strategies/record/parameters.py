"""Values of the parameters that templates and methods declare: what each may be."""

from __future__ import annotations

from strategies.engine.template import Parameter, Template, Value
from strategies.record.faults import Faults, finite, shown
from strategies.record.shape import Unread


def read_parameters(
    template: Template, given: Unread, field: str, faults: Faults
) -> dict[str, Value]:
    """Complete, typed parameters of a template; what is out of range is an error."""
    names = [parameter.name for parameter in template.parameters]
    for name in given:
        if name not in names:
            known = ", ".join(names) or "none"
            faults.doubt(f"{field}.{name}", f"is no parameter of {template.id}; it has {known}")
    values = {p.name: _value(p, given.get(p.name), field, faults) for p in template.parameters}
    for smaller, larger in template.ordered:
        if not float(values[smaller]) < float(values[larger]):
            faults.error(f"{field}.{smaller}", f"must be below {larger}")
    return values


def _value(parameter: Parameter, given: object, field: str, faults: Faults) -> Value:
    if given is None:
        return parameter.default
    problem = parameter_problem(parameter, given)
    if problem or not isinstance(given, Value):
        faults.error(f"{field}.{parameter.name}", f"{problem}, not {shown(given)}")
        return parameter.default
    return int(given) if parameter.type == "int" else given


def parameter_problem(parameter: Parameter, value: object) -> str:
    """What a value of this parameter must be and is not; empty when it is fine."""
    if parameter.type == "bool":
        return "" if isinstance(value, bool) else "must be true or false"
    if parameter.type == "select":
        is_known = value in parameter.options
        return "" if is_known else f"must be one of {', '.join(parameter.options)}"
    if parameter.type in ("str", "color"):
        return "" if isinstance(value, str) else "must be a text"
    number = finite(value)
    if number is None:
        return "must be a number"
    if parameter.type == "int" and not number.is_integer():
        return "must be a whole number"
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return f"must be from {low:g} to {high:g}"
    return ""
