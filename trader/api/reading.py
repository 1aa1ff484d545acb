"""Read-only serializers at the speed of a list.

DRF builds the fields anew for each answer and asks every one of them again, per row, where its
value comes from. Here a class works that out once, from the same fields: they stay the one
definition, and the OpenAPI document reads them as before.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import NamedTuple, TypeVar

from django.db.models import Model
from rest_framework import serializers

from trader.work.instants import iso

Row = TypeVar("Row", bound=Model)
Field = serializers.Field[object, object, object, object]


class Reader(NamedTuple):
    """How a field gets its value from a row, and how it writes it."""

    name: str
    read: Callable[[Model], object]
    convert: Callable[..., object]


# What DRF's own fields make of a value that is not None, for those that take long to say it. By
# exact class, since a subclass may mean something else.
CONVERTERS: dict[type, Callable[..., object]] = {
    serializers.BooleanField: bool,
    serializers.CharField: str,
    serializers.DateTimeField: iso,
    serializers.FloatField: float,
    serializers.IntegerField: int,
}


# For classes that only answer, and whose fields depend on nothing but the class. A comment, since
# the OpenAPI document would repeat a docstring.
class ReadSerializer(serializers.ModelSerializer[Row]):
    def to_representation(self, instance: Row) -> dict[str, object]:
        shown: dict[str, object] = {}
        for name, read, convert in readers_of(type(self)):
            value = read(instance)
            shown[name] = None if value is None else convert(value)
        return shown


@cache
def readers_of(serializer: type[ReadSerializer[Model]]) -> list[Reader]:
    """One for each field, in their order."""
    return [_reader(name, field) for name, field in serializer().fields.items()]


def _reader(name: str, field: Field) -> Reader:
    is_plain = type(field).get_attribute is serializers.Field.get_attribute
    is_column = is_plain and len(field.source_attrs) == 1
    read = attrgetter(str(field.source)) if is_column else field.get_attribute
    return Reader(name, read, CONVERTERS.get(type(field), field.to_representation))
