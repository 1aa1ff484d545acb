"""Monitoring on bars that never go on: why it would wait for ever, and what to do instead."""

from datetime import UTC, datetime

from market import catalogue
from market.models import FeedState
from market.sources import SIMULATED, label_of
from strategies.models import Strategy
from strategies.record.lookback import DATE_RANGE, DAYS
from strategies.record.part import Values
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.storing import suffixed
from trader.work.instants import full_day_text

SUFFIX = " · simulated"


class NoNewBarsError(ConfirmationNeededError):
    """Nothing would ever come of it, unless the user says that they want it all the same."""


def ask_before_waiting(strategy: Strategy) -> None:
    """Raises NoNewBarsError when no bar will come that the monitor could look at."""
    if strategy.is_on_recorded_bars:
        raise NoNewBarsError([waiting_text(strategy)], [])


def waiting_warnings(strategy: Strategy) -> list[str]:
    """The same for who is told and not asked: a strategy that is created monitored."""
    is_waiting = strategy.alert_tracking_enabled and strategy.is_on_recorded_bars
    return [waiting_text(strategy)] if is_waiting else []


def waiting_text(strategy: Strategy) -> str:
    last_ts = catalogue.last_ts(strategy.data_source, strategy.symbol)
    ends = f" and end on {full_day_text(datetime.fromtimestamp(last_ts, UTC))}" if last_ts else ""
    return (
        f"The bars of {label_of(strategy.data_source)} are recorded{ends}: no new bar comes, so a "
        "monitor waits on them for ever. Run the strategy on simulated bars, or replay a day."
    )


def why_not_simulated(symbol: str) -> str:
    """Empty when the simulated feed brings a symbol."""
    if not catalogue.is_fed_on_demand(SIMULATED, symbol):
        return f"The simulated feed has no {symbol}."
    if not FeedState.objects.filter(source=SIMULATED).exists():
        return "No simulated feed has run here yet."
    return ""


def simulated_record(strategy: Strategy) -> Values:
    """The record of a monitored copy on simulated bars; a range of past dates holds none there."""
    record: Values = {**strategy.as_record(), "data_source": SIMULATED}
    record |= {"name": suffixed(strategy.name, SUFFIX), "alert_tracking_enabled": True}
    if str(record.get("lookback_mode")).lower() == DATE_RANGE.lower():
        record |= {"lookback_mode": DAYS, "lookback_start_date": None, "lookback_end_date": None}
    return record
