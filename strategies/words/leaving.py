"""Why a trade was left, in a sentence with the prices or the rule that decided."""

from market.prices import decimals_apart, price_text
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.engine.program.moment import BarValues, Moment
from strategies.engine.spec import StrategySpec, TimeExit
from strategies.engine.template import Operator, Relation, Value
from strategies.engine.walk.trades import Trade
from strategies.words.causes import comparisons_text
from strategies.words.exits import REASONS
from strategies.words.protection import time_exit_text
from trader.work.plural import counted

UNCONFIRMED = ("unconfirmed_lc", "unconfirmed_cc")
_FAILED: dict[str, Operator] = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


def stop_cause(trade: Trade, bar: BarValues, decimals: int | None) -> str:
    """`Low 447.80 reached the stop 447.90, moved from 447.20`."""
    stop, first = trade.stop_price, trade.initial_stop_price
    told = _level_cause(trade, bar, stop, "stop", trade.stop_exec_type, decimals)
    if told and stop != first:
        told += f", moved from {price_text(first, decimals_apart([stop, first], decimals))}"
    if told and trade.ambiguous:
        told += "; the bar held the target as well"
    return told


def target_cause(trade: Trade, bar: BarValues, decimals: int | None) -> str:
    if trade.target_price is None:
        return ""
    return _level_cause(trade, bar, trade.target_price, "target", trade.target_exec_type, decimals)


def _level_cause(
    trade: Trade, bar: BarValues, level: float, name: str, execution: str, decimals: int | None
) -> str:
    """Empty where the prices of the bar do not bear it out."""
    is_up = (trade.direction == "LONG") == (name == "target")
    extreme, side = (bar.high, "above") if is_up else (bar.low, "under")
    seen = bar.close if execution != "L" else extreme
    if (seen < level) if is_up else (seen > level):
        return ""
    digits = decimals_apart([level, seen, bar.open], decimals)
    text = f"the {name} {price_text(level, digits)}"
    if execution != "L":
        again = ", for the second close in a row" if execution == "CC" else ""
        verb = "at" if seen == level else side
        return f"Close {price_text(seen, digits)} is {verb} {text}{again}"
    if (bar.open > level) if is_up else (bar.open < level):
        return f"Open {price_text(bar.open, digits)} is already {side} {text}"
    return f"{'High' if is_up else 'Low'} {price_text(seen, digits)} reached {text}"


def time_cause(spec: StrategySpec, bars_held: int) -> str:
    """`Time exit: 15 min before the close; held for 12 bars`."""
    held = f"held for {counted(bars_held, 'bar')}"
    if spec.time_exit is None:
        return f"Time exit: {held}, as many as the strategy allows"
    return f"Time exit: {_sentence_part(time_exit_text(_config(spec.time_exit)))}; {held}"


def bar_count_cause(spec: StrategySpec, bars_held: int) -> str:
    return f"Held for {counted(bars_held, 'bar')}, as many as the strategy allows"


def _sentence_part(text: str) -> str:
    return text[:1].lower() + text[1:]


def _config(time_exit: TimeExit) -> dict[str, Value]:
    """As records name it."""
    start, end = divmod(time_exit.start_minute, 60), divmod(time_exit.end_minute, 60)
    known: dict[str, Value] = {
        "minutes_before_close": time_exit.minutes_before_close,
        "exit_hour": start[0],
        "exit_minute": start[1],
        "max_bars": time_exit.bars,
        "start_hour": start[0],
        "start_minute": start[1],
        "end_hour": end[0],
        "end_minute": end[1],
    }
    fields = [field.name for field in TIME_METHODS[time_exit.method].fields]
    return {"method": time_exit.method, **{name: known[name] for name in fields}}


def gap_cause(trade: Trade, n_missing: int, decimals: int | None) -> str:
    days = counted(n_missing, "trading day is", "trading days are")
    price = price_text(trade.exit_price, decimals)
    return f"{days} missing: left at the last close before them, {price}"


def unconfirmed_cause(
    spec: StrategySpec, trade: Trade, moment: Moment, decimals: int | None
) -> str:
    """`moment` is that of the bar whose close did not confirm the entry."""
    note = REASONS[trade.exit_reason].note
    relation = _awaited(spec)
    if relation is None:
        return note.removesuffix(".")
    failed = Relation(relation.left, _FAILED[relation.operator], relation.right)
    told = comparisons_text([failed], moment, decimals)
    return f"{note.removesuffix('.')}: {told}" if told else note.removesuffix(".")


def _awaited(spec: StrategySpec) -> Relation | None:
    """What had to be so at the close that confirms; None where only a second firing would do."""
    trigger = spec.entry.trigger
    if spec.entry.execution == "LC" and trigger.level is not None:
        sign: Operator = ">" if trigger.level.cross == "above" else "<"
        return Relation("close", sign, f"{trigger.level.confirmed_by}[1]")
    if trigger.holds is not None:
        return trigger.holds
    return trigger.compares[0] if trigger.level is not None else None
