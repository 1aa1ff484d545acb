"""Bringing the results of many strategies up to the newest bars, each by a run of its own."""

from collections.abc import Iterable
from typing import NamedTuple

from strategies.engine.errors import StrategyError
from strategies.models import Run, Strategy
from strategies.runs import queue
from strategies.runs.queue import RunLimitError

MOST_AT_ONCE = 100


class Begun(NamedTuple):
    """The runs that were queued, and why there is none of the others."""

    runs: list[Run]
    left: list[str]


def refresh(strategies: Iterable[Strategy]) -> Begun:
    """Queue a backtest of each; they wait their turn, and one under way is gone on with."""
    runs, left = [], []
    for strategy in strategies:
        under_way = strategy.runs.active().first()
        try:
            run = under_way or queue.start_backtest(strategy.user, strategy, enforce_limit=False)
        except (StrategyError, RunLimitError) as error:
            left.append(f"“{strategy.name}”: {error}")
        else:
            runs.append(run)
    return Begun(runs, left)
