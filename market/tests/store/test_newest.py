"""The newest price of a symbol, whatever it is stored in."""

import pytest
from django.utils import timezone

from market.models import Bar, DataVersion
from market.store.newest import Newest, newest_prices
from market.store.writing import store_bars
from market.testing import raw_bars, ts_of

pytestmark = pytest.mark.django_db
OPEN = ts_of("2024-03-04T14:30:00Z")


def minutes(*closes: float, start_ts: int = OPEN):
    return raw_bars([(c, c, c, c, 1) for c in closes], start_ts)


def store(source: str, symbol: str, *closes: float) -> None:
    store_bars(source, symbol, "1Min", minutes(*closes), timezone.now())


def test_each_address_has_the_close_of_its_own_last_bar(django_assert_num_queries):
    store("simulated", "SPY", 1.0, 2.0)
    store("simulated", "QQQ", 5.0)
    store("sample", "SPY", 9.0)
    wanted = [("simulated", "SPY"), ("simulated", "QQQ"), ("sample", "QQQ")]
    with django_assert_num_queries(2):
        found = newest_prices(wanted)
    assert found == {
        ("simulated", "SPY"): Newest(OPEN + 120, 2.0),
        ("simulated", "QQQ"): Newest(OPEN + 60, 5.0),
    }


def test_a_bar_of_a_running_import_is_not_seen_and_a_revised_one_is():
    store("simulated", "SPY", 1.0)
    Bar.objects.create(
        source="simulated", symbol="SPY", timeframe="1Min", start_ts=OPEN, edition=1,
        open=7, high=7, low=7, close=7, volume=1, received_at=timezone.now(),
    )  # fmt: skip
    assert newest_prices([("simulated", "SPY")])["simulated", "SPY"].price == 1.0
    DataVersion.objects.update(edition=1)
    assert newest_prices([("simulated", "SPY")])["simulated", "SPY"].price == 7.0


def test_daily_bars_count_where_there_are_no_minutes_and_nothing_is_asked_for_nothing(
    django_assert_num_queries,
):
    day = minutes(4.0, start_ts=ts_of("2024-03-04T05:00:00Z"))
    store_bars("import:days", "SPY", "1Day", day, timezone.now())
    close_ts = ts_of("2024-03-04T21:00:00Z")
    assert newest_prices([("import:days", "SPY")]) == {("import:days", "SPY"): (close_ts, 4.0)}
    with django_assert_num_queries(0):
        assert newest_prices([]) == {}
