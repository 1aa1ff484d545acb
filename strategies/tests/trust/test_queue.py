"""Trust checks as rows: queued after a result, claimed once, taken over, cancelled, replaced."""

from datetime import timedelta

import pytest
from django.utils import timezone

from strategies import tasks
from strategies.models import Run, TrustCheck
from strategies.runs import queue
from strategies.testing import compute, make_computed, make_market, make_run, make_strategy
from strategies.trust import budget as trust_budget
from strategies.trust import compute as trust
from strategies.trust import queue as trust_rows
from strategies.trust.queue import TrustError

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=11)


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


@pytest.fixture
def waiting(alice):
    """The check of a fresh result."""
    return make_computed(alice).current_run.trust_check


def test_a_new_result_is_shown_at_once_and_its_check_waits(alice, enqueued_checks):
    strategy = make_computed(alice)
    check = strategy.current_run.trust_check
    assert (check.status, check.user, check.verdicts) == ("queued", alice, {})
    assert strategy.kpis["total_trades"] > 5


def test_a_worker_stores_all_four_checks(waiting):
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error) == ("succeeded", "")
    assert set(waiting.verdicts) == {"look_ahead", "warm_up", "significance", "monte_carlo"}
    assert waiting.verdicts["look_ahead"] == "passed"
    assert waiting.result["engine_version"] == waiting.engine_version == waiting.run.engine_version
    assert waiting.result["seed"] == waiting.seed == 1


def test_every_signal_of_the_shown_trades_is_checked(waiting):
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    found = waiting.result["look_ahead"]
    assert found["checked"] == found["total"] >= waiting.run.trades.count()
    assert waiting.result["n_trades"] == waiting.run.trades.count()


def test_a_check_done_twice_gives_the_same_numbers(waiting):
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    first = waiting.result
    tasks.check_trust(trust_rows.request_check(waiting.run).pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.result) == ("succeeded", first)


def test_without_time_the_report_says_how_few_were_checked(waiting, monkeypatch):
    monkeypatch.setattr(trust, "LOOK_AHEAD_SECONDS", 0.0)
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    found = waiting.result["look_ahead"]
    assert (found["checked"], found["verdict"]) == (0, "unknown")
    assert found["total"] > 5


def test_without_earlier_bars_the_second_half_is_compared(waiting):
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    found = waiting.result["warm_up"]
    assert (found["verdict"], found["scope"]) == ("passed", "second_half")
    assert found["reason"] == "no bars are stored before those the result was computed on"


def test_earlier_bars_are_more_history(alice):
    make_market(n_days=70)
    check = make_computed(alice).current_run.trust_check
    tasks.check_trust(check.pk)
    check.refresh_from_db()
    found = check.result["warm_up"]
    assert (found["verdict"], found["scope"]) == ("passed", "window")
    assert found["extra_bars"] > found["wanted_bars"] > 0
    assert found["n_trades"] == check.run.trades.count()


def test_conditions_on_other_timeframes_are_checked_with_their_bars(alice):
    make_market(n_days=70)
    check = make_computed(alice, confluence=["5m-EMA_STACK_FAST-LMS"]).current_run.trust_check
    tasks.check_trust(check.pk)
    check.refresh_from_db()
    assert (check.error, check.verdicts["look_ahead"], check.verdicts["warm_up"]) == (
        "",
        "passed",
        "passed",
    )
    assert check.result["n_trades"] > 5
    assert check.result["warm_up"]["extra_other_bars"]["5Min"] > 0


def test_only_one_worker_claims_a_check(waiting):
    assert trust_rows.life.claim(waiting.pk, "first") is not None
    assert trust_rows.life.claim(waiting.pk, "second") is None


def test_one_check_at_a_time_is_computed(alice, bob):
    first = make_computed(alice).current_run.trust_check
    second = make_computed(bob).current_run.trust_check
    trust_rows.life.claim(first.pk, "worker")
    assert trust_rows.life.claim(second.pk, "other") is None
    second.refresh_from_db()
    assert (second.status, second.attempts) == ("queued", 0)


def test_the_next_check_is_called_when_one_has_finished(
    alice, bob, enqueued_checks, django_capture_on_commit_callbacks
):
    first = make_computed(alice).current_run.trust_check
    second = make_computed(bob).current_run.trust_check
    with django_capture_on_commit_callbacks(execute=True):
        tasks.check_trust(first.pk)
    assert enqueued_checks[-1] == second.pk


def test_a_check_of_a_dead_worker_is_queued_again_and_finished(waiting, enqueued_checks):
    trust_rows.life.claim(waiting.pk, "dead")
    assert not trust_rows.life.lost(timezone.now())
    assert trust_rows.life.sweep(timezone.now() + LATER) == 1
    assert enqueued_checks[-1] == waiting.pk
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts) == ("succeeded", 2)


def test_a_lost_task_is_found_by_the_sweep(waiting, enqueued_checks):
    TrustCheck.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert trust_rows.life.lost(timezone.now())
    tasks.sweep()
    assert enqueued_checks == [waiting.pk]


def test_a_living_worker_keeps_its_check(waiting):
    trust_rows.life.claim(waiting.pk, "alive")
    assert trust_rows.life.renew_lease(waiting.pk, "alive")
    assert trust_rows.life.sweep(timezone.now() + timedelta(seconds=5)) == 0


def test_a_worker_that_lost_its_check_stores_nothing(waiting):
    late = trust_rows.life.claim(waiting.pk, "slow")
    trust_rows.life.sweep(timezone.now() + LATER)
    trust.execute(late)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.result) == ("queued", {})


def test_a_check_that_keeps_killing_workers_is_given_up(waiting):
    for number in range(queue.life.attempts):
        trust_rows.life.claim(waiting.pk, f"worker{number}")
        trust_rows.life.sweep(timezone.now() + LATER)
    assert trust_rows.life.claim(waiting.pk, "last") is None
    waiting.refresh_from_db()
    assert waiting.status == "failed"
    assert "given up" in waiting.error


def test_a_waiting_check_is_cancelled_at_once(waiting):
    assert trust_rows.life.cancel(waiting).status == "cancelled"


def test_a_running_check_is_cancelled_at_its_next_step(waiting, monkeypatch):
    move_on = trust_rows.life.move_on

    def cancel_then_move_on(check, progress, label):
        trust_rows.life.cancel(check)
        move_on(check, progress, label)

    monkeypatch.setattr(trust_rows.life, "move_on", cancel_then_move_on)
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.result) == ("cancelled", {})


def test_a_newer_result_replaces_an_unfinished_check(alice):
    strategy = make_computed(alice)
    first = strategy.current_run.trust_check
    queue.start_backtest(alice, strategy)
    compute(strategy)
    first.refresh_from_db()
    assert (first.status, first.progress_label) == ("cancelled", "Replaced by a newer result")
    assert strategy.current_run.trust_check.status == "queued"


def test_an_unexpected_error_fails_the_check_and_keeps_the_result(waiting, monkeypatch):
    def explode(check):
        raise ZeroDivisionError

    monkeypatch.setattr(trust, "compute", explode)
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.status == "failed"
    assert "result itself is unchanged" in waiting.error
    assert waiting.run.status == "succeeded"


def test_a_result_of_another_engine_is_not_checked(waiting):
    Run.objects.update(engine_version="0.1")
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.status == "failed"
    assert "engine has changed" in waiting.error


def test_trades_on_bars_that_are_gone_are_not_checked(waiting):
    waiting.run.trades.update(entry_bar_ts=1)
    tasks.check_trust(waiting.pk)
    waiting.refresh_from_db()
    assert "the bars have changed" in waiting.error


def test_a_preview_is_checked_when_asked(alice):
    run = make_run(alice)
    assert trust_rows.check_of(run) is None
    tasks.check_trust(trust_rows.request_check(run).pk)
    run.refresh_from_db()
    assert run.trust_check.status == "succeeded"


def test_what_can_not_be_checked_is_refused_by_name(alice):
    strategy = make_strategy(alice)
    with pytest.raises(TrustError, match="finished backtest"):
        trust_rows.request_check(strategy.runs.get())
    old = compute(strategy).current_run
    queue.start_backtest(alice, strategy)
    compute(strategy)
    with pytest.raises(TrustError, match="newer result"):
        trust_rows.request_check(old)


def test_a_budget_reports_about_once_a_second_and_ends(monkeypatch):
    clock = iter([0.0, 0.4, 1.1, 1.5, 2.5])
    monkeypatch.setattr(trust_budget.time, "monotonic", lambda: next(clock))
    reports = []
    budget = trust_budget.Budget(2.0, lambda done, total: reports.append((done, total)))
    assert [budget(i, 9) for i in range(5)] == [True, True, True, True, False]
    assert reports == [(2, 9), (4, 9)]
