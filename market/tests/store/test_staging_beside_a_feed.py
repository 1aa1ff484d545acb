"""An import beside a feed of the same series: nothing of either is lost."""

import numpy as np
import pytest
from django.utils import timezone

from market.bars import load_bars
from market.models import DataVersion
from market.store.reading import Series, read_raw
from market.store.staging import remove_replaced, stage, store_in_turns, switch
from market.store.writing import Minute, append_minutes, build_days
from market.testing import make_bars, revised, wave

SERIES = Series("import:mine", "SPY", "1Min")
FOREVER = 1 << 33
pytestmark = pytest.mark.django_db


def free(n_staged):
    """Nobody else wants the series."""


def stored():
    return read_raw(*SERIES, 0, None)


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.fixture
def old():
    return make_bars(SERIES.source, raw=wave(20))


@pytest.fixture
def new(old):
    return revised(old)


def test_bars_that_a_feed_adds_meanwhile_are_kept(old, new):
    later = int(old.start_ts[-1]) + 60
    fresh = Minute("SPY", later, 5.0, 6.0, 4.0, 5.5, 9.0)
    staged = stage(SERIES, new, timezone.now(), free)
    append_minutes(SERIES.source, [fresh], timezone.now())
    assert stored().close[-1] == 5.5
    switch(staged, timezone.now())
    remove_replaced(staged)
    assert equal(stored().take(slice(0, new.n)), new)
    assert stored().start_ts[-1] == later
    assert DataVersion.objects.get(**SERIES._asdict()).last_ts == later


def test_a_feed_and_an_import_that_bring_the_same_bar_store_it_once(old):
    both = wave(21)
    start, *prices = (column[old.n].item() for column in both)
    staged = stage(SERIES, both, timezone.now(), free)
    append_minutes(SERIES.source, [Minute("SPY", start, *prices)], timezone.now())
    switch(staged, timezone.now())
    remove_replaced(staged)
    assert equal(stored(), both)


def test_a_bar_of_the_feed_never_takes_the_end_of_a_series_back(old):
    both = wave(21)
    store_in_turns(SERIES, both, timezone.now(), free)
    append_minutes(
        SERIES.source, [Minute("SPY", int(old.start_ts[-1]), 1, 1, 1, 1, 1)], timezone.now()
    )
    assert DataVersion.objects.get(**SERIES._asdict()).last_ts == both.start_ts[-1]
    assert equal(stored(), both)


def test_a_day_that_closes_meanwhile_is_made_from_the_new_minutes():
    whole = wave(2)
    make_bars(SERIES.source, raw=whole.take(slice(0, 779)))
    new = revised(whole.take(slice(0, 779)))
    staged = stage(SERIES, new, timezone.now(), free)
    start, *prices = (column[779].item() for column in whole)
    append_minutes(SERIES.source, [Minute("SPY", start, *prices)], timezone.now())
    build_days(SERIES.source, "SPY", start, timezone.now(), start + 60)
    switch(staged, timezone.now())
    days = load_bars(SERIES.source, "SPY", "1Day", "RTH", 0, FOREVER)
    assert days.high[1] == max(new.high[390:].max(), whole.high[779])
    assert days.open[1] == new.open[390]
    assert days.close.tolist() == [new.close[389], whole.close[779]]
