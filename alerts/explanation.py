"""Everything that led to an alert, as named groups of rows for its page and its text form."""

from collections.abc import Mapping
from typing import NamedTuple

from alerts.models import Alert
from market.prices import usual_decimals
from strategies.words.exits import reason_text
from strategies.words.fills import fill_of


class Fact(NamedTuple):
    """`kind` chooses the format: text, price, number, instant, result or state.

    `decimals`: of a price, at least.
    """

    label: str
    value: object
    kind: str = "text"
    decimals: int = 2


class Section(NamedTuple):
    title: str
    facts: list[Fact]


def explain(alert: Alert) -> list[Section]:
    """Groups in reading order; those about which nothing was stored are left out."""
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
    decimals = alert.price_decimals or usual_decimals(alert.price)
    return [
        Section(title, [fact._replace(decimals=decimals) for fact in facts])
        for title, facts in sections
        if facts
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


def _decision(alert: Alert) -> list[Fact]:
    trigger = alert.details.get("trigger_label") or alert.trigger
    fill = fill_of(alert.exec_type)
    facts = [
        # A stop or target names itself as its trigger: the reason says it already.
        *([Fact("Trigger", trigger)] if alert.trigger != alert.exit_reason else []),
        Fact("Execution", fill.entry if fill else alert.exec_type),
        Fact("Price", alert.price, "price"),
    ]
    if alert.exit_reason:
        facts.insert(0, Fact("Exit reason", reason_text(alert.exit_reason)))
    return facts


def _position(alert: Alert) -> list[Fact]:
    details = alert.details
    facts = [
        Fact("Entry price", details.get("entry_price"), "price"),
        Fact("Stop at entry", details.get("initial_stop_price"), "price"),
        Fact("Stop", alert.stop_price, "price"),
        Fact("Target", alert.target_price, "price"),
        Fact("Risk per share", details.get("risk"), "price"),
        Fact("ATR (14)", details.get("atr"), "number"),
        Fact("Risk per trade ($)", details.get("risk_per_trade"), "number"),
        Fact("Result", details.get("r_multiple"), "result"),
        Fact("Bars held", details.get("bars_held")),
    ]
    return [fact for fact in facts if fact.value is not None]


def _conditions(alert: Alert) -> list[Fact]:
    required = alert.details.get("confluence_met") or []
    return [Fact(record, "met") for record in required]


def _bar(alert: Alert) -> list[Fact]:
    bar: Mapping[str, object] = alert.details.get("bar") or {}
    facts = [Fact(name.capitalize(), bar.get(name), "price") for name in _PRICES]
    facts.append(Fact("Volume", bar.get("volume"), "number"))
    found = [fact for fact in facts if fact.value is not None]
    return [Fact("Start", alert.bar_at, "instant"), *found] if found else []


_PRICES = ("open", "high", "low", "close")


def _named(values: Mapping[str, object] | None, kind: str) -> list[Fact]:
    return [Fact(name, value, kind) for name, value in (values or {}).items()]


def _timing(alert: Alert) -> list[Fact]:
    age_s = (alert.created_at - alert.received_at).total_seconds()
    return [
        Fact("Condition true", alert.trigger_at, "instant"),
        Fact("Fill (bar close)", alert.fill_at, "instant"),
        Fact("Bar stored", alert.received_at, "instant"),
        Fact("Alert stored", alert.created_at, "instant"),
        Fact("From bar to alert", f"{age_s:.3f} s"),
    ]


def _origin(alert: Alert) -> list[Fact]:
    details = alert.details
    facts = [
        Fact("Data source", alert.data_source),
        Fact("Alert code", str(alert.code)),
        Fact("Engine", details.get("engine_version")),
        Fact("Data version", details.get("data_version")),
        Fact("Note", details.get("note")),
    ]
    return [fact for fact in facts if fact.value not in (None, "")]
