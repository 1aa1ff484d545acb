"""Serializers that take what the document says and nothing else: no field that they do not know,
since it is a typing error most of the time, and no value of another JSON type.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from rest_framework import serializers

Row = TypeVar("Row")
AnyField = serializers.Field[Any, Any, Any, Any]
# What a form of a page brings along.
NO_FIELDS = frozenset(("csrfmiddlewaretoken",))
# What DRF alone would read as something else: 0 as false, 12 as "12", "12" as 12, true as 1.
TYPES: tuple[tuple[type[AnyField], tuple[type, ...], str], ...] = (
    (serializers.BooleanField, (bool,), "Must be true or false."),
    (serializers.CharField, (str,), "Must be text."),
    (serializers.IntegerField, (int, float), "Must be a whole number."),
    (serializers.FloatField, (int, float), "Must be a number."),
)


class Strict(serializers.Serializer[Row]):
    """Mixed in before the serializer's own class. What is only read may be sent back unchanged."""

    def to_internal_value(self, data: Mapping[str, object]) -> dict[str, object]:
        faults: dict[str, Any] = dict(self._faults(data)) if isinstance(data, Mapping) else {}
        try:
            value: dict[str, object] = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not faults or not isinstance(error.detail, dict):
                raise
            raise serializers.ValidationError({**error.detail, **faults}) from None
        if faults:
            raise serializers.ValidationError(faults)
        return value

    def _faults(self, data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        for name, value in data.items():
            field = self.fields.get(name)
            if field is None and name not in NO_FIELDS:
                yield name, [self._no_field(name)]
            elif field is not None and not field.read_only:
                fault = _wrong_type(field, value)
                if fault:
                    yield name, fault

    def _no_field(self, name: str) -> str:
        near = get_close_matches(str(name), list(self.fields), 1)
        return "There is no such field." + (f" Did you mean {near[0]}?" if near else "")


def _wrong_type(field: AnyField, value: object) -> object:
    """What is to be said of a value of another JSON type, by place in a list or an object.

    None where nothing is; whether it may be null, and what else it must be, the field says.
    """
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        return _wrong_within(field.child, enumerate(value))
    if isinstance(field, serializers.DictField) and isinstance(value, dict):
        return _wrong_within(field.child, value.items())
    for kind, types, message in TYPES:
        if isinstance(field, kind) and value is not None:
            is_right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return None if is_right else [message]
    return None


def _wrong_within(
    child: AnyField, values: Iterable[tuple[int | str, object]]
) -> dict[int | str, object] | None:
    found = {place: _wrong_type(child, value) for place, value in values}
    return {place: fault for place, fault in found.items() if fault} or None
