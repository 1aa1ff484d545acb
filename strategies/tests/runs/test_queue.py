"""Runs: started within limits, claimed once, moved on, cancelled, taken over, stored whole."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import UserEvent
from market.models import Bar, DataVersion
from strategies import tasks
from strategies.models import Run, Trade
from strategies.runs import compute as backtests
from strategies.runs import queue
from strategies.runs.queue import RunLimitError
from strategies.testing import compute, make_computed, make_record, make_run, make_strategy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


def test_a_run_stores_trades_kpis_curve_and_chart(alice):
    strategy = make_computed(alice)
    n = strategy.trades.count()
    assert n > 5
    assert strategy.kpis["total_trades"] == n
    assert len(strategy.equity_curve_data["exit_times"]) == n
    assert sum(part.n_bars for part in strategy.current_run.chart_parts.all()) == 780


def test_equity_ends_at_the_sum_of_the_trades(alice):
    strategy = make_computed(alice)
    total = sum(strategy.trades.values_list("r_multiple", flat=True))
    assert strategy.equity_curve_data["cumulative_r"][-1] == pytest.approx(total, abs=1e-4)
    assert strategy.kpis["total_r"] == pytest.approx(total)


def test_a_result_carries_where_it_comes_from(alice):
    run = make_computed(alice).current_run
    assert run.engine_version
    assert run.data_version == "1Min:1"
    assert list(run.pack_fingerprints) == ["ema_stack_fast"]


def test_bars_in_steps_give_the_trades_of_one_pass(alice, monkeypatch):
    whole = make_run(alice)
    monkeypatch.setattr(backtests, "STEP_BARS", 37)
    stepped = make_run(alice, name="again")
    prices = ("entry_bar_ts", "entry_price", "exit_price", "r_multiple", "confluence_records")
    assert list(whole.trades.values_list(*prices)) == list(stepped.trades.values_list(*prices))


def test_a_preview_belongs_to_no_strategy(alice):
    run = make_run(alice)
    assert (run.strategy, run.kind, run.status) == (None, "preview", "succeeded")
    assert Trade.objects.filter(strategy__isnull=True).count() == run.trades.count()


def test_progress_and_end_are_announced_in_order(alice):
    make_run(alice)
    rows = UserEvent.objects.filter(user=alice).order_by("seq")
    types = list(rows.values_list("type", flat=True))
    assert types[-1] == "run.finished"
    assert types.count("run.progress") >= 3
    labels = [row.data["label"] for row in rows]
    assert labels[0] == "Loading bars"


def test_a_third_active_run_is_refused_by_name_of_the_limit(alice):
    for days in (7, 8):
        queue.start_backtest(alice, make_record(data_days=days))
    with pytest.raises(RunLimitError, match="2 backtests"):
        queue.start_backtest(alice, make_record(data_days=9))


def test_the_limit_counts_only_ones_own_runs(alice, bob):
    for days in (7, 8):
        queue.start_backtest(alice, make_record(data_days=days))
    assert queue.start_backtest(bob, make_record())


def test_a_window_of_too_many_bars_is_refused_before_it_runs(alice, monkeypatch):
    monkeypatch.setattr(queue, "MAX_BARS", 500)
    with pytest.raises(RunLimitError, match="holds 780 bars; a backtest may read 500"):
        queue.start_backtest(alice, make_record(data_days=30))


def test_a_run_that_an_edit_needs_waits_for_its_turn(alice):
    for days in (7, 8):
        run = queue.start_backtest(alice, make_record(data_days=days))
        queue.life.claim(run.pk, f"worker{days}")
    strategy = make_strategy(alice)
    waiting = strategy.runs.get()
    assert queue.life.claim(waiting.pk, "worker") is None
    assert waiting.status == "queued"


def test_a_new_run_of_a_strategy_replaces_the_waiting_one(alice):
    strategy = make_strategy(alice)
    first = strategy.runs.get()
    second = queue.start_backtest(alice, strategy)
    first.refresh_from_db()
    assert (first.status, second.status) == ("cancelled", "queued")


def test_a_waiting_run_is_cancelled_at_once(alice):
    run = queue.life.cancel(queue.start_backtest(alice, make_record()))
    assert run.status == "cancelled"


def test_a_running_run_is_cancelled_at_its_next_step(alice, monkeypatch):
    run = queue.start_backtest(alice, make_record())
    monkeypatch.setattr(backtests, "STEP_BARS", 100)
    move_on = queue.life.move_on

    def cancel_then_move_on(row, progress, label):
        if progress > 0.3:
            queue.life.cancel(row)
        move_on(row, progress, label)

    monkeypatch.setattr(queue.life, "move_on", cancel_then_move_on)
    tasks.run_backtest(run.pk)
    run.refresh_from_db()
    assert run.status == "cancelled"
    assert not run.trades.exists()


def test_only_one_worker_claims_a_run(alice):
    run = queue.start_backtest(alice, make_record())
    assert queue.life.claim(run.pk, "first") is not None
    assert queue.life.claim(run.pk, "second") is None


def test_a_run_of_a_dead_worker_is_queued_again_and_finished(alice, enqueued):
    run = queue.start_backtest(alice, make_record())
    queue.life.claim(run.pk, "dead")
    later = timezone.now() + timedelta(seconds=11)
    assert queue.life.sweep(later) == 1
    assert enqueued[-1] == run.pk
    tasks.run_backtest(run.pk)
    run.refresh_from_db()
    assert (run.status, run.attempts) == ("succeeded", 2)


def test_a_living_worker_keeps_its_run(alice):
    run = queue.start_backtest(alice, make_record())
    queue.life.claim(run.pk, "alive")
    assert queue.life.sweep(timezone.now() + timedelta(seconds=5)) == 0


def test_a_worker_that_lost_its_run_stores_nothing(alice):
    run = queue.start_backtest(alice, make_record())
    late = queue.life.claim(run.pk, "slow")
    queue.life.sweep(timezone.now() + timedelta(seconds=11))
    backtests.execute(late)
    run.refresh_from_db()
    assert run.status == "queued"
    assert not run.trades.exists()


def test_a_run_that_keeps_killing_workers_is_given_up(alice):
    run = queue.start_backtest(alice, make_record())
    for number in range(queue.life.attempts):
        queue.life.claim(run.pk, f"worker{number}")
        queue.life.sweep(timezone.now() + timedelta(seconds=11))
    assert queue.life.claim(run.pk, "last") is None
    run.refresh_from_db()
    assert run.status == "failed"
    assert "given up" in run.error


def test_an_unexpected_error_fails_the_run_and_keeps_the_result(alice, monkeypatch):
    strategy = make_computed(alice)
    before = (strategy.trades.count(), strategy.current_run_id)
    queue.start_backtest(alice, strategy)

    def explode(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(backtests, "store_outcome", explode)
    compute(strategy)
    assert (strategy.trades.count(), strategy.current_run_id) == before
    assert "earlier result is unchanged" in strategy.runs.first().error


def test_a_window_without_bars_keeps_the_old_result_and_says_so(alice):
    strategy = make_computed(alice)
    n = strategy.trades.count()
    Bar.objects.all().delete()
    DataVersion.objects.all().update(first_ts=0, cache_key="gone")
    queue.start_backtest(alice, strategy)
    compute(strategy)
    run = strategy.runs.first()
    assert (run.status, strategy.trades.count()) == ("failed", n)
    assert "has no bars of SPY" in run.error


def test_a_run_before_the_feeds_first_bar_waits(alice):
    strategy = make_strategy(alice, data_source="simulated")
    run = compute(strategy).runs.get()
    assert (run.status, run.attempts) == ("queued", 0)
    assert run.progress_label == "Waiting for the first bars of the feed"


def test_a_run_whose_bars_are_revised_meanwhile_begins_anew(alice, monkeypatch):
    strategy, load = make_strategy(alice), backtests.load_others

    def revised_meanwhile(*args):
        DataVersion.objects.all().update(version=2)
        return load(*args)

    monkeypatch.setattr(backtests, "load_others", revised_meanwhile)
    run = compute(strategy).runs.get()
    assert (run.status, run.attempts) == ("queued", 0)
    assert run.progress_label == "Its bars have just been revised; it begins anew"
    run = compute(strategy).runs.get()
    assert (run.status, run.data_version) == ("succeeded", "1Min:2")


def test_a_second_result_replaces_the_first_trades(alice):
    strategy = make_computed(alice)
    first = strategy.current_run
    queue.start_backtest(alice, strategy)
    compute(strategy)
    assert strategy.current_run != first
    assert first.trades.count() == 0
    assert first.chart_parts.count() == 0


def test_old_previews_are_forgotten_and_results_of_strategies_kept(alice):
    strategy = make_computed(alice)
    make_run(alice)
    assert queue.prune_previews(timezone.now() + timedelta(days=8)) > 0
    assert list(Run.objects.all()) == [strategy.current_run]


def test_a_finished_task_may_run_again_without_effect(alice):
    run = make_run(alice)
    finished = run.finished_at
    tasks.run_backtest(run.pk)
    run.refresh_from_db()
    assert run.finished_at == finished
