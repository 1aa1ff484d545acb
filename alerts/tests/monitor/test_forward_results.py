"""The result of a monitored strategy keeps up with its trades, and equals a backtest to the bit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User, UserEvent
from alerts.models import Alert
from alerts.monitor.evaluate import evaluate_series
from alerts.testing import (
    SOURCE,
    append_minute,
    forget_process_memory,
    make_strategy,
    run_monitor,
    store_history,
)
from market.arrays import RawBars
from market.store.writing import store_bars
from strategies.forward import queue as forward
from strategies.forward import refresh as refreshing
from strategies.models import ForwardRefresh, Strategy, Trade
from strategies.runs import queue
from strategies.saving.changes import update_strategy
from strategies.tasks import refresh_forward, run_backtest

pytestmark = pytest.mark.django_db
N_HISTORY = 500
LATER = timedelta(minutes=2)


@pytest.fixture
def strategy(alice: User, raw: RawBars) -> Strategy:
    """Monitored, with its first result."""
    store_history(raw.take(slice(0, N_HISTORY)))
    strategy = make_strategy(alice)
    run_monitor(alice)
    compute_runs(strategy)
    strategy.refresh_from_db()
    return strategy


def compute_runs(strategy: Strategy) -> None:
    for run in strategy.runs.filter(status="queued"):
        run_backtest(run.pk)


def play(raw: RawBars, begin: int, end: int, *, forgets: bool = False) -> None:
    """Minutes arrive and are evaluated; a worker refreshes what was asked for after each."""
    for index in range(begin, end):
        append_minute(raw, index)
        if forgets and index % 7 == 0:
            forget_process_memory()
        evaluate_series(SOURCE, ["SPY"])
        refresh()


def refresh() -> int:
    """What the workers do some time later."""
    forward.begin_due(timezone.now() + LATER)
    rows = list(ForwardRefresh.objects.filter(status="queued"))
    for row in rows:
        refresh_forward(row.pk)
    return len(rows)


def values_of(strategy: Strategy) -> list[dict[str, object]]:
    rows = Trade.objects.filter(strategy=strategy).order_by("number").values()
    return [{k: v for k, v in row.items() if k not in ("id", "run_id")} for row in rows]


def check_equals_a_backtest(strategy: Strategy) -> None:
    """Trades, figures, curve and chart, as they are shown and as a new backtest gives them."""
    strategy.refresh_from_db()
    shown = values_of(strategy), strategy.kpis, strategy.equity_curve_data
    result, chart = strategy.current_run.result, chart_of(strategy)
    queue.start_backtest(strategy.user, strategy)
    compute_runs(strategy)
    strategy.refresh_from_db()
    assert shown == (values_of(strategy), strategy.kpis, strategy.equity_curve_data)
    again = strategy.current_run.result
    # A refresh is due when a trade begins or ends: bars since then bring no trade.
    since = ("now_ts", "bars", "rejected", "n_rejected", "open_trade")
    for name in result.keys() - since:
        assert of_trades(result[name]) == of_trades(again[name]), name
    assert chart == chart_of(strategy)[: len(chart)]


def of_trades(value: object) -> object:
    """Without what goes on with the bars, also where no trade does."""
    if not isinstance(value, dict):
        return value
    found = {name: one for name, one in value.items() if name != "window"}
    holding = found.get("holding")
    return {**found, "holding": holding.get("r")} if isinstance(holding, dict) else found


def chart_of(strategy: Strategy) -> list[list[float]]:
    parts = strategy.current_run.chart_parts.order_by("first_ts")
    return [bar for part in parts for bar in part.unpack()["bars"]]


def test_a_closed_trade_is_appended_and_equals_a_backtest(strategy, raw) -> None:
    first = list(Trade.objects.filter(strategy=strategy).order_by("number"))
    code = strategy.current_run.code
    play(raw, N_HISTORY, 700, forgets=True)
    strategy.refresh_from_db()
    rows = Trade.objects.filter(strategy=strategy)
    assert rows.filter(segment="forward").count() >= 3
    assert list(rows.order_by("number")[: len(first)]) == first
    assert strategy.current_run.code == code
    check_equals_a_backtest(strategy)


def test_appended_trades_are_those_that_were_announced(strategy, raw) -> None:
    play(raw, N_HISTORY, 650)
    told = Alert.objects.filter(alert_type="exit_signal").order_by("fill_at")
    rows = Trade.objects.filter(strategy=strategy, segment="forward").order_by("number")
    watched = [one for one in rows if one.entry_fill_ts > strategy.forward_test_start.timestamp()]
    assert [(one.exit_bar_ts, one.exit_price, one.r_multiple) for one in watched] == [
        (alert.bar_ts, alert.price, alert.data["r_multiple"]) for alert in told
    ]


def test_corrected_bars_change_what_was_appended_and_double_nothing(strategy, raw) -> None:
    play(raw, N_HISTORY, 650)
    before = values_of(strategy)
    moved = raw.take(slice(N_HISTORY, 560))
    prices = (moved.open, moved.high, moved.low, moved.close)
    shifted = RawBars(moved.start_ts, *(column * 1.01 for column in prices), moved.volume)
    store_bars(SOURCE, "SPY", "1Min", shifted, timezone.now())
    evaluate_series(SOURCE, ["SPY"])
    assert refresh() == 1
    assert values_of(strategy) != before
    check_equals_a_backtest(strategy)


def test_an_edit_begins_anew_and_goes_on(strategy, raw) -> None:
    play(raw, N_HISTORY, 600)
    strategy.refresh_from_db()
    changed = {"target_config": {"method": "risk_reward", "rr_ratio": 1.5}}
    update_strategy(strategy, changed, version=strategy.version, confirmed=True)
    append_minute(raw, 600)
    evaluate_series(SOURCE, ["SPY"])
    assert refresh() == 1
    assert ForwardRefresh.objects.get().status == "queued"  # It waits for the backtest.
    compute_runs(strategy)
    play(raw, 601, 720)
    check_equals_a_backtest(strategy)


def test_asks_while_it_rests_are_answered_together(strategy, raw) -> None:
    play(raw, N_HISTORY, 600)
    forward.ask([strategy])
    forward.ask([strategy])
    ForwardRefresh.objects.update(rest_until=timezone.now() + LATER / 2)
    assert forward.begin_due() == 0
    assert refresh() == 1
    row = ForwardRefresh.objects.get()
    assert (row.answered, refresh()) == (row.asked, 0)


def test_an_ask_during_a_refresh_is_not_lost(strategy, raw) -> None:
    play(raw, N_HISTORY, 600)
    forward.ask([strategy])
    forward.begin_due(timezone.now() + LATER)
    row = forward.life.claim(ForwardRefresh.objects.get().pk, "worker")
    assert row is not None
    forward.ask([strategy])
    refreshing.execute(row)
    again = ForwardRefresh.objects.get()
    assert (again.status, again.asked - again.answered) == ("succeeded", 1)


def test_a_refresh_whose_result_was_replaced_writes_nothing(strategy, raw, monkeypatch) -> None:
    play(raw, N_HISTORY, 600)
    strategy.refresh_from_db()
    older = strategy.current_run
    queue.start_backtest(strategy.user, strategy)
    compute_runs(strategy)
    before = values_of(strategy)
    monkeypatch.setattr("strategies.forward.refresh.shown_run", lambda _: older)
    forward.ask([strategy])
    assert refresh() == 1
    assert values_of(strategy) == before


def test_the_page_of_its_owner_is_told(strategy, raw) -> None:
    UserEvent.objects.all().delete()
    play(raw, N_HISTORY, 600)
    told = UserEvent.objects.filter(type="run.finished")
    assert told.exists()
    assert {event.data["strategy"] for event in told} == {strategy.pk}


def test_what_fails_rests_and_keeps_the_earlier_result(strategy, raw, monkeypatch) -> None:
    play(raw, N_HISTORY, 600)
    before = values_of(strategy)

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("strategies.forward.refresh.compute", broken)
    forward.ask([strategy])
    refresh()
    row = ForwardRefresh.objects.get()
    assert (row.status, values_of(strategy)) == ("failed", before)
    assert "kept newer bars out" in row.error
    assert forward.begin_due() == 0
    assert forward.begin_due(timezone.now() + LATER) == 1
