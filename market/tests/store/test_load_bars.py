import multiprocessing

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from market import clock
from market.bars import load_bars, require_series
from market.errors import BarsError
from market.models import Bar, FeedState
from market.store import reading
from market.store.reading import read_cached, read_raw
from market.testing import make_bars, ts_of, wave

FOREVER = 1 << 33
pytestmark = pytest.mark.django_db


def load(timeframe="1Min", start=0, end=FOREVER, now_ts=None, session="RTH"):
    return load_bars("sample", "SPY", timeframe, session, start, end, now_ts)


def n_queries(call):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_long_ranges_are_the_same_from_the_cache_and_the_database():
    make_bars(n_days=60)
    cold, cached = load(), load()
    assert cold.n == 60 * 390
    assert equal(cold, cached)
    assert equal(
        read_cached("sample", "SPY", "1Min", 0, FOREVER), read_raw("sample", "SPY", "1Min", 0, None)
    )


def test_past_months_come_from_files_and_only_the_newest_from_the_database():
    make_bars(n_days=60)
    load()
    Bar.objects.filter(start_ts__lt=ts_of("2024-05-01T00:00:00Z")).delete()
    assert load().n == 60 * 390
    Bar.objects.all().delete()
    assert load().n < 60 * 390


def test_a_revision_of_a_past_month_is_seen_at_once():
    raw = make_bars(n_days=60)
    load()
    raw.close[10] = 500.0
    raw.high[10] = 500.0
    make_bars(raw=raw)
    assert load().close[10] == 500.0


def test_a_new_month_is_not_mixed_up_with_its_unfinished_file():
    raw = wave(60)
    make_bars(raw=raw.take(slice(0, 10_000)))
    load()
    make_bars(raw=raw)
    assert load().n == raw.n


def test_a_damaged_cache_file_is_built_again():
    make_bars(n_days=60)
    load()
    for path in reading.cache_dir().rglob("*.npy"):
        path.write_bytes(b"rubbish")
    assert load().n == 60 * 390


def test_a_cache_that_cannot_be_written_costs_no_result(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    (tmp_path / "cache").write_text("a file where a folder should be")
    make_bars(n_days=60)
    assert load().n == 60 * 390


def test_the_cache_of_changed_series_is_removed():
    raw = make_bars(n_days=60)
    load()
    raw.close[10] += 0.001
    make_bars(raw=raw)
    assert reading.prune_cache() == 1
    assert load().n == raw.n


def test_ranges_are_of_bar_starts_and_derived_bars_stay_whole():
    raw = make_bars(n_days=2)
    start = int(raw.start_ts[7])
    bars = load("5Min", start=start, end=int(raw.start_ts[22]))
    assert (bars.start_ns // 10**9).tolist() == raw.start_ts[[10, 15, 20]].tolist()
    assert bars.open.tolist() == raw.open[[10, 15, 20]].tolist()
    assert bars.close.tolist() == raw.close[[14, 19, 24]].tolist()


def test_bars_after_market_time_do_not_exist():
    raw = make_bars(n_days=2)
    now_ts = int(raw.start_ts[100])
    FeedState.objects.create(source="sample", now_ts=now_ts)
    assert clock.now("sample") == now_ts
    assert load().n == 100
    assert load("5Min").n == 20
    assert load("1Day").n == 0


def test_the_newest_bars_cost_three_queries():
    raw = make_bars(n_days=10)
    now_ts = int(raw.start_ts[-1]) + 60
    assert n_queries(lambda: load(start=now_ts - 600, end=now_ts, now_ts=now_ts)) == 1
    assert n_queries(lambda: load(start=now_ts - 600, end=now_ts)) <= 3


def test_a_series_without_bars_is_empty():
    assert load().n == 0
    assert load("1Day").n == 0


def test_bars_that_nothing_stored_can_make_are_refused_by_name():
    make_bars(raw=wave(3), timeframe="1Day")
    require_series("sample", "SPY", "1Week", "RTH")
    with pytest.raises(BarsError, match="5Min bars of SPY are made from 1Min bars, of which"):
        require_series("sample", "SPY", "5Min", "RTH")


def test_days_of_many_years_cost_one_query():
    make_bars(raw=wave(3), timeframe="1Day")
    assert n_queries(lambda: load("1Day", now_ts=FOREVER)) == 2


def test_an_unknown_timeframe_is_refused():
    with pytest.raises(BarsError, match="unknown timeframe"):
        load("45Sec")


def write_month(path, table):
    reading._write_month(path, reading._from_table(table))


def test_processes_write_the_same_month_at_once(tmp_path):
    table = np.arange(60_000, dtype=np.float64).reshape(-1, 6)
    path = tmp_path / "a" / "2024-03.npy"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=write_month, args=(path, table)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert np.array_equal(np.load(path), table)
    assert [found.name for found in path.parent.iterdir()] == ["2024-03.npy"]
