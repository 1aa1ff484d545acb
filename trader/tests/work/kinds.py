"""Every kind of leased work, found by itself: a model on `LeasedWork`, its life, its builder."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple

from accounts.models import User
from trader.work.life import Life
from trader.work.models import LeasedWork


class Kind(NamedTuple):
    model: type[LeasedWork]
    life: Life[LeasedWork]
    make: Callable[[User], LeasedWork]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.model._meta.model_name


def kinds() -> list[Kind]:
    return [Kind(model, life_of(model), builder_of(model)) for model in models()]


def models(base: type[LeasedWork] = LeasedWork) -> Iterator[type[LeasedWork]]:
    for model in base.__subclasses__():
        if not model._meta.abstract:
            yield model
        yield from models(model)


def life_of(model: type[LeasedWork]) -> Life[LeasedWork]:
    """The one life of a model, wherever its room keeps it."""
    room = model._meta.app_label
    import_module(f"{room}.tasks")
    modules = [module for name, module in sys.modules.items() if name.startswith(f"{room}.")]
    found = {
        id(value): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Life) and value.model is model
    }
    (life,) = found.values()
    return life


def builder_of(model: type[LeasedWork]) -> Callable[[User], LeasedWork]:
    """Stores a queued row of an owner: `make_queued_<name>` in the room's `testing.py`."""
    name = str(model._meta.verbose_name).replace(" ", "_")
    return getattr(import_module(f"{model._meta.app_label}.testing"), f"make_queued_{name}")
