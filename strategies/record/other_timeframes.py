"""What the conditions of a strategy need of bars on other timeframes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from strategies.engine.spec import WARM_UP_FACTOR, StrategySpec
from strategies.engine.types import Bars


def needed_bars(spec: StrategySpec) -> dict[str, int]:
    """Per other timeframe: the bars after which its averages have settled."""
    return {
        timeframe: WARM_UP_FACTOR
        * max((pack.template.longest_period(pack.parameters) for pack in packs), default=0)
        for timeframe, packs in spec.packs_by_timeframe().items()
    }


def condition_on(spec: StrategySpec, timeframe: str) -> str:
    """The first condition that is read on another timeframe."""
    return next(one.text for one in spec.conditions if one.timeframe == timeframe)


def short_history_warnings(
    spec: StrategySpec, bars: Bars, others: Mapping[str, Bars], first_visible: int = 0
) -> list[str]:
    """Conditions whose timeframe has few bars before the first bar that could trade."""
    first = max(spec.warm_up_bars, first_visible)
    if first >= bars.n:
        return []
    return list(_short_histories(spec, others, int(bars.close_ns[first])))


def _short_histories(
    spec: StrategySpec, others: Mapping[str, Bars], until_ns: int
) -> Iterator[str]:
    for timeframe, needed in needed_bars(spec).items():
        n_closed = int(np.searchsorted(others[timeframe].close_ns, until_ns, side="right"))
        if n_closed < needed:
            yield (
                f"{condition_on(spec, timeframe)}: only {n_closed:,} of {needed:,} {timeframe} "
                "bars lie before the first possible entry, so its values have not settled there"
            )
