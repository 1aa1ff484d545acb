"""What the form of a new strategy begins with, and what of it follows later choices."""

import pytest

from accounts.models import UserSettings
from market.models import FeedState
from market.testing import make_bars, ts_of, wave
from strategies.builder.parts.lookback import usual_window
from strategies.models import Strategy
from strategies.packs.library import create_default_packs
from strategies.record.keys import complete
from strategies.saving.changes import create_strategy
from strategies.testing import make_record
from strategies.tests.builder.building import NEW

pytestmark = pytest.mark.django_db
ENTRY = "ema_stack_default_cross_bull"
EOD = {"method": "eod_exit", "minutes_before_close": 15}


@pytest.fixture
def feed(market, client, alice):
    """Alice's browser on a deployment whose feed has brought twelve sessions of two symbols."""
    create_default_packs(alice)
    client.force_login(alice)
    for symbol in ("SPY", "QQQ"):
        make_bars("simulated", symbol, raw=wave(12, "2024-03-04T14:30:00Z"))
    FeedState.objects.create(source="simulated", now_ts=ts_of("2024-03-19T20:00:00Z"))
    return client


def values(client, **query):
    """Each field of the builder with what it holds."""
    form = client.get(NEW, query).context["form"]
    return {name: form[name].value() for name in form.fields}


def posted(client, **changes):
    """What a browser sends of the shown form, with something changed."""
    shown = client.get(NEW, {"entry": ENTRY})
    form = shown.context["form"]
    held = {name: form[name].value() or "" for name in form.fields}
    sent = {name: value for name, value in held.items() if name not in ("conditions", "generals")}
    return {**sent, "offered": shown.context["builder"].offered, **changes}


def test_it_begins_on_bars_that_go_on_with_more_than_one_way_out(feed):
    shown = values(feed)
    assert (shown["data_source"], shown["symbol"]) == ("simulated", "SPY")
    assert (shown["lookback_mode"], shown["lookback_start_date"]) == ("Date Range", "2024-03-04")
    assert not shown["lookback_end_date"]
    assert (shown["target_method"], shown["target_rr_ratio"]) == ("risk_reward", 2.0)
    assert (shown["time_exit_method"], shown["time_exit_minutes_before_close"]) == ("eod_exit", 15)


def test_what_is_saved_says_all_of_it(feed):
    feed.post(NEW, posted(feed, action="save"))
    record = Strategy.objects.get().as_record()
    assert record["time_exit_config"] == EOD
    assert record["target_config"] == {"method": "risk_reward", "rr_ratio": 2.0}


def test_a_record_that_does_not_name_them_means_what_it_meant(feed, alice):
    plain = make_record()
    del plain["target_config"]
    stored = create_strategy(alice, plain).strategy.as_record()
    assert (stored["target_config"], stored["time_exit_config"]) == (None, None)
    assert complete({})["time_exit_config"] is None


def test_a_stored_strategy_is_shown_as_it_is(feed, alice):
    strategy = create_strategy(alice, make_record(target_config=None)).strategy
    form = feed.get(f"/strategies/{strategy.pk}/edit/").context["form"]
    assert not form["target_method"].value()
    assert not form["time_exit_method"].value()


def test_a_default_of_the_users_own_comes_before(feed, alice):
    UserSettings.objects.update_or_create(
        user=alice, defaults={"default_target_config": {"method": "risk_reward", "rr_ratio": 3.5}}
    )
    assert values(feed)["target_rr_ratio"] == 3.5


@pytest.mark.parametrize("series", [{"timeframe": "1Day"}, {"trading_session": "24/7"}])
def test_where_no_clock_runs_the_exit_before_the_close_goes_and_comes_again(feed, series):
    gone = posted(feed, **series)
    page = feed.get(NEW, gone)
    assert page.context["form"].errors == {}
    assert not page.context["form"]["time_exit_method"].value()
    kept = page.context["builder"].address
    assert "time_exit" not in kept
    assert not feed.get(kept).context["form"]["time_exit_method"].value()
    back = {**gone, "timeframe": "5Min", "trading_session": "RTH", "time_exit_method": ""}
    del back["time_exit_minutes_before_close"]
    back["offered"] = page.context["builder"].offered
    assert feed.get(NEW, back).context["form"]["time_exit_method"].value() == "eod_exit"


def test_another_exit_is_never_taken_away(feed):
    own = {"time_exit_minutes_before_close": "30"}
    form = feed.get(NEW, posted(feed, timeframe="1Day", **own)).context["form"]
    assert form["time_exit_method"].value() == "eod_exit"
    assert not form.is_valid()


def test_the_window_follows_the_bars_while_it_is_the_offered_one(feed):
    form = feed.get(NEW, posted(feed, data_source="sample")).context["form"]
    assert form["lookback_start_date"].value() == "2011-03-01"
    form = feed.get(NEW, posted(feed, data_source="sample", lookback_start_date="2024-03-05"))
    assert form.context["form"]["lookback_start_date"].value() == "2024-03-05"


def window_of(*stretches):
    """The usual window over sessions from each first date on, so many of them."""
    for first, count in stretches:
        make_bars("import:mine", "SPY", raw=wave(count, f"{first}T14:30:00Z"))
    return usual_window("import:mine", "SPY")


def test_a_window_begins_after_a_hole():
    found = window_of(("2023-12-01", 20), ("2024-02-01", 12))
    assert (found["lookback_start_date"], found["lookback_end_date"]) == ("2024-02-01", "")


def test_a_few_dates_after_a_hole_are_left_for_those_before_it():
    found = window_of(("2023-12-01", 20), ("2024-02-01", 3))
    assert found["lookback_start_date"] == "2023-12-01"
    assert found["lookback_end_date"] == "2023-12-29"


def test_a_year_is_told_in_days_so_that_it_goes_on():
    assert window_of(("2022-12-01", 290)) == {"lookback_mode": "Days", "data_days": 365}


def test_no_bars_no_window():
    assert usual_window("import:mine", "SPY") == {}
