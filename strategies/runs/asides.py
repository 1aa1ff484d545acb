"""Asides: runs about a strategy that leave its result alone, changed or over more bars.

Only rows are touched here, so web requests may import it.
"""

from strategies.engine.errors import StrategyError
from strategies.models import Run, Strategy
from strategies.querysets import RunQuerySet
from strategies.record.lookback import DATA_DAYS_LIMITS, Window, visible_window
from strategies.record.what_if import WhatIf, changed
from strategies.runs.queue import Aside, life, market_now, start_backtest

USUAL_DAYS = 365
SHOWN_WHAT_IFS = 8


def start_what_if(strategy: Strategy, what_if: WhatIf) -> Run:
    """Have the engine run the strategy's record with another stop or target, over its own window.

    It is a preview like any other. One that is under way is not begun again.
    Raises StrategyError, and RunLimitError.
    """
    record = changed(strategy.as_record(), what_if)
    under_way: Run | None = what_ifs_of(strategy).active().filter(what_if=what_if.text).first()
    if under_way is not None:
        return under_way
    end_ts = visible_window(record, market_now(strategy.data_source)).end_ts
    window = Window(strategy.window_start_ts, end_ts)
    aside = Aside(strategy, window, what_if=what_if.text)
    return start_backtest(strategy.user, record, aside=aside)


def start_extended(strategy: Strategy, days: int) -> Run:
    """Have the strategy run over its last so many days, in place of one that is under way.

    Raises StrategyError, and RunLimitError.
    """
    low, high = DATA_DAYS_LIMITS
    if not low <= days <= high:
        raise StrategyError([("days", f"Enter a whole number of days from {low} to {high:,}.")])
    record = strategy.as_record()
    now_ts = market_now(strategy.data_source)
    window = visible_window({**record, "lookback_mode": "Days", "data_days": days}, now_ts)
    for run in extended_of(strategy).active():
        life.cancel(run)
    aside = Aside(strategy, window, Run.Kind.EXTENDED)
    return start_backtest(strategy.user, record, aside=aside)


def usual_days(strategy: Strategy) -> int:
    days = strategy.config.get("extended_data_days")
    return days if isinstance(days, int) else USUAL_DAYS


def what_ifs_of(strategy: Strategy) -> RunQuerySet:
    """Those of the configuration as it is, newest first."""
    return _of(strategy).filter(kind=Run.Kind.PREVIEW)


def extended_of(strategy: Strategy) -> RunQuerySet:
    return _of(strategy).filter(kind=Run.Kind.EXTENDED)


def _of(strategy: Strategy) -> RunQuerySet:
    rows: RunQuerySet = strategy.asides.filter(subject_fingerprint=strategy.fingerprint)
    return rows.order_by("-created_at", "-pk")
