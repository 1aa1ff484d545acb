from datetime import timedelta

import pytest
from django.utils import timezone

from market import catalogue, clock, tasks
from market.feeds.status import status
from market.models import Bar, DataVersion, FeedState, IngestRun
from market.sources import label_of
from market.testing import make_bars, ts_of

pytestmark = pytest.mark.django_db


def feed(**fields):
    wall = timezone.now()
    values = {
        "source": "simulated",
        "now_ts": ts_of("2024-03-04T15:00:00Z"),
        "speed": 60,
        "status": "running",
        "lease_until": wall + timedelta(seconds=10),
        "heartbeat_at": wall,
        "bar_at": wall - timedelta(seconds=3),
    }
    return FeedState.objects.create(**{**values, **fields})


def test_a_running_feed_tells_age_and_session():
    feed()
    found = status("simulated")
    assert (found["is_running"], found["status"], found["is_simulated"]) == (True, "running", True)
    assert found["bar_age_s"] == pytest.approx(3, abs=1)
    assert found["session"]["state"] == "open"


def test_a_feed_whose_lease_ran_out_is_not_running_whatever_it_says():
    feed(lease_until=timezone.now() - timedelta(seconds=1))
    found = status("simulated")
    assert (found["is_running"], found["status"]) == (False, "stopped")


def test_a_source_without_feed_has_the_time_of_its_newest_bar():
    make_bars(n_days=1)
    found = status("sample")
    assert (found["status"], found["now_ts"]) == ("none", ts_of("2024-03-04T21:00:00Z"))


def test_a_source_nobody_has_heard_of_has_no_time():
    found = status("import:none")
    assert (found["now_ts"], found["session"], found["bar_age_s"]) == (0, None, None)


def test_offered_symbols_come_first():
    for symbol in ("ABC", "QQQ", "SPY"):
        make_bars(symbol=symbol, n_days=1)
    assert [one.symbol for one in catalogue.symbols_for("sample")] == ["SPY", "QQQ", "ABC"]


@pytest.mark.parametrize(
    ("source", "seen"),
    [("sample", True), ("simulated", True), ("import:x", True), ("replay:", False), ("x", False)],
)
def test_shared_sources_are_everyones(alice, source, seen):
    assert catalogue.may_see(alice, source) is seen


def test_simulated_data_is_called_so():
    assert label_of("simulated") == "Simulated data"


def test_old_runs_and_simulated_sessions_make_room(monkeypatch):
    monkeypatch.setattr(tasks, "SIMULATED_SESSIONS", 2)
    IngestRun.objects.create(job="old", status="failed")
    IngestRun.objects.update(started_at=timezone.now() - timedelta(days=31))
    make_bars("simulated", n_days=5)
    feed(now_ts=ts_of("2024-03-08T21:00:00Z"))
    removed = tasks.prune()
    assert removed["ingest_runs"] == 1
    series = DataVersion.objects.get(source="simulated", timeframe="1Min")
    assert series.first_ts == ts_of("2024-03-06T05:00:00Z")
    assert Bar.objects.filter(timeframe="1Min").count() == 3 * 390
    assert tasks.prune()["simulated_bars"] == 0


@pytest.mark.parametrize(
    "model", ["bar", "instrument", "dataversion", "feedstate", "ingestrun", "replay"]
)
def test_the_operator_pages_open(admin_client, model):
    expected = 404 if model == "bar" else 200
    assert admin_client.get(f"/admin/market/{model}/").status_code == expected


def test_clocks_of_many_sources_take_two_queries(django_assert_num_queries):
    fed = feed()
    make_bars(n_days=1)
    wanted = ["simulated", "sample", "import:none"]
    with django_assert_num_queries(2):
        found = clock.now_of(wanted)
    assert found == {source: clock.now(source) for source in wanted}
    assert (found["simulated"], found["import:none"]) == (fed.now_ts, 0)
