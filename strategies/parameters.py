"""Parameters with limits: of packs, stops and targets. One place says what may be entered."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

ParameterType = Literal["int", "float", "bool", "select", "str", "color"]


class Parameter(NamedTuple):
    name: str
    label: str
    type: ParameterType
    default: Any
    min: float | None = None
    max: float | None = None
    step: float | None = None
    options: tuple[str, ...] = ()
    unit: str = ""

    @property
    def limits(self) -> str:
        """The limits in words, to be shown before they are broken."""
        if self.type == "select":
            return ", ".join(self.options)
        if self.min is None or self.max is None:
            return ""
        return f"{self.min:g} to {self.max:g}{' ' + self.unit if self.unit else ''}"

    @property
    def html_step(self) -> str:
        if self.type == "int":
            return "1"
        return "any" if self.step is None else f"{self.step:g}"


class ParameterError(ValueError):
    """Which parameters were refused and why; `errors` maps a name to its text."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors


def clean(schema: Iterable[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """Complete, typed parameters. Raises ParameterError naming every refused one."""
    parameters = list(schema)
    cleaned: dict[str, Any] = {}
    errors: dict[str, str] = {}
    unknown = set(values) - {parameter.name for parameter in parameters}
    for name in sorted(unknown):
        errors[name] = "This template has no such parameter; remove it."
    for parameter in parameters:
        try:
            cleaned[parameter.name] = _clean_one(
                parameter, values.get(parameter.name, parameter.default)
            )
        except ValueError as error:
            errors[parameter.name] = str(error)
    if errors:
        raise ParameterError(errors)
    return cleaned


def _clean_one(parameter: Parameter, value: Any) -> Any:
    if parameter.type == "bool":
        return _boolean(value)
    if parameter.type in ("int", "float"):
        return _number(parameter, value)
    if parameter.type == "select" and value not in parameter.options:
        raise ValueError(f"Choose one of {', '.join(parameter.options)}.")
    return str(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "on", "1"):
        return True
    if str(value).lower() in ("false", "off", "0", ""):
        return False
    raise ValueError("Enter yes or no.")


def _number(parameter: Parameter, value: Any) -> int | float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError("Enter a number.") from None
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError("Enter a number.")
    if parameter.type == "int" and number != int(number):
        raise ValueError("Enter a whole number.")
    is_low = parameter.min is not None and number < parameter.min
    is_high = parameter.max is not None and number > parameter.max
    if is_low or is_high:
        raise ValueError(f"{number:g} is outside {parameter.limits}.")
    return int(number) if parameter.type == "int" else number
