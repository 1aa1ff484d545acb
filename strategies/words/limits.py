"""Limits and what they keep out, in words. Plain data."""

from collections.abc import Mapping

from strategies.record.parts.limits import NAMES
from trader.work.plural import counted

# Why an entry was refused, by what the engine names it.
REFUSALS = {
    "max_trades_per_day": "The day had as many trades as the limits allow.",
    "stop_after_losses": "The day had as many losses in a row as the limits allow.",
    "stop_after_loss_r": "The day had lost as many R as the limits allow.",
    "stop_after_profit_r": "The day had won the R after which the limits stop.",
    "cooldown_bars": "Too few bars had passed since the last exit.",
}


def limits_text(config: object) -> str:
    """`at most 3 trades a day; no more that day after 2 losses in a row or −3 R`."""
    said = _said(config)
    stops = [_stop(name, said[name]) for name in NAMES if name.startswith("stop_") and name in said]
    most, rest = said.get("max_trades_per_day"), said.get("cooldown_bars")
    parts = [
        f"at most {counted(most, 'trade')} a day" if most else "",
        f"no more that day after {_either(stops)}" if stops else "",
        f"{counted(rest, 'bar')} between trades" if rest else "",
    ]
    return "; ".join(part for part in parts if part)


def is_kept_out(counts: Mapping[str, int]) -> bool:
    """Whether any of these refusals was for a limit."""
    return any(counts.get(name) for name in NAMES)


def kept_out_text(counts: Mapping[str, int], config: object) -> str:
    """`Limits kept out 14 entries: 12 beyond 3 trades a day, 2 after −3 R`; empty for none."""
    found = {name: counts[name] for name in NAMES if counts.get(name)}
    if not found:
        return ""
    said = _said(config)
    each = ", ".join(f"{n:,} {_beyond(name, said.get(name, 0))}" for name, n in found.items())
    return f"Limits kept out {counted(sum(found.values()), 'entry', 'entries')}: {each}"


def _said(config: object) -> dict[str, float]:
    """What is set of the limits of a record."""
    given = dict(config) if isinstance(config, Mapping) else {}
    numbers = {name: one for name, one in given.items() if isinstance(one, int | float)}
    return {name: float(one) for name, one in numbers.items() if name in NAMES and one}


def _stop(name: str, value: float) -> str:
    if name == "stop_after_losses":
        return "a loss" if value == 1 else f"{value:,.0f} losses in a row"
    return f"{'−' if name == 'stop_after_loss_r' else '+'}{value:,g} R"


def _beyond(name: str, value: float) -> str:
    if name == "max_trades_per_day":
        return f"beyond {counted(value, 'trade')} a day"
    if name == "cooldown_bars":
        return f"within {counted(value, 'bar')} of an exit"
    return f"after {_stop(name, value)}"


def _either(texts: list[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} or {last}" if first else last
