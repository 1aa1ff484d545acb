"""How stops, targets and time exits read."""

from collections.abc import Mapping
from decimal import Decimal

from strategies.engine.template import span_of_day
from strategies.words.fills import fill_of
from trader.work.plural import counted

Config = Mapping[str, object]


def summary(config: Config | None) -> str:
    """How a stop or target reads on a card: "ATR x 1.5, trails by ATR x 1", "$1.00", "2.0R"."""
    return ", ".join([placed(config), *moves(config or {})])


def placed(config: Config | None) -> str:
    """Where a stop or target lies at the entry, and when it is filled if not when touched."""
    if not config:
        return "None"
    fill = fill_of(config.get("exec_type"))
    when = fill.stop_beside if fill else ""
    return f"{_distance(config)}, {when}" if when else _distance(config)


def _distance(config: Config) -> str:
    method = config.get("method")
    if method == "atr":
        return f"ATR x {_number(config, 'atr_mult', 1.5):g}"
    if method == "fixed_dollar":
        return f"${amount_text(_number(config, 'dollar_amount', 1.0), 2)}"
    if method == "percentage":
        return f"{_number(config, 'percentage', 0.5):g}%"
    if method == "swing":
        padding = _number(config, "padding", 0.05)
        return (
            f"Swing ({counted(_whole(config, 'lookback', 5), 'bar')}, ${amount_text(padding)} pad)"
        )
    if method == "risk_reward":
        return f"{_number(config, 'rr_ratio', 2.0):.1f}R"
    return str(method)


def amount_text(amount: float, least: int = 0) -> str:
    """As it was typed, in plain decimals, with at least so many."""
    text = f"{Decimal(repr(amount)):,f}"
    n_decimals = len(text.partition(".")[2].rstrip("0"))
    return f"{Decimal(repr(amount)):,.{max(least, n_decimals)}f}"


def moves(stop: Config) -> list[str]:
    """What moves a stop, in the order in which it usually comes to act."""
    found = []
    breakeven, trailing = enabled(stop, "breakeven"), enabled(stop, "trailing")
    if breakeven is not None:
        offset = _number(breakeven, "offset", 0.0)
        beyond = f" + ${amount_text(offset)}" if offset else ""
        found.append(f"to breakeven{beyond} at {_number(breakeven, 'activation_r', 1.0):g}R")
    if trailing is not None:
        start = _number(trailing, "activation_r", 0.0)
        distance = _distance({"method": "atr", "atr_mult": 1.0, **trailing})
        found.append(f"trails by {distance}" + (f" from {start:g}R" if start else ""))
    return found


def enabled(stop: Config, name: str) -> Config | None:
    """The block that moves a stop, when it is switched on."""
    block = stop.get(name)
    return block if isinstance(block, Mapping) and block.get("enabled") else None


def time_exit_text(config: Config | None) -> str:
    """`15 min before the close`, `at 15:50 ET`, `after 4 bars`; empty without a time exit."""
    method = (config or {}).get("method")
    if not config or not method:
        return ""
    if method == "eod_exit":
        return f"{config.get('minutes_before_close', 15)} min before the close"
    if method == "time_of_day_exit":
        hour, minute = _whole(config, "exit_hour", 15), _whole(config, "exit_minute", 50)
        return f"At {hour:02}:{minute:02} ET"
    if method == "max_hold_bars":
        return f"After {counted(_whole(config, 'max_bars', 4), 'bar')}"
    if method == "session_exit":
        start = 60 * _whole(config, "start_hour", 9) + _whole(config, "start_minute", 30)
        end = 60 * _whole(config, "end_hour", 16) + _whole(config, "end_minute", 0)
        return f"Outside {span_of_day(start, end)}"
    return str(method)


def _number(config: Config, name: str, usual: float) -> float:
    value = config.get(name)
    return value if isinstance(value, int | float) else usual


def _whole(config: Config, name: str, usual: int) -> int:
    return int(_number(config, name, usual))
