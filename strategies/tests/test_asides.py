"""What-ifs and the run over more bars: runs about a strategy that leave its result alone."""

import pytest
from django.urls import reverse

from strategies import tasks
from strategies.ledger import tried_on
from strategies.ledger.trials import Window
from strategies.models import Run
from strategies.record.what_if import WhatIf, changed
from strategies.runs.asides import start_extended, start_what_if
from strategies.testing import make_computed, make_record, make_run

pytestmark = pytest.mark.usefixtures("market")
TRADED = ("entry_bar_ts", "exit_bar_ts", "entry_price", "exit_price", "r_multiple", "exit_reason")


@pytest.fixture
def strategy(alice):
    return make_computed(alice)


def address(name, strategy):
    return reverse(f"strategies:strategy-{name}", args=[strategy.pk])


def computed(run):
    tasks.run_backtest(run.pk)
    run.refresh_from_db()
    return run


def traded(run):
    return list(run.trades.order_by("number").values_list(*TRADED))


@pytest.mark.parametrize("size", [0.4, 0.8, 1.0, 1.7])
def test_a_what_if_stop_is_the_strategy_re_run_with_it(alice, strategy, size):
    what_if = computed(start_what_if(strategy, WhatIf.asked("stop", size)))
    stop = {"method": "atr", "atr_mult": round(1.5 * size, 6)}
    target = {"method": "risk_reward", "rr_ratio": round(2.0 / size, 6)}
    again = make_run(alice, stop_config=stop, target_config=target)
    assert traded(what_if) == traded(again)
    assert what_if.result["kpis"] == again.result["kpis"]


def test_a_what_if_target_is_the_strategy_re_run_with_it(alice, strategy):
    what_if = computed(start_what_if(strategy, WhatIf.asked("target", 1.0)))
    again = make_run(alice, target_config={"method": "risk_reward", "rr_ratio": 1.0})
    assert traded(what_if) == traded(again)


def test_a_stop_of_today_changes_nothing(strategy):
    what_if = computed(start_what_if(strategy, WhatIf.asked("stop", 1.0)))
    assert traded(what_if) == traded(strategy.current_run)


def test_an_aside_leaves_the_strategy_and_its_result_alone(strategy):
    before = (strategy.current_run_id, strategy.version, strategy.fingerprint, strategy.kpis)
    computed(start_what_if(strategy, WhatIf.asked("stop", 0.8)))
    computed(start_extended(strategy, 30))
    strategy.refresh_from_db()
    now = (strategy.current_run_id, strategy.version, strategy.fingerprint, strategy.kpis)
    assert now == before


def test_a_what_if_is_a_preview_about_its_strategy(strategy):
    run = start_what_if(strategy, WhatIf.asked("stop", 0.8))
    assert (run.kind, run.subject, run.what_if) == ("preview", strategy, "stop 0.8")
    assert run.window_start_ts == strategy.window_start_ts


def n_tried(strategy):
    window = Window(0, 2**40)
    return tried_on(strategy.user, strategy.data_source, strategy.symbol, window)


def test_a_what_if_is_one_try_and_more_bars_are_none(strategy):
    before = n_tried(strategy)
    computed(start_what_if(strategy, WhatIf.asked("stop", 0.8)))
    computed(start_what_if(strategy, WhatIf.asked("stop", 0.8)))
    computed(start_extended(strategy, 30))
    assert n_tried(strategy) == before + 1


def test_one_that_is_under_way_is_not_begun_again(strategy):
    first = start_what_if(strategy, WhatIf.asked("stop", 0.8))
    assert start_what_if(strategy, WhatIf.asked("stop", 0.8)) == first


@pytest.mark.parametrize("method", ["fixed_dollar", "percentage"])
def test_every_stop_with_a_size_can_be_scaled(method):
    name = {"fixed_dollar": "dollar_amount", "percentage": "percentage"}[method]
    record = make_record(stop_config={"method": method, name: 0.5})
    made = changed(record, WhatIf.asked("stop", 0.5))
    assert made["stop_config"] == {"method": method, name: 0.25}
    assert made["target_config"]["rr_ratio"] == 4.0


@pytest.mark.parametrize("size", ["", "nan", "inf", "0", "-1", "1e9", "a lot"])
def test_a_size_that_can_not_be_is_told_and_nothing_is_queued(client, alice, strategy, size):
    client.force_login(alice)
    asked = {"subject": "stop", "size": size}
    answer = client.post(address("what-if", strategy), asked, follow=True)
    assert "Enter a number" in answer.content.decode()
    assert not Run.objects.filter(subject=strategy).exists()


def test_a_swing_stop_says_that_it_has_no_size(client, alice):
    swing = make_computed(alice, stop_config={"method": "swing", "lookback": 5, "padding": 0.05})
    client.force_login(alice)
    answer = client.post(address("what-if", swing), {"subject": "stop", "size": 0.8}, follow=True)
    assert "has no size to change" in answer.content.decode()
    assert 'id="what-if-stop"' not in answer.content.decode()


def test_the_tab_shows_a_what_if_beside_the_result(client, alice, strategy):
    client.force_login(alice)
    computed(start_what_if(strategy, WhatIf.asked("stop", 0.8)))
    shown = client.get(strategy.get_absolute_url(), {"tab": "earning"}).content.decode()
    assert "Stop at 0.8 R" in shown
    assert "As it is" in shown


def test_a_what_if_of_an_earlier_configuration_is_not_shown(client, alice, strategy):
    client.force_login(alice)
    computed(start_what_if(strategy, WhatIf.asked("stop", 0.8)))
    Run.objects.filter(subject=strategy).update(subject_fingerprint="other")
    shown = client.get(strategy.get_absolute_url(), {"tab": "earning"}).content.decode()
    assert "Stop at 0.8 R" not in shown


def test_more_bars_are_loaded_when_asked_and_shown_apart(client, alice, strategy):
    client.force_login(alice)
    page = strategy.get_absolute_url()
    assert (
        "Nothing is loaded until you ask" in client.get(page, {"tab": "extended"}).content.decode()
    )
    client.post(address("extended", strategy), {"days": 30})
    run = computed(Run.objects.get(subject=strategy))
    assert (run.kind, run.strategy) == ("extended", None)
    shown = client.get(page, {"tab": "extended"}).content.decode()
    assert "Equity in R over more bars" in shown


def test_loading_again_takes_the_place_of_one_under_way(strategy):
    first = start_extended(strategy, 30)
    second = start_extended(strategy, 60)
    first.refresh_from_db()
    assert (first.status, second.status) == ("cancelled", "queued")


@pytest.mark.parametrize("days", ["6", "1826", "", "x"])
def test_days_outside_the_limits_are_told(client, alice, strategy, days):
    client.force_login(alice)
    answer = client.post(address("extended", strategy), {"days": days}, follow=True)
    assert "Enter a whole number of days" in answer.content.decode()
    assert not Run.objects.filter(subject=strategy).exists()


@pytest.mark.parametrize("name", ["what-if", "extended"])
def test_only_the_owner_may_ask(client, alice, charlie, strategy, name):
    asked = {"subject": "stop", "size": 0.8, "days": 30}
    assert client.post(address(name, strategy), asked).status_code == 302
    assert "/log" in client.post(address(name, strategy), asked).url
    client.force_login(charlie)
    assert client.post(address(name, strategy), asked).status_code == 404
    assert not Run.objects.filter(subject=strategy).exists()


@pytest.mark.parametrize("tab", ["states", "earning", "extended"])
def test_a_result_of_an_earlier_release_says_what_to_do(client, alice, strategy, tab):
    client.force_login(alice)
    run = strategy.current_run
    run.result = {k: v for k, v in run.result.items() if k not in ("drawn", "earning")}
    run.save()
    shown = client.get(strategy.get_absolute_url(), {"tab": tab})
    assert shown.status_code == 200
    assert tab == "extended" or "Run the backtest again" in shown.content.decode()


def test_states_say_what_is_required_and_what_lacks_trades(client, alice, strategy):
    run = strategy.current_run
    needed = max(run.result["earning"]["states"], key=lambda one: one.startswith("1M-"))
    run.config["confluence"] = [needed]
    run.save()
    client.force_login(alice)
    shown = client.get(strategy.get_absolute_url(), {"tab": "states"}).content.decode()
    assert shown.count(">required</span>") == 1
    assert "not enough" in shown


def test_a_strategy_without_a_trade_has_quiet_tabs(client, alice):
    strategy = make_computed(alice)
    result = strategy.current_run.result
    result["earning"].update(n_trades=0, states={}, scatter=None)
    strategy.current_run.save()
    client.force_login(alice)
    for tab in ("states", "earning"):
        shown = client.get(strategy.get_absolute_url(), {"tab": tab}).content.decode()
        assert "No trades" in shown
