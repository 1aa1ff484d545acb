"""From the flat strategy record to the engine's strategy: every fault by field, with its remedy.

`strict` is for the builder and the API, where limits and directions are errors; a backtest of a
file and an import warn instead and go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from strategies.engine.errors import StrategyError
from strategies.engine.spec import StrategySpec
from strategies.record import keys
from strategies.record.faults import Faults
from strategies.record.part import Reading, Values
from strategies.record.shape import Unread

# Each part names the fields it reads; that they make a whole is seen when they are put together.
_spec_of: Callable[..., StrategySpec] = StrategySpec


def parse_strategy(
    data: object, *, default_packs: Iterable[Unread] = (), strict: bool = False
) -> StrategySpec:
    """The strategy a flat record describes. Raises StrategyError with every (field, message).

    `default_packs` are the packs the record's own `packs` are added to; the same id replaces.
    """
    if not isinstance(data, Mapping):
        raise StrategyError([("strategy", "must be a JSON object")])
    reading = Reading(data, Faults(strict), default_packs)
    fields: Values = {}
    for part in keys.PARTS:
        fields |= part.read(reading)
    reading.faults.raise_if_any()
    warnings = tuple(reading.faults.warnings)
    return _spec_of(**fields, packs=reading.book.packs, warnings=warnings)
