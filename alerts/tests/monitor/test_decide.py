"""Which entries and exits are told, by what was told before."""

from dataclasses import dataclass

import pytest

from alerts.monitor.decide import NS, Told, decide

MINUTE = 60


@dataclass(frozen=True)
class Trade:
    """Entered on the bar that starts at `entry`, filled at its close."""

    entry: int

    @property
    def entry_bar_ns(self) -> int:
        return self.entry * NS

    @property
    def entry_fill_ns(self) -> int:
        return (self.entry + MINUTE) * NS


def summary(decision):
    return [("entry" if leg.is_entry else "exit", leg.trade.entry) for leg in decision.legs]


@pytest.mark.parametrize(
    ("closed", "held", "silent_until", "tracked", "signals", "tracked_after"),
    [
        ([], 600, 0, None, [("entry", 600)], 600),
        ([600], None, 0, None, [("entry", 600), ("exit", 600)], None),
        ([600], None, 700, 600, [("exit", 600)], None),
        ([600], None, 700, None, [], None),
        ([], 600, 660, None, [], None),
        ([600], 900, 700, 600, [("exit", 600), ("entry", 900)], 900),
        ([600], 600, 700, 600, [("exit", 600)], None),
        ([], 600, 0, 600, [], 600),
    ],
    ids=[
        "entry", "whole trade", "exit of a told entry", "exit of an untold entry",
        "entered before", "exit then entry", "same bar once", "told entry again",
    ],
)  # fmt: skip
def test_told_signals(closed, held, silent_until, tracked, signals, tracked_after) -> None:
    told = Told(silent_until, tracked)
    decision = decide([Trade(t) for t in closed], Trade(held) if held else None, told)
    assert summary(decision) == signals
    assert decision.tracked_entry_ts == tracked_after


def test_a_position_that_the_next_open_ends_is_told_as_left_at_once() -> None:
    held = Trade(600)
    now = decide([], held, Told(660, 600), leaving=held, is_leaving=True)
    assert summary(now) == [("exit", 600)]
    assert (now.tracked_entry_ts, now.is_untold, now.vanished_entry_ts) == (None, False, None)
    again = decide([], held, Told(720, None), is_leaving=True)
    assert (summary(again), again.is_untold) == ([], False)
    assert summary(decide([held], None, Told(720, None))) == []


def test_one_that_nobody_was_told_of_leaves_in_silence() -> None:
    held = Trade(600)
    decision = decide([], held, Told(700, None), leaving=held, is_leaving=True)
    assert summary(decision) == []


def test_position_entered_before_monitoring_is_marked_untold() -> None:
    assert decide([], Trade(600), Told(660, None)).is_untold
    assert not decide([], Trade(600), Told(0, None)).is_untold


def test_told_entry_that_corrected_bars_no_longer_hold_is_reported() -> None:
    decision = decide([], None, Told(900, 600))
    assert decision.vanished_entry_ts == 600
    assert decision.tracked_entry_ts is None
    assert not decision.legs


def test_told_entry_is_reported_when_another_takes_its_place() -> None:
    decision = decide([], Trade(1200), Told(900, 600))
    assert decision.vanished_entry_ts == 600
    assert summary(decision) == [("entry", 1200)]
