"""A kind of source is one row of `market/sources.py`: a made-up one is known everywhere at once.

The row is that of docs/extending.md.
"""

import pytest

from alerts.testing import make_alert
from market import sources
from market.testing import make_bars
from strategies.checking import check_record
from strategies.engine.errors import StrategyError
from strategies.packs.library import create_default_packs
from strategies.testing import make_record, make_strategy
from tests.documents import row

pytestmark = pytest.mark.django_db
SOURCE = "tape:nyse"


@pytest.fixture
def tape(monkeypatch):
    """Adds the kind; further columns may be given."""

    def add(**columns):
        made_up = row("extending.md", "SourceKind(", sources)._replace(**columns)
        monkeypatch.setitem(sources.KINDS, made_up.kind, made_up)

    return add


@pytest.fixture
def shown(client, alice):
    client.force_login(alice)
    return lambda address: client.get(address).content.decode()


def test_an_unknown_kind_is_as_if_it_did_not_exist(shown):
    make_bars(SOURCE)
    assert shown("/api/v1/sources/") == "[]"
    assert "There is no data source" in shown(f"/api/v1/bars/?source={SOURCE}&symbol=SPY")


def test_a_new_kind_is_offered_with_its_label(tape, alice, shown):
    tape()
    make_bars(SOURCE)
    make_strategy(alice, data_source=SOURCE)
    assert '"label":"Tape of NYSE"' in shown("/api/v1/sources/")
    assert '"count":1170' in shown(f"/api/v1/bars/?source={SOURCE}&symbol=SPY")
    for page in ("/strategies/new/", "/alerts/replays/new/"):
        assert f'<option value="{SOURCE}"' in shown(page)
        assert "Tape of NYSE" in shown(page)


@pytest.mark.parametrize(
    ("is_simulated", "text"), [(True, 'badge-simulated">Tape of NYSE'), (False, "Tape of NYSE")]
)
def test_a_strategy_says_what_its_bars_are(tape, alice, shown, is_simulated, text):
    tape(is_simulated=is_simulated)
    make_bars(SOURCE)
    strategy = make_strategy(alice, data_source=SOURCE)
    assert text in shown(f"/strategies/{strategy.pk}/")


def test_its_feed_may_bring_symbols_that_have_no_bar_yet(tape, alice):
    create_default_packs(alice)
    tape()
    with pytest.raises(StrategyError, match="no bars of SPY"):
        check_record(alice, make_record(data_source=SOURCE))
    tape(is_fed=True, brings_offered=True)
    assert check_record(alice, make_record(data_source=SOURCE)).record["data_source"] == SOURCE


def test_alerts_word_it_and_mark_what_is_not_real(tape, alice, shown):
    tape(is_simulated=True)
    alert = make_alert(alice, data_source=SOURCE)
    assert f'title="Source {SOURCE}">Tape of NYSE<' in shown("/alerts/")
    assert "Tape of NYSE" in shown(f"/alerts/{alert.pk}/")


def test_the_top_bar_words_it(tape, shown, settings):
    tape()
    settings.MARKET_FEED = SOURCE
    assert "Tape of NYSE" in shown("/settings/")
