"""A recorded day played to a copy of a strategy."""

import re
from datetime import date

import pytest

from accounts.models import User
from alerts.models import Alert, AlertConfig, StrategyState
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.status import monitor_state
from alerts.monitor.sweep import settle
from alerts.replays import replay_strategy, strategy_of
from alerts.testing import append_minute, make_alert, make_strategy, store_history
from market import eastern
from market.models import Replay
from market.replays import history_before
from strategies.models import Strategy

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 6)


@pytest.fixture
def original(alice: User, raw) -> Strategy:
    store_history(raw, source="sample")
    return make_strategy(alice, data_source="sample", alert_tracking_enabled=False)


def form(strategy: Strategy, **fields: object) -> dict[str, object]:
    day = DAY.isoformat()
    return {"strategy": strategy.pk, "dataset": "sample", "day": day, "speed": "60", **fields}


def test_copy_lives_on_the_replay_and_the_original_is_untouched(original) -> None:
    before = Strategy.objects.values().get(pk=original.pk)
    started = replay_strategy(original, "sample", DAY, speed=60, sends_webhooks=False)
    copy = strategy_of(started.replay)
    assert copy == started.strategy
    assert copy.alert_tracking_enabled
    assert copy.data_source == started.replay.source
    assert Strategy.objects.values().get(pk=original.pk) == before


def test_monitor_is_started_and_webhooks_stay_as_chosen(original, alice: User) -> None:
    started = replay_strategy(original, "sample", DAY, speed=60, sends_webhooks=False)
    assert monitor_state(alice).is_wanted
    assert not AlertConfig.objects.get(strategy=started.strategy).send_webhooks


def test_alerts_come_from_the_replayed_day_only(original, alice: User, raw) -> None:
    replay, copy = replay_strategy(original, "sample", DAY, speed=0, sends_webhooks=False)
    store_history(history_before(replay), source=replay.source)
    settle(alice.pk)
    assert not Alert.objects.exists()
    midnight = eastern.midnight(DAY.toordinal())
    for index in range(raw.n):
        if raw.start_ts[index] >= midnight:
            append_minute(raw, index, source=replay.source)
            evaluate_series(replay.source, ["SPY"])
    assert Alert.objects.filter(strategy=copy).count() > 4
    assert Alert.objects.earliest("bar_ts").bar_ts >= midnight
    assert StrategyState.objects.get(strategy=copy).error == ""


def test_dialog_offers_recorded_days_newest_first(client, alice: User, original) -> None:
    client.force_login(alice)
    choices = client.get("/alerts/replays/new/").context["form"].fields["day"].choices
    assert [value for value, _ in choices] == ["2024-03-06", "2024-03-05", "2024-03-04"]


def test_dialog_takes_few_queries(
    client, alice: User, original, django_assert_max_num_queries
) -> None:
    client.force_login(alice)
    with django_assert_max_num_queries(15):
        client.get("/alerts/replays/new/")


def test_dialog_starts_a_replay_and_shows_its_progress(client, alice: User, original) -> None:
    client.force_login(alice)
    answer = client.post("/alerts/replays/new/", form(original))
    replay = Replay.objects.get()
    assert answer.url == f"/alerts/replays/{replay.code}/"
    text = client.get(answer.url).content.decode()
    assert "Waiting for the feed" in text
    assert "0 of 390 minutes" in text
    client.post(f"/alerts/replays/{replay.code}/cancel/")
    assert Replay.objects.get().status == Replay.Status.CANCELLED


def test_page_sums_up_the_trades_that_are_over(client, alice: User, original) -> None:
    client.force_login(alice)
    replay, copy = replay_strategy(original, "sample", DAY, speed=60, sends_webhooks=False)
    page = f"/alerts/replays/{replay.code}/"
    assert not re.search(r"trades? closed", client.get(page).content.decode())
    for kind, r in (("entry_signal", None), ("exit_signal", 2.0), ("exit_signal", -0.75)):
        fields = {"strategy": copy, "data_source": replay.source, "trigger": f"{r}"}
        make_alert(alice, alert_type=kind, data={"r_multiple": r}, **fields)
    text = client.get(page).content.decode()
    assert '2 trades closed, <span class="gain">+1.25</span> R' in text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("running", "No alert yet."),
        ("finished", "The strategy raised no alert on this day."),
        ("cancelled", "No alert came before the replay ended early."),
        ("failed", "No alert came before the replay ended early."),
    ],
)
def test_page_without_a_signal_says_no_more_than_it_knows(
    client, alice: User, original, status: str, said: str
) -> None:
    client.force_login(alice)
    replay = replay_strategy(original, "sample", DAY, speed=60, sends_webhooks=False).replay
    Replay.objects.update(status=status)
    assert said in client.get(f"/alerts/replays/{replay.code}/").content.decode()


def test_third_replay_is_refused_with_the_reason(client, alice: User, original) -> None:
    client.force_login(alice)
    for _ in range(2):
        client.post("/alerts/replays/new/", form(original))
    answer = client.post("/alerts/replays/new/", form(original))
    assert "2 replays are running" in answer.content.decode()
    assert Replay.objects.count() == 2


def test_strategy_of_another_user_can_not_be_replayed(client, bob: User, original) -> None:
    client.force_login(bob)
    client.post("/alerts/replays/new/", form(original))
    assert not Replay.objects.exists()


def test_day_without_bars_is_refused(client, alice: User, original) -> None:
    client.force_login(alice)
    answer = client.post("/alerts/replays/new/", form(original, day="2024-03-09"))
    assert answer.status_code == 200
    assert not Replay.objects.exists()
