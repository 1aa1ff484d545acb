"""A history that is stored in turns, seen as a whole, and in nobody's way."""

from contextlib import contextmanager

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from market.bars import load_bars
from market.models import Bar, DataVersion
from market.store import reading, removing, staging
from market.store.reading import Series, read_cached, read_raw
from market.store.staging import discard, remove_replaced, stage, store_in_turns, switch
from market.testing import OPEN_2024, make_bars, revised, ts_of, wave
from trader.work.turns import TURN_ROWS

SERIES = Series("import:mine", "SPY", "1Min")
DAYS = SERIES._replace(timeframe="1Day")
FOREVER = 1 << 33
pytestmark = pytest.mark.django_db


class DiedError(Exception):
    """Stands for whatever ends a process in the middle."""


def free(n_staged):
    """Nobody else wants the series."""


def stored(series=SERIES):
    return read_raw(*series, 0, None)


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def version(series=SERIES):
    row = DataVersion.objects.get(**series._asdict())
    return row.version, row.edition


@pytest.fixture
def old():
    return make_bars(SERIES.source, raw=wave(20))


@pytest.fixture
def new(old):
    return revised(old)


def store(bars, hold=free, series=SERIES):
    store_in_turns(series, bars, timezone.now(), hold)


def test_every_reader_sees_the_old_bars_until_the_switch_and_the_new_ones_after_it(old, new):
    seen = []

    def look(n_staged):
        days = load_bars(SERIES.source, "SPY", "1Day", "RTH", 0, FOREVER)
        months = read_cached(*SERIES, 0, FOREVER)
        seen.append(equal(stored(), old) and equal(months, old) and days.close[0] == old.close[389])

    staged = stage(SERIES, new, timezone.now(), look)
    assert seen
    assert all(seen)
    assert version() == (1, 0)
    switch(staged, timezone.now())
    assert equal(stored(), new)
    assert equal(read_cached(*SERIES, 0, FOREVER), new)
    assert load_bars(SERIES.source, "SPY", "1Day", "RTH", 0, FOREVER).close[0] == new.close[389]
    assert (version(), version(DAYS)) == ((2, 1), (2, 1))


def test_what_was_replaced_is_removed(old, new):
    store(new)
    assert Bar.objects.filter(timeframe="1Min").count() == old.n
    assert Bar.objects.filter(timeframe="1Day").count() == 20
    assert set(Bar.objects.values_list("revision", "edition")) == {(1, 1)}
    assert not DataVersion.objects.filter(has_superseded=True).exists()
    assert equal(stored(), new)


def test_a_bar_revised_again_counts_its_revisions(old, new):
    store(new)
    store(revised(new))
    assert set(Bar.objects.values_list("revision", "edition")) == {(2, 2)}


def test_only_what_differs_is_stored(old):
    new = old._replace(close=old.close.copy())
    new.close[5] += 0.001
    staged = stage(SERIES, new, timezone.now(), free)
    assert [(one.n, one.n_revised) for one in staged] == [(1, 1), (0, 0)]


def test_storing_the_same_again_changes_nothing(old):
    before = rows()
    store(old)
    assert rows() == before


def rows():
    return [list(kind.objects.order_by("pk").values()) for kind in (Bar, DataVersion)]


def test_no_turn_writes_more_than_its_rows(monkeypatch):
    """Sixty thousand bars stored, revised, and the old ones removed."""
    changed_rows = []

    @contextmanager
    def counted():
        before = Bar.objects.count()
        yield
        changed_rows.append(Bar.objects.count() - before)

    monkeypatch.setattr(staging, "turn", counted)
    monkeypatch.setattr(removing, "turn", counted)
    bars = wave(154)
    n = bars.n + 154
    store(bars)
    assert sum(changed_rows) == n
    # Set by set: a statement a row would be sixty thousand of them.
    with CaptureQueriesContext(connection) as revision:
        store(revised(bars))
    assert len(revision) < 1_500
    assert sum(changed_rows) == n
    assert sum(abs(one) for one in changed_rows) == 3 * n
    assert max(abs(one) for one in changed_rows) <= TURN_ROWS


def test_a_process_that_dies_before_the_switch_has_changed_nothing(old, new):
    def die(n_staged):
        if n_staged > TURN_ROWS:
            raise DiedError

    with pytest.raises(DiedError):
        store(new, die)
    assert Bar.objects.filter(edition=1).count() == TURN_ROWS
    assert equal(stored(), old)
    assert version() == (1, 0)
    # Another history than the one that died: nothing of that is mixed in.
    other = revised(revised(old)).take(slice(0, 5_000))
    store(other)
    assert equal(stored().take(slice(0, 5_000)), other)
    assert equal(stored().take(slice(5_000, None)), old.take(slice(5_000, None)))


def test_a_process_that_dies_after_the_switch_has_shown_everything(old, new):
    switch(stage(SERIES, new, timezone.now(), free), timezone.now())
    assert Bar.objects.filter(timeframe="1Min").count() == 2 * old.n
    assert equal(stored(), new)
    again = revised(new)
    store(again)
    assert equal(stored(), again)
    assert Bar.objects.filter(timeframe="1Min").count() == old.n


def test_what_was_staged_can_be_taken_back(old, new):
    stage(SERIES, new, timezone.now(), free)
    discard(SERIES, free)
    assert not Bar.objects.filter(edition__gt=0).exists()
    assert equal(stored(), old)


def test_a_first_history_is_seen_as_a_whole():
    bars = wave(20)
    n_seen = []

    def look(n_staged):
        n_seen.append(stored().n)

    store(bars, look)
    assert set(n_seen) == {0}
    assert equal(stored(), bars)
    assert version() == (1, 1)


def test_days_that_are_delivered_as_they_were_made_are_the_sources_own(old):
    days = read_raw(*DAYS, 0, None)
    store(days, series=DAYS)
    assert not DataVersion.objects.get(**DAYS._asdict()).is_derived
    assert version(DAYS) == (1, 0)


def test_delivered_days_are_not_replaced_by_those_of_revised_minutes():
    day = wave(1).take(slice(0, 1))._replace(start_ts=np.array([ts_of("2024-03-04T05:00:00Z")]))
    store(day, series=DAYS)
    store(wave(2))
    assert stored(DAYS).close.tolist() == day.close.tolist()


def test_a_long_read_that_a_switch_comes_into_sees_one_edition(monkeypatch):
    old = make_bars(SERIES.source, raw=wave(60))
    new = revised(old)
    staged = stage(SERIES, new, timezone.now(), free)
    read_month, n_read = reading._read_month, []

    def switching(*args):
        month = read_month(*args)
        n_read.append(month)
        if len(n_read) == 1:
            switch(staged, timezone.now())
            remove_replaced(staged)
        return month

    monkeypatch.setattr(reading, "_read_month", switching)
    assert equal(read_cached(*SERIES, 0, FOREVER), new)
    monkeypatch.undo()
    assert equal(read_cached(*SERIES, 0, FOREVER), new)


def test_ranges_are_read_by_the_index_alone_in_time_order():
    make_bars(SERIES.source, raw=wave(20))
    with connection.cursor() as cursor:
        plan = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        statement = plan + reading._SELECT_CURRENT
        start = ts_of(OPEN_2024)
        cursor.execute(statement, [*SERIES, start, start + 3600, *SERIES])
        text = str(cursor.fetchall())
    assert "bar_once_per_edition" in text or "sqlite_autoindex_bars_1" in text
    assert "TEMP B-TREE" not in text
