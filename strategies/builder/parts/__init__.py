"""The parts of the builder. They are found, not listed: each module here holds one as `PART`."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from strategies.builder.part import Part


def _found() -> Iterator[Part]:
    for module in iter_modules(__path__, f"{__name__}."):
        part = import_module(module.name).PART
        assert isinstance(part, Part)
        yield part


PARTS: tuple[Part, ...] = tuple(sorted(_found(), key=lambda part: part.order))
