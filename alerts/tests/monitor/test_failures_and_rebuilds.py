"""One strategy's trouble stays its own; corrected bars lead to the same state as a fresh replay."""

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import User
from alerts.models import Alert, EvaluationGroup, Monitor, StrategyState
from alerts.monitor import evaluate, faults
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.sweep import overdue_series, sweep
from alerts.monitor.switch import confirm_closed, open_position_losses, unwatch_strategy
from alerts.testing import (
    SOURCE,
    append_minute,
    forget_process_memory,
    make_strategy,
)
from market.store.reading import Series
from market.store.staging import store_in_turns
from market.store.writing import store_bars
from strategies.engine.program.program import Program
from strategies.saving import changes as saving
from strategies.saving.asking import ConfirmationNeededError

pytestmark = pytest.mark.django_db


def feed(raw, begin: int, end: int) -> None:
    for index in range(begin, end):
        append_minute(raw, index)
        evaluate_series(SOURCE, ["SPY"])


def until_in_position(raw, begin: int = 500) -> int:
    index = begin
    while not StrategyState.objects.filter(tracked_entry_ts__isnull=False).exists():
        feed(raw, index, index + 1)
        index += 1
    return index


def test_failing_strategy_is_named_and_stops_no_other(
    monitored, alice: User, raw, monkeypatch
) -> None:
    bad = make_strategy(alice, name="Bad one")
    sweep()
    settle = Program.settle

    def fail_for_bad(self, *args, **kwargs):
        if self.spec.name == "Bad one":
            raise ValueError("its numbers make no sense")
        return settle(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Program, "settle", fail_for_bad)
        feed(raw, 500, 620)
    assert set(Alert.objects.values_list("strategy_name", flat=True)) == {"Fast cross"}
    state = StrategyState.objects.get(strategy=bad)
    assert state.status == StrategyState.Status.FAILED
    errors = Monitor.objects.get().errors
    assert [(e["strategy_id"], e["error"]) for e in errors] == [
        (bad.pk, "its numbers make no sense")
    ]


def test_failed_strategy_joins_again_when_its_trouble_is_over(
    monitored, alice: User, raw, monkeypatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Program, "settle", lambda *a, **k: 1 / 0)
        feed(raw, 500, 501)
    monkeypatch.setattr(faults, "RETRY_AFTER", timezone.timedelta(0))
    feed(raw, 501, 620)
    state = StrategyState.objects.get()
    assert state.status in (StrategyState.Status.FLAT, StrategyState.Status.IN_POSITION)
    assert not state.error
    assert Alert.objects.exists()


def test_strategy_that_can_not_be_compiled_is_named(monitored, raw) -> None:
    monitored.config["entry_trigger_confluence_id"] = "nothing_like_this"
    type(monitored).objects.filter(pk=monitored.pk).update(config=monitored.config, version=9)
    feed(raw, 500, 501)
    assert "nothing_like_this" in StrategyState.objects.get().error


def test_only_the_last_fifty_errors_are_kept() -> None:
    monitor = Monitor()
    for number in range(60):
        monitor.add_error({"strategy_id": 1, "error": f"E{number}", "timestamp": ""})
    assert len(monitor.errors) == 50
    assert monitor.errors[-1]["error"] == "E59"


def revise(raw, index: int, by: float) -> None:
    """The provider corrects one minute."""
    one = raw.take(slice(index, index + 1))
    columns = [column + by for column in (one.open, one.high, one.low, one.close)]
    revised = type(one)(one.start_ts, *columns, one.volume)
    store_bars(SOURCE, "SPY", "1Min", revised, timezone.now())


def test_revised_bar_leads_to_a_rebuild_that_sends_nothing_again(monitored, raw) -> None:
    feed(raw, 500, 620)
    codes = set(Alert.objects.values_list("code", flat=True))
    revise(raw, 450, 0.01)
    assert overdue_series() == {SOURCE: {"SPY"}}
    sweep()
    assert set(Alert.objects.values_list("code", flat=True)) == codes
    rebuilt = bytes(EvaluationGroup.objects.get().state)
    EvaluationGroup.objects.update(state=None)
    forget_process_memory()
    evaluate_series(SOURCE, ["SPY"])
    assert bytes(EvaluationGroup.objects.get().state) == rebuilt


def test_told_entry_that_a_correction_removes_is_shown_for_confirmation(monitored, raw) -> None:
    index = until_in_position(raw)
    entry = Alert.objects.get()
    flat = np.arange(index - 30, index)
    for one in flat:
        revise(raw, int(one), -20 + float(one - index))
    evaluate_series(SOURCE, ["SPY"])
    state = StrategyState.objects.get()
    assert state.status == StrategyState.Status.UNCONFIRMED
    assert "not in the corrected bars" in state.note
    assert Alert.objects.filter(pk=entry.pk).exists()
    confirm_closed(state)
    state.refresh_from_db()
    assert not state.note
    assert state.status != StrategyState.Status.UNCONFIRMED


def test_invalidating_edit_resets_state_and_boundary(monitored, raw) -> None:
    until_in_position(raw)
    monitored.refresh_from_db()
    changes = {"stop_config": {"method": "atr", "atr_mult": 3.0}}
    saving.update_strategy(monitored, changes, version=monitored.version, confirmed=True)
    state = StrategyState.objects.get()
    assert state.status == StrategyState.Status.STARTING
    assert state.tracked_entry_ts is None
    evaluate_series(SOURCE, ["SPY"])
    assert Alert.objects.count() == 1


def test_invalidating_edit_names_the_open_position(monitored, raw) -> None:
    until_in_position(raw)
    monitored.refresh_from_db()
    with pytest.raises(ConfirmationNeededError) as needed:
        saving.update_strategy(
            monitored, {"bar_count_exit": 9}, version=monitored.version, confirmed=False
        )
    assert any("LONG position in SPY" in text for text in needed.value.losses)


def test_leaving_out_a_strategy_in_a_position_asks_first(monitored, raw) -> None:
    until_in_position(raw)
    monitored.refresh_from_db()
    assert open_position_losses(monitored)
    with pytest.raises(ConfirmationNeededError):
        unwatch_strategy(monitored)
    unwatch_strategy(monitored, confirmed=True)
    assert not StrategyState.objects.exists()


def test_deleted_strategy_leaves_its_alerts(monitored, raw) -> None:
    until_in_position(raw)
    monitored.refresh_from_db()
    saving.erase_strategy(monitored)
    alert = Alert.objects.get()
    assert alert.strategy_id is None
    assert alert.strategy_name == "Fast cross"


def test_edit_during_an_evaluation_wins(monitored, raw, monkeypatch) -> None:
    for index in range(500, 620):
        append_minute(raw, index)
    store = evaluate.store_evaluation

    def edit_then_store(evaluated):
        saving.set_monitoring(monitored, False, confirmed=True)
        return store(evaluated)

    monkeypatch.setattr(evaluate, "store_evaluation", edit_then_store)
    evaluate_series(SOURCE, ["SPY"])
    assert not Alert.objects.exists()


def test_sweep_finds_bars_whose_hint_was_lost(monitored, raw) -> None:
    for index in range(500, 620):
        append_minute(raw, index)
    assert sweep() == Alert.objects.count() > 0
    assert overdue_series() == {}


def test_user_without_a_running_monitor_is_left_alone(monitored, bob: User, raw) -> None:
    make_strategy(bob, name="Of bob")
    feed(raw, 500, 620)
    assert not Alert.objects.filter(user=bob).exists()


def revised_past(raw, until: int):
    past = raw.take(slice(0, until))
    return past._replace(open=past.open + 0.01, high=past.high + 0.02, close=past.close + 0.01)


def test_imported_revision_is_evaluated_once_when_all_of_it_is_there(monitored, raw) -> None:
    feed(raw, 500, 560)
    generation, rounds = EvaluationGroup.objects.get().generation, []
    codes = set(Alert.objects.values_list("code", flat=True))

    def sweep_meanwhile(n_staged: int) -> None:
        rounds.append(overdue_series())
        evaluate_series(SOURCE, ["SPY"])

    series = Series(SOURCE, "SPY", "1Min")
    store_in_turns(series, revised_past(raw, 560), timezone.now(), sweep_meanwhile)
    assert rounds
    assert not any(rounds)
    assert EvaluationGroup.objects.get().generation == generation
    sweep()
    sweep()
    assert EvaluationGroup.objects.get().generation == generation + 1
    assert codes <= set(Alert.objects.values_list("code", flat=True))


def test_bars_revised_while_they_are_read_are_read_again(monitored, raw, monkeypatch) -> None:
    feed(raw, 500, 520)
    new, walk = revised_past(raw, 521), evaluate.walk
    looks = []

    def revise_first(look, reading):
        looks.append(look.series.version)
        if len(looks) == 1:
            store_in_turns(Series(SOURCE, "SPY", "1Min"), new, timezone.now(), lambda _: None)
        return walk(look, reading)

    monkeypatch.setattr(evaluate, "walk", revise_first)
    append_minute(raw, 520)
    evaluate_series(SOURCE, ["SPY"])
    assert looks == ["1Min:1", "1Min:2"]
    resumed = bytes(EvaluationGroup.objects.get().state)
    EvaluationGroup.objects.update(state=None)
    forget_process_memory()
    evaluate_series(SOURCE, ["SPY"])
    assert bytes(EvaluationGroup.objects.get().state) == resumed
