"""A stored result over a hole: what was cut off is listed, told, and counted in nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from market.models import Instrument
from market.store.writing import store_bars
from market.testing import wave
from strategies import tasks
from strategies.testing import make_computed

pytestmark = pytest.mark.django_db
SOURCE = "sample"
HOLDER = {
    "exit_trigger_confluence_ids": [],
    "stop_config": {"method": "percentage", "percentage": 10},
    "target_config": None,
    "lookback_mode": "Date Range",
    "lookback_start_date": "2024-03-04",
    "lookback_end_date": "2024-03-15",
}
SENTENCE = "1 trade cut off by missing data at 2024-03-05 16:00 is left out: "


@pytest.fixture
def strategy(alice):
    """Two sessions, three that are missing, two sessions; the position is held at every close."""
    Instrument.objects.get_or_create(symbol="SPY")
    for first in ("2024-03-04T14:30:00Z", "2024-03-11T13:30:00Z"):
        store_bars(SOURCE, "SPY", "1Min", wave(2, first), timezone.now())
    return make_computed(alice, **HOLDER)


def test_the_trade_is_listed_and_counts_nowhere(strategy):
    result = strategy.current_run.result
    (trade,) = strategy.trades.all()
    assert (trade.exit_reason, trade.is_counted) == ("data_gap", False)
    kpis = result["kpis"]
    assert (kpis["total_trades"], kpis["total_r"], kpis["excluded_trades"]) == (0, 0, 1)
    assert kpis["excluded_r"] == trade.r_multiple
    assert result["r_multiples"] == result["equity"]["cumulative_r"] == []
    assert result["monthly"]["trades"] == 0
    assert result["open_trade"]["entry_fill_ts"] > trade.exit_fill_ts


def test_the_warnings_say_what_was_left_out_and_what_is_missing(strategy):
    warnings = strategy.current_run.result["warnings"]
    (told,) = [text for text in warnings if "left out" in text]
    assert told.startswith(SENTENCE)
    assert "no bars for 3 sessions: 2024-03-06 to 2024-03-08" in warnings


@pytest.mark.parametrize("tab", ["equity", "trades"])
def test_the_pages_say_so(client, alice, strategy, tab):
    client.force_login(alice)
    page = client.get(reverse("strategies:strategy-detail", args=[strategy.pk]), {"tab": tab})
    text = page.content.decode()
    assert SENTENCE in text
    assert ("Missing data" in text) == (tab == "trades")
    assert "No trades in this window" not in text


def test_the_api_marks_the_trade(client, alice, strategy):
    client.force_login(alice)
    (row,) = client.get("/api/v1/trades/").json()["results"]
    assert (row["exit_reason"], row["is_counted"]) == ("data_gap", False)


def test_trust_checks_leave_it_out(strategy):
    check = strategy.current_run.trust_check
    tasks.check_trust(check.pk)
    check.refresh_from_db()
    assert (check.status, check.error) == ("succeeded", "")
    assert check.result["n_trades"] == 0
    assert check.result["look_ahead"]["verdict"] == "passed"
