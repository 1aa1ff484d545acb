"""Everything that led to an alert, as titled sections of lines for its page and its text form."""

from collections.abc import Mapping
from typing import NamedTuple

from alerts.models import Alert
from strategies.words.exits import reason_text
from strategies.words.fills import fill_of


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


def explain(alert: Alert) -> list[Section]:
    """Sections in reading order; those about which nothing was stored are left out."""
    sections = [
        Section("Decision", _decision(alert)),
        Section("Position", _position(alert)),
        Section("Conditions met", _conditions(alert)),
        Section("Bar used", _bar(alert)),
        Section("States", _named(alert.details.get("states"), "state")),
        Section("Indicator values", _named(alert.details.get("indicators"), "number")),
        Section("Timing", _timing(alert)),
        Section("Origin", _origin(alert)),
    ]
    decimals = alert.shown_decimals
    return [
        Section(title, [line._replace(decimals=decimals) for line in lines])
        for title, lines in sections
        if lines
    ]


def cause_of(alert: Alert) -> str:
    """The cause in a few words: exit reason, else the trigger."""
    if alert.is_test:
        return "Sent by hand"
    label = str(alert.details.get("trigger_label") or alert.trigger)
    if not alert.is_exit:
        return label
    reason = reason_text(alert.exit_reason)
    return f"{reason}: {label}" if alert.exit_reason == "signal_exit" else reason


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
        Line("Entry price", details.get("entry_price"), "price"),
        Line("Stop at entry", details.get("initial_stop_price"), "price"),
        Line("Stop", alert.stop_price, "price"),
        Line("Target", alert.target_price, "price"),
        Line("Risk per share", details.get("risk"), "price"),
        Line("ATR (14)", details.get("atr"), "price"),
        Line("Risk per trade ($)", details.get("risk_per_trade"), "number"),
        Line("Result", details.get("r_multiple"), "result"),
        Line("Bars held", details.get("bars_held")),
    ]
    return [line for line in lines if line.value is not None]


def _conditions(alert: Alert) -> list[Line]:
    required = alert.details.get("confluence_met") or []
    return [Line(condition, "met") for condition in required]


def _bar(alert: Alert) -> list[Line]:
    bar: Mapping[str, object] = alert.details.get("bar") or {}
    lines = [Line(name.capitalize(), bar.get(name), "price") for name in _PRICES]
    lines.append(Line("Volume", bar.get("volume"), "number"))
    found = [line for line in lines if line.value is not None]
    return [Line("Start", alert.bar_at, "instant"), *found] if found else []


_PRICES = ("open", "high", "low", "close")


def _named(values: Mapping[str, object] | None, kind: str) -> list[Line]:
    return [Line(name, value, kind) for name, value in (values or {}).items()]


def _timing(alert: Alert) -> list[Line]:
    age_s = (alert.created_at - alert.received_at).total_seconds()
    return [
        Line("Condition true", alert.trigger_at, "instant"),
        Line("Fill (bar close)", alert.fill_at, "instant"),
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
