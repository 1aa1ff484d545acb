"""Parameters with limits: of packs, stops and targets. One place says what may be entered."""

import math
from collections.abc import Iterable, Mapping

from strategies.engine.template import Parameter, Template, Value

OPTION_TEXTS = {"atr": "ATR"}


def limits(parameter: Parameter) -> str:
    """The limits in words, to be shown before they are broken."""
    if parameter.minimum is None or parameter.maximum is None:
        return ""
    return f"{parameter.minimum:g} to {parameter.maximum:g}"


def is_shown(parameter: Parameter, values: Mapping[str, object]) -> bool:
    """Whether the parameter means anything beside these values of the others."""
    if parameter.shown_when is None:
        return True
    name, wanted = parameter.shown_when
    return values.get(name) in wanted


def option_text(option: str) -> str:
    """An option of a select as a person reads it."""
    return OPTION_TEXTS.get(option, option.replace("_", " ").capitalize())


class ParameterError(ValueError):
    """Which parameters were refused and why; `errors` maps a name to its text."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors


def clean(schema: Iterable[Parameter], values: Mapping[str, object]) -> dict[str, Value]:
    """Complete, typed parameters. Raises ParameterError naming every refused one."""
    parameters = list(schema)
    cleaned: dict[str, Value] = {}
    errors: dict[str, str] = {}
    unknown = set(values) - {parameter.name for parameter in parameters}
    for name in sorted(unknown):
        errors[name] = "This template has no such parameter; remove it."
    for parameter in parameters:
        value = values.get(parameter.name)
        try:
            cleaned[parameter.name] = _clean_one(
                parameter, parameter.default if value is None else value
            )
        except ValueError as error:
            errors[parameter.name] = str(error)
    if errors:
        raise ParameterError(errors)
    return cleaned


def _clean_one(parameter: Parameter, value: object) -> Value:
    if parameter.type == "bool":
        return _boolean(value)
    if parameter.type in ("int", "float"):
        return _number(parameter, value)
    if parameter.type == "select" and value not in parameter.options:
        raise ValueError(f"Choose one of {', '.join(parameter.options)}.")
    return str(value)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "on", "1"):
        return True
    if str(value).lower() in ("false", "off", "0", ""):
        return False
    raise ValueError("Enter yes or no.")


def _number(parameter: Parameter, value: object) -> int | float:
    number = _finite(value)
    if parameter.type == "int" and number != int(number):
        raise ValueError("Enter a whole number.")
    is_low = parameter.minimum is not None and number < parameter.minimum
    is_high = parameter.maximum is not None and number > parameter.maximum
    if is_low or is_high:
        raise ValueError(f"{number:g} is outside {limits(parameter)}.")
    return int(number) if parameter.type == "int" else number


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("Enter a number.")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueError("Enter a number.") from None
    if not math.isfinite(number):
        raise ValueError("Enter a number.")
    return number


def check_order(template: Template, values: Mapping[str, Value]) -> None:
    """Pairs that must ascend, such as short below mid below long."""
    labels = {parameter.name: parameter.label for parameter in template.parameters}
    numbers = {name: float(values[name]) for pair in template.ordered for name in pair}
    errors = {
        larger: f"{labels[larger]} must be greater than {labels[smaller]} ({numbers[smaller]:g})."
        for smaller, larger in template.ordered
        if not numbers[smaller] < numbers[larger]
    }
    if errors:
        raise ParameterError(errors)


def clean_pack(template: Template, values: Mapping[str, object]) -> dict[str, Value]:
    """Complete parameters of a pack, each within its limits and in order."""
    cleaned = clean(template.parameters, values)
    check_order(template, cleaned)
    return cleaned
