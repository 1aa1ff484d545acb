"""One spelling of values, so that two ways to say the same are equal."""

from collections.abc import Iterable, Mapping

from strategies.engine.template import Parameter
from strategies.record.shape import Unread


def canonical(value: object) -> object:
    """Numbers are floats, lists of texts sorted sets, what is empty is null and left out."""
    if isinstance(value, Mapping):
        items = {str(key): canonical(item) for key, item in value.items()}
        return {key: item for key, item in sorted(items.items()) if item is not None} or None
    if isinstance(value, list | tuple):
        items_list = [canonical(item) for item in value]
        if all(isinstance(item, str) for item in items_list):
            return sorted(set(map(str, items_list))) or None
        return items_list or None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    return value if value != "" else None


def spelled_out(fields: Iterable[Parameter], given: Unread) -> dict[str, object]:
    """A value for each of the fields and no other; those left out have their defaults."""
    return {
        field.name: field.default if given.get(field.name) is None else _typed(field, given)
        for field in fields
    }


def _typed(field: Parameter, given: Unread) -> object:
    value = given[field.name]
    is_whole = field.type == "int" and isinstance(value, float) and value.is_integer()
    return int(value) if isinstance(value, float) and is_whole else value
