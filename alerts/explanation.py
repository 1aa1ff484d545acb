"""What an alert says of itself: its sentence, what it needed, the two bars, and all the rest."""

from collections.abc import Mapping
from typing import NamedTuple

from alerts.models import Alert
from alerts.models.documents import BarDetails, ConditionDetails
from alerts.models.quantities import quantity
from strategies.words.exits import reason_text
from strategies.words.fills import fill_of
from strategies.words.states import StateWords, stored_state
from trader.work.plural import counted


class Line(NamedTuple):
    """`kind` chooses the format: text, price, number, instant, result or state.

    `decimals`: of a price, at least.
    """

    label: str
    value: object
    kind: str = "text"
    decimals: int = 2


class Section(NamedTuple):
    title: str
    lines: list[Line]


class BarLine(NamedTuple):
    """A value on the bar that decided and on the one before it."""

    now: Line
    before: Line
    is_deciding: bool = True

    @property
    def label(self) -> str:
        return self.now.label


def sentence(alert: Alert) -> str:
    """Cause, conditions, size or result: as much of it as was stored with the alert."""
    parts = [alert.details.get("cause") or cause_of(alert), *_conditions_text(alert)]
    if alert.is_entry:
        parts += _size_text(alert)
    return f"{'; '.join(part.removesuffix('.') for part in parts)}."


def cause_of(alert: Alert) -> str:
    """The cause in a few words: exit reason, else the trigger."""
    if alert.is_test:
        return "Sent by hand"
    label = str(alert.details.get("trigger_label") or alert.trigger)
    if not alert.is_exit:
        return label
    reason = reason_text(alert.exit_reason)
    return f"{reason}: {label}" if alert.exit_reason == "signal_exit" else reason


def _conditions_text(alert: Alert) -> list[str]:
    required = conditions(alert)
    if not alert.is_entry or alert.is_test:
        return []
    if required:
        return [f"conditions met: {', '.join(one['words'] for one in required)}"]
    is_known = "conditions" in alert.details or "confluence_met" in alert.details
    return ["no conditions required"] if is_known else []


def _size_text(alert: Alert) -> list[str]:
    n, budget = quantity(alert.details), alert.details.get("risk_per_trade")
    if n is None or budget is None:
        return []
    return [f"{counted(n, 'share')} at ${budget:,.{0 if budget % 1 == 0 else 2}f} risk"]


def conditions(alert: Alert) -> list[ConditionDetails]:
    """What the entry needed; alerts of earlier releases know it by its text only."""
    stored = alert.details.get("conditions")
    if stored is not None:
        return stored
    return [
        {"pack": text, "timeframe": "", "state": "", "words": text}
        for text in alert.details.get("confluence_met") or []
    ]


def bar_lines(alert: Alert) -> list[BarLine]:
    """Prices, then what decided, each on both bars; None where a bar does not know it."""
    details, before = alert.details, alert.details.get("before", {})
    lines = _price_lines(alert, details.get("bar"), before.get("bar"))
    lines += _pairs(details.get("indicators"), before.get("indicators"), "number")
    lines += _pairs(details.get("states"), before.get("states"), "state")
    deciding = details.get("deciding")
    if deciding is None:
        return lines
    return [one._replace(is_deciding=_is_of(one.label, deciding)) for one in lines]


def _is_of(label: str, packs: list[str]) -> bool:
    is_price = label.lower() in (*_PRICES, "volume")
    return is_price or any(label == pack or label.startswith(f"{pack}: ") for pack in packs)


def _price_lines(alert: Alert, bar: BarDetails | None, before: BarDetails | None) -> list[BarLine]:
    if bar is None:
        return []
    decimals = alert.shown_decimals
    now, earlier = dict(bar), dict(before or {})
    lines = [
        BarLine(
            Line(name.capitalize(), now.get(name), "price", decimals),
            Line(name.capitalize(), earlier.get(name), "price", decimals),
        )
        for name in _PRICES
    ]
    volume, volume_before = now.get("volume"), earlier.get("volume")
    last = BarLine(Line("Volume", volume, "number"), Line("Volume", volume_before, "number"))
    return [*lines, last]


_PRICES = ("open", "high", "low", "close")


def _pairs(
    now: Mapping[str, object] | None, before: Mapping[str, object] | None, kind: str
) -> list[BarLine]:
    earlier = before or {}
    return [
        BarLine(_named(name, value, kind), _named(name, earlier.get(name), kind, name in earlier))
        for name, value in (now or {}).items()
    ]


def _named(name: str, value: object, kind: str, is_known: bool = True) -> Line:
    if not is_known:
        return Line(name, StateWords("", "") if kind == "state" else None, kind)
    if kind == "state":
        return Line(name, stored_state(name, None if value is None else str(value)), kind)
    return Line(name, value, kind)


def explain(alert: Alert) -> list[Section]:
    """The rest, in reading order; sections about which nothing was stored are left out."""
    sections = [
        Section("Decision", _decision(alert)),
        Section("Position", _position(alert)),
        Section("Timing", _timing(alert)),
        Section("Origin", _origin(alert)),
    ]
    decimals = alert.shown_decimals
    return [
        Section(title, [line._replace(decimals=decimals) for line in lines])
        for title, lines in sections
        if lines
    ]


def _decision(alert: Alert) -> list[Line]:
    trigger = alert.details.get("trigger_label") or alert.trigger
    fill = fill_of(alert.exec_type)
    lines = [
        # A stop or target names itself as its trigger: the reason says it already.
        *([Line("Trigger", trigger)] if alert.trigger != alert.exit_reason else []),
        Line("Execution", fill.entry if fill else alert.exec_type),
        Line("Price", alert.price, "price"),
    ]
    if alert.exit_reason:
        lines.insert(0, Line("Exit reason", reason_text(alert.exit_reason)))
    return lines


def _position(alert: Alert) -> list[Line]:
    details = alert.details
    lines = [
        Line("Quantity", quantity(details), "number"),
        Line("Risk per trade ($)", details.get("risk_per_trade"), "number"),
        Line("Risk per share", details.get("risk"), "price"),
        Line("Entry price", details.get("entry_price"), "price"),
        Line("Stop at entry", details.get("initial_stop_price"), "price"),
        Line("Stop", alert.stop_price, "price"),
        Line("Target", alert.target_price, "price"),
        Line("ATR (14)", details.get("atr"), "price"),
        Line("Result", details.get("r_multiple"), "result"),
        Line("Bars held", details.get("bars_held")),
    ]
    return [line for line in lines if line.value is not None]


def _timing(alert: Alert) -> list[Line]:
    age_s = (alert.created_at - alert.received_at).total_seconds()
    return [
        Line("Bar start, market time", alert.bar_at, "instant"),
        Line("Condition true, market time", alert.trigger_at, "instant"),
        Line("Fill, market time", alert.fill_at, "instant"),
        Line("Bar stored", alert.received_at, "instant"),
        Line("Alert stored", alert.created_at, "instant"),
        Line("From bar to alert", f"{age_s:.3f} s"),
    ]


def _origin(alert: Alert) -> list[Line]:
    details = alert.details
    lines = [
        Line("Data source", alert.data_source),
        Line("Alert code", str(alert.code)),
        Line("Engine", details.get("engine_version")),
        Line("Data version", details.get("data_version")),
        Line("Note", details.get("note")),
    ]
    return [line for line in lines if line.value not in (None, "")]
