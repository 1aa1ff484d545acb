"""What is the matter is said on every page, by every poll, and in full on the dashboard."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Monitor, StrategyState
from market.models import FeedState
from strategies.models import Run
from trader.frame import attention
from trader.frame.attention import Note
from trader.models import EnginePreparation, WorkerHeartbeat
from trader.tests.frame.test_dashboard import make_strategy
from webhooks.models import Endpoint, Lane
from webhooks.testing import make_delivery, make_endpoint

pytestmark = pytest.mark.django_db
MONDAY_10_ET = 1583161200
CLUSTERS = ("hot", "slow")


def make_workers(*clusters, age_s=1):
    beat_at = timezone.now() - timedelta(seconds=age_s)
    for cluster in clusters:
        WorkerHeartbeat.objects.create(
            worker_id="w", cluster=cluster, started_at=beat_at, beat_at=beat_at
        )


def make_feed(age_s=1, is_leased=True, **fields):
    now = timezone.now()
    FeedState.objects.create(
        source="simulated",
        now_ts=MONDAY_10_ET,
        speed=60,
        status="running",
        bar_at=now - timedelta(seconds=age_s),
        lease_until=now + timedelta(seconds=10 if is_leased else -10),
        **fields,
    )


def make_monitor(owner, heartbeat_at=None):
    Monitor.objects.create(
        user=owner,
        desired_state="running",
        actual_state="running",
        heartbeat_at=heartbeat_at or timezone.now(),
    )


def make_run(strategy, **fields):
    plain = {"symbol": "SPY", "timeframe": "1Min", "data_source": "sample", "window_start_ts": 0}
    Run.objects.create(user=strategy.user, strategy=strategy, kind="backtest", **plain, **fields)


@pytest.fixture
def _all_is_well():
    make_workers(*CLUSTERS)
    make_feed()


@pytest.fixture
def page(client, alice):
    """The text of an address, one blank wherever white space stands."""
    client.force_login(alice)
    return lambda path: " ".join(client.get(path).content.decode().split())


def lines(page):
    """The texts of the dashboard's list."""
    whole = page("/frame/status/?whole").partition('id="attention"')[2]
    return [part.partition("</span>")[0] for part in whole.split('">')[1:] if "</span>" in part]


@pytest.mark.usefixtures("_all_is_well")
def test_while_all_is_well_nothing_is_said(page):
    assert 'hx-swap-oob="true" hidden' in page("/frame/status/")
    assert 'aria-label="Needs attention" hidden' in page("/settings/")


@pytest.mark.parametrize(
    ("clusters", "age_s", "said"),
    [
        ((), 1, "No worker is running"),
        (CLUSTERS, 60, "No worker is running"),
        (("slow",), 1, "No worker evaluates and sends"),
        (("hot",), 1, "No worker computes backtests"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/settings/", "/frame/status/", "/frame/status/?whole"])
def test_missing_workers_are_named_on_every_page_and_by_the_poll(page, clusters, age_s, said, path):
    make_feed()
    make_workers(*clusters, age_s=age_s)
    assert said in page(path)


def make_preparation(n_done, age_s=1, n_parts=40, elapsed_s=30):
    beat_at = timezone.now() - timedelta(seconds=age_s)
    EnginePreparation.objects.create(
        worker_id="w", n_done=n_done, n_parts=n_parts, elapsed_s=elapsed_s, beat_at=beat_at
    )


@pytest.mark.parametrize(
    ("n_done", "said"),
    [
        (0, "Preparing the engine, once: 0 of 40 parts."),
        (3, "Preparing the engine, once: 3 of 40 parts."),
        (20, "Preparing the engine, once: 20 of 40 parts, about 30 s."),
        (39, "Preparing the engine, once: 39 of 40 parts, about 5 s."),
        (40, "The engine is prepared, the worker is starting."),
    ],
)
@pytest.mark.parametrize("path", ["/", "/settings/", "/frame/status/", "/frame/status/?whole"])
def test_what_a_worker_waits_for_is_said_on_every_page(page, n_done, said, path):
    make_feed()
    make_preparation(n_done)
    shown = page(path)
    assert f"{said} Alerts, orders and backtests wait; none is lost." in shown
    assert "No worker is running" not in shown
    assert "load delay:2s" in shown


@pytest.mark.usefixtures("_all_is_well")
def test_a_worker_that_waits_beside_others_is_no_news(page):
    make_preparation(3)
    assert "Preparing" not in page("/")


def test_a_worker_that_died_while_it_waited_is_missing(page):
    make_preparation(3, age_s=60)
    assert "No worker is running" in page("/")


def test_the_monitor_says_what_it_waits_for(page, alice):
    asked_at = timezone.now() - timedelta(minutes=5)
    Monitor.objects.create(
        user=alice, desired_state="running", actual_state="stopped", requested_at=asked_at
    )
    make_preparation(20)
    said = "Preparing the engine, once: 20 of 40 parts, about 30 s."
    system = page("/frame/status/?whole").partition('id="system"')[2]
    assert said in system
    assert 'data-state="not_responding"' not in system
    assert said in page("/alerts/").partition('id="monitor-title"')[2]
    assert "Monitor starting" in page("/alerts/")
    assert "Monitor not responding" not in page("/alerts/")


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (None, "no feed has brought a bar yet"),
        ({"is_leased": False, "age_s": 200}, "no new bars since 3 min"),
        ({"age_s": 300}, "no new bar since 5 min, although the market is open"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/settings/", "/frame/status/"])
def test_a_missing_feed_is_named(page, feed, said, path):
    make_workers(*CLUSTERS)
    if feed is not None:
        make_feed(**feed)
    assert said in page(path)


@pytest.mark.usefixtures("_all_is_well")
def test_a_silent_monitor_is_named_unless_it_has_no_worker(page, alice):
    make_monitor(alice, heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert "The monitor does not respond" in page("/settings/")
    WorkerHeartbeat.objects.all().delete()
    assert "The monitor does not respond" not in page("/")


@pytest.mark.usefixtures("_all_is_well")
def test_a_strategy_that_fails_is_named(page, alice, bob):
    for owner, name in ((alice, "Mine"), (bob, "Theirs")):
        make_monitor(owner)
        strategy = make_strategy(owner, name, alert_tracking_enabled=True)
        StrategyState.objects.update_or_create(
            strategy=strategy, user=owner, defaults={"status": "failed", "error": "no such <pack>"}
        )
    shown = page("/")
    assert "“Mine” can&#x27;t be evaluated: no such &lt;pack&gt;." in shown
    assert "Theirs" not in shown


@pytest.mark.usefixtures("_all_is_well")
def test_a_failed_backtest_is_named_until_it_is_run_again(page, alice):
    strategy = make_strategy(alice, "Mine")
    make_run(strategy, status="failed", error="It went wrong")
    assert "The last backtest of “Mine” failed: It went wrong." in page("/settings/")
    make_run(strategy, status="queued")
    assert "The last backtest" not in page("/settings/")


@pytest.mark.usefixtures("_all_is_well")
@pytest.mark.parametrize(
    ("fields", "said", "gauge"),
    [
        ({"n_failures_in_row": 3, "last_error": "refused"}, "is failing, 3 failures", "1 failing"),
        (
            {"n_failures_in_row": 11, "circuit_state": "open", "last_error": "refused"},
            "is paused after 11 failures in a row. refused.",
            "1 failing",
        ),
        (
            {"is_enabled": False, "disabled_reason": "the receiver answered 410 Gone"},
            "was switched off: the receiver answered 410 Gone.",
            "1 failing",
        ),
        ({"is_enabled": False, "disabled_reason": "switched off by you"}, "", "0 on"),
        ({"n_failures_in_row": 2}, "", "1 on"),
    ],
)
def test_a_failing_endpoint_is_a_line_a_gauge_and_a_badge(page, alice, fields, said, gauge):
    endpoint = make_endpoint(alice, name="Bot")
    Endpoint.objects.filter(pk=endpoint.pk).update(**fields)
    shown = page("/settings/")
    assert (f"“Bot” {said}" in shown) == bool(said)
    assert ('title="Endpoints that fail" hidden' in shown) != bool(said)
    assert f'<span class="gauge-value" data-unknown> {gauge}' in shown


@pytest.mark.usefixtures("_all_is_well")
def test_waiting_messages_are_counted_and_aged_in_the_gauge(page, alice):
    due = timezone.now() - timedelta(minutes=4)
    for name, n in (("Bot", 2), ("Log", 1)):
        endpoint = make_endpoint(alice, name=name)
        for _ in range(n):
            make_delivery(endpoint, state="pending", first_due_at=due)
    shown = page("/frame/status/")
    assert "3 waiting, oldest 4 min" in shown
    assert 'data-gauge="bots" data-state="late"' in shown


def test_faults_come_first_and_pages_say_how_many_more(page):
    """No workers at all is a fault, a late feed a caution."""
    make_feed(age_s=300)
    make_workers("hot")
    assert lines(page)[0].startswith("No worker computes") is True
    WorkerHeartbeat.objects.all().delete()
    assert lines(page)[0].startswith("No worker is running")
    assert ">1 more</a>" in page("/settings/")


@pytest.mark.usefixtures("_all_is_well")
def test_a_provider_is_one_function_and_may_bring_its_own_template(page, monkeypatch, alice):
    def blocks(situation):
        yield Note("fault", f"Blocked for {situation.user.email}", template="partials/_mark.html")

    monkeypatch.setattr(attention, "PROVIDERS", [blocks])
    assert "Blocked for alice@example.com" in page("/settings/")
    dashboard = page("/").partition('id="attention"')[2].partition("</section>")[0]
    assert "brand-mark" in dashboard


@pytest.mark.usefixtures("_all_is_well")
def test_orders_that_wait_for_a_decision_come_first_wherever_one_is(page, alice, bob):
    for owner in (alice, bob):
        endpoint = make_endpoint(owner, name=f"Bot of {owner.email}")
        exit = make_delivery(endpoint, is_exit=True, state="expired", event_type="exit_long")
        Lane.objects.create(endpoint=endpoint, subject="strategy:1", blocked_by=exit)
        later = timezone.now() + timedelta(minutes=5)
        make_delivery(endpoint, state="held", next_attempt_at=later, deadline=later)
    whole = page("/").partition('id="attention"')[2].partition("</section>")[0]
    _, first, second = whole.split("<li")
    assert "An exit did not arrive; its position may still be open." in first
    assert f"to Bot of {alice.email}" in first
    assert "Send the exit again" in first
    assert "I am flat" in first
    assert "An entry waits for you." in second
    assert f"An exit to “Bot of {alice.email}” did not arrive" in page("/packs/")


@pytest.mark.usefixtures("_all_is_well")
def test_the_poll_takes_few_queries_while_all_is_well(client, alice, django_assert_max_num_queries):
    make_endpoint(alice)
    client.force_login(alice)
    with django_assert_max_num_queries(9):
        client.get("/frame/status/", headers={"HX-Request": "true"})
