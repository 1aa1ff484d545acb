"""Serializers that refuse a field they do not know: most of the time it is a typing error."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from rest_framework import serializers

Row = TypeVar("Row")
# What a form of a page brings along.
NO_FIELDS = frozenset(("csrfmiddlewaretoken",))


class Strict(serializers.Serializer[Row]):
    """Mixed in before the serializer's own class. What is only read may be sent back unchanged."""

    def to_internal_value(self, data: Mapping[str, object]) -> dict[str, object]:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields and name not in NO_FIELDS]
            if unknown:
                raise serializers.ValidationError(
                    {name: [self._no_field(name)] for name in unknown}
                )
        value: dict[str, object] = super().to_internal_value(data)
        return value

    def _no_field(self, name: str) -> str:
        near = get_close_matches(str(name), list(self.fields), 1)
        return "There is no such field." + (f" Did you mean {near[0]}?" if near else "")
