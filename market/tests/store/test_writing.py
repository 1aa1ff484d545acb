import numpy as np
import pytest
from django.utils import timezone

from market import clock
from market.bars import data_version, load_bars
from market.models import Bar, DataVersion
from market.store import writing
from market.store.writing import Minute, append_minutes, store_bars
from market.testing import make_bars, ts_of, wave

FOREVER = 1 << 33
pytestmark = pytest.mark.django_db


def version(timeframe="1Min"):
    return DataVersion.objects.get(timeframe=timeframe).version


def test_storing_twice_changes_nothing():
    raw = make_bars(n_days=2)
    before = list(Bar.objects.order_by("pk").values())
    assert store_bars("sample", "SPY", "1Min", raw, timezone.now())[:2] == (0, 0)
    assert list(Bar.objects.order_by("pk").values()) == before
    assert version() == 1


def test_a_changed_bar_becomes_a_revision_and_a_new_version():
    raw = make_bars(n_days=1)
    raw.close[5] += 0.25
    assert store_bars("sample", "SPY", "1Min", raw, timezone.now())[:2] == (0, 1)
    revised = Bar.objects.get(revision=1)
    assert (revised.start_ts, revised.close) == (raw.start_ts[5], raw.close[5])
    assert version() == 2


def test_newer_bars_leave_the_version_alone():
    raw = wave(2)
    make_bars(raw=raw.take(slice(0, 390)))
    make_bars(raw=raw)
    assert version() == 1
    assert version("1Day") == 1


def test_older_bars_make_a_new_version():
    raw = wave(2)
    make_bars(raw=raw.take(slice(390, 780)))
    make_bars(raw=raw.take(slice(0, 390)))
    assert version() == 2
    assert DataVersion.objects.get(timeframe="1Min").first_ts == raw.start_ts[0]


def test_days_are_built_from_the_regular_session_when_it_is_complete():
    raw = wave(2)
    make_bars(raw=raw.take(slice(0, 779)))
    day = Bar.objects.get(timeframe="1Day")
    first = raw.take(slice(0, 390))
    assert day.start_ts == ts_of("2024-03-04T05:00:00Z")
    assert (day.open, day.high, day.low) == (first.open[0], first.high.max(), first.low.min())
    assert (day.close, day.volume) == (first.close[-1], first.volume.sum())


def test_a_revised_minute_revises_its_day():
    raw = make_bars(n_days=2)
    raw.high[100] += 50
    make_bars(raw=raw)
    day = Bar.objects.filter(timeframe="1Day").order_by("start_ts")[0]
    assert (day.high, day.revision) == (raw.high[100], 1)
    assert version("1Day") == 2


def test_delivered_days_are_never_replaced_by_built_ones():
    raw = wave(1)
    days = raw.take(slice(0, 1))._replace(start_ts=np.array([ts_of("2024-03-04T05:00:00Z")]))
    make_bars(raw=days, timeframe="1Day")
    make_bars(raw=raw)
    assert Bar.objects.get(timeframe="1Day").close == days.close[0]


def test_stored_days_equal_days_formed_from_minutes():
    raw = make_bars(n_days=3)
    stored = load_bars("sample", "SPY", "1Day", "RTH", 0, FOREVER)
    Bar.objects.filter(timeframe="1Day").delete()
    DataVersion.objects.filter(timeframe="1Day").delete()
    formed = load_bars("sample", "SPY", "1Day", "RTH", 0, FOREVER)
    assert stored.n == 3 == raw.n // 390
    for one, other in zip(stored, formed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_appended_minute_that_is_there_already_is_ignored():
    minute = Minute("SPY", ts_of("2024-03-04T14:30:00Z"), 1.0, 2.0, 0.5, 1.5, 9.0)
    append_minutes("simulated", [minute], timezone.now())
    append_minutes("simulated", [minute], timezone.now())
    assert Bar.objects.count() == 1
    assert DataVersion.objects.get().last_ts == minute.start_ts


def test_a_failure_in_the_middle_keeps_nothing(monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(writing, "learn_decimals", fail)
    with pytest.raises(RuntimeError):
        store_bars("sample", "SPY", "1Min", wave(1), timezone.now())
    assert not Bar.objects.exists()
    assert not DataVersion.objects.exists()


def test_now_is_the_close_of_the_newest_bar_without_a_feed():
    raw = make_bars(n_days=1)
    assert clock.now("sample") == raw.start_ts[-1] + 60
    assert clock.now("import:nothing") == 0


def test_now_of_days_is_the_close_of_their_session():
    days = wave(1).take(slice(0, 1))._replace(start_ts=np.array([ts_of("2020-11-27T05:00:00Z")]))
    make_bars("import:days", raw=days, timeframe="1Day")
    assert clock.now("import:days") == ts_of("2020-11-27T18:00:00Z")


def test_the_data_version_names_the_series_behind_a_timeframe():
    make_bars(n_days=1)
    assert data_version("sample", "SPY", "5Min", "RTH") == "1Min:1"
    assert data_version("sample", "SPY", "1Day", "RTH") == "1Day:1"
    assert data_version("sample", "SPY", "1Day", "Extended Hours") == "1Min:1"
