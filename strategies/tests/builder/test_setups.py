"""Each set-up opens the builder filled in, can be saved, and trades often enough to be judged.

The default data are the first symbol of the simulated feed, over the year that a deployment begins
with.
"""

from datetime import date
from functools import cache

import pytest

from market import calendar
from market.feeds.simulated import SimulatedFeed
from market.management.commands.feed import FIRST_DAYS
from market.resample import to_engine_bars
from market.testing import make_bars, wave
from strategies.builder.setups import SET_UPS
from strategies.checking import check_record
from strategies.engine.program.program import compile_program
from strategies.engine.trust.history import ENOUGH_TRADES
from strategies.models import Pack, Strategy
from strategies.packs.library import create_default_packs
from strategies.tests.builder.building import NEW
from strategies.words.exits import only_the_stop

pytestmark = pytest.mark.django_db
END = date(2026, 12, 1)
IDS = [one.id for one in SET_UPS]


@cache
def bars_of(timeframe):
    days = calendar.previous_sessions(END, FIRST_DAYS)
    (start, _), (_, end) = calendar.session_bounds(days[0]), calendar.session_bounds(days[-1])
    raw = SimulatedFeed().history("SPY", "1Min", start, end)
    return to_engine_bars(
        raw, base_timeframe="1Min", timeframe=timeframe, session="RTH", now_ts=end
    )


@pytest.fixture
def newcomer(db, client, alice, settings, tmp_path):
    """Alice's first visit, on a deployment whose feed has brought some bars."""
    settings.VAR_DIR = tmp_path
    create_default_packs(alice)
    make_bars("simulated", "SPY", raw=wave(3))
    client.force_login(alice)
    return client


def address_of(client, setup_id):
    """Where the card of a set-up leads."""
    offered = client.get(NEW).context["builder"].setups
    return f"{NEW}?{next(one.query for one in offered if one.setup.id == setup_id)}"


def record_of(client, setup_id):
    form = client.get(address_of(client, setup_id)).context["form"]
    assert form.errors == {}
    return form.as_record()


def saved(client, setup_id):
    """What its form sends, stored."""
    form = client.get(address_of(client, setup_id)).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    assert client.post(NEW, {**sent, "action": "save"}).status_code == 302
    return Strategy.objects.get()


def trades_of(user, record):
    spec = check_record(user, record).spec
    others = {name: bars_of(name) for name in spec.packs_by_timeframe()}
    return compile_program(spec).backtest(bars_of(spec.timeframe), others).trades


def test_there_are_ten_and_more_and_each_says_what_it_assumes():
    assert len(SET_UPS) >= 10
    assert len(set(IDS)) == len(SET_UPS)
    for one in SET_UPS:
        assert one.assumes.endswith(".")
        assert one.assumes.count(". ") == 0


@pytest.mark.parametrize("setup", SET_UPS, ids=IDS)
def test_it_trades_often_enough_on_the_default_bars_or_says_what_it_needs(newcomer, alice, setup):
    record = record_of(newcomer, setup.id)
    trades = [one for one in trades_of(alice, record) if one.exit_reason != "data_gap"]
    assert len(trades) >= ENOUGH_TRADES or setup.needs
    assert len({one.exit_reason for one in trades}) >= 3
    assert (len(trades) < ENOUGH_TRADES) == bool(setup.needs)


@pytest.mark.parametrize("setup", SET_UPS, ids=IDS)
def test_it_is_complete_as_it_opens(newcomer, setup):
    """On the usual bars, with a target, a way out before the close, and no word of caution."""
    record = record_of(newcomer, setup.id)
    assert (record["data_source"], record["symbol"]) == ("simulated", "SPY")
    assert (record["timeframe"], record["direction"]) == (setup.timeframe, setup.direction)
    assert record["target_config"] == {"method": "risk_reward", "rr_ratio": setup.target_r}
    assert record["time_exit_config"] == {"method": "eod_exit", "minutes_before_close": 15}
    assert (record["name"], record["notes"]) == (setup.name, setup.assumes)
    assert only_the_stop(record) == ""


@pytest.mark.parametrize("setup", SET_UPS, ids=IDS)
def test_saving_it_makes_the_packs_it_needs(newcomer, alice, setup):
    strategy = saved(newcomer, setup.id)
    uses = set(strategy.pack_uses.values_list("pack_id", flat=True))
    assert uses
    assert uses <= set(Pack.objects.for_user(alice).values_list("pack_id", flat=True))
    assert strategy.config["confluence"] == list(setup.conditions)


def test_the_squeeze_comes_with_bands_for_minutes_that_are_the_users_own(newcomer, alice):
    strategy = saved(newcomer, "squeeze_release")
    pack = Pack.objects.for_user(alice).get(pack_id="bollinger_squeeze_intraday")
    assert (pack.version, pack.parameters["squeeze_pct"]) == ("Intraday", 1.0)
    pack.parameters = {**pack.parameters, "squeeze_pct": 2.5}
    pack.save()
    spec = check_record(alice, strategy.as_record()).spec
    assert spec.entry.pack.parameters["squeeze_pct"] == 2.5


def test_the_page_offers_them_beside_an_empty_form_only(newcomer):
    shown = newcomer.get(NEW).content.decode()
    assert "Start from a set-up" in shown
    assert all(one.name in shown for one in SET_UPS)
    opened = newcomer.get(address_of(newcomer, "vwap_reversion")).content.decode()
    assert "Start from a set-up" not in opened
    assert 'value="VWAP reversion"' in opened


def test_nobody_but_its_owner_sees_the_builder(client):
    assert client.get(NEW).status_code == 302
