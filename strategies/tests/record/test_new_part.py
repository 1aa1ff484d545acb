"""A new part of the record is one module: everything else finds it."""

import pytest

from market.sources import SIMULATED
from strategies.checking import check_record
from strategies.engine.errors import StrategyError
from strategies.models import Strategy, Trade
from strategies.record import keys
from strategies.record.reading import parse_strategy
from strategies.record.sameness import changed_deciding_fields, fingerprint
from strategies.saving import changes as saving
from strategies.testing import make_computed, make_record, make_strategy
from strategies.tests.record.parsing import BASE, errors_of, parse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


def test_it_is_found(skipped_days):
    assert "skipped_days" in keys.DEFAULTS


def test_there_is_no_such_part_otherwise():
    assert "skipped_days" not in keys.DEFAULTS


def test_its_default_is_stored(skipped_days, alice):
    assert make_strategy(alice).config["skipped_days"] == []


def test_its_faults_are_named_by_field(skipped_days):
    assert errors_of(skipped_days=["MON", "Sun"]) == {
        "skipped_days[1]": "'SUN' is not one of MON, TUE, WED, THU, FRI"
    }


def test_what_only_storing_asks_is_asked_when_it_is_stored(skipped_days, alice):
    every_day = ["MON", "TUE", "WED", "THU", "FRI"]
    assert parse(skipped_days=every_day)
    with pytest.raises(StrategyError) as caught:
        check_record(alice, make_record(skipped_days=every_day))
    assert caught.value.errors == [("skipped_days", "Leave at least one day to trade on.")]


def test_it_is_stored_in_its_one_spelling(skipped_days, alice):
    checked = check_record(alice, make_record(skipped_days=["fri", " Mon"]))
    assert checked.record["skipped_days"] == ["MON", "FRI"]


def test_a_change_of_it_begins_a_new_forward_test_and_is_called_by_its_label(skipped_days, alice):
    strategy = make_computed(alice)
    Strategy.objects.update(data_source=SIMULATED)
    strategy.refresh_from_db()
    change = {"skipped_days": ["fri"], "hifi": True}
    saved = saving.update_strategy(strategy, change, version=strategy.version)
    assert saved.changed == ["hifi", "skipped_days"]
    assert saved.announcement.endswith("because of a change of use of finer bars, skipped days.")
    assert not strategy.trades.exclude(segment=Trade.Segment.BACKTEST).exists()


def test_another_spelling_of_it_is_no_change(skipped_days):
    days = {"skipped_days": ["MON", "FRI"]}
    assert changed_deciding_fields(days, {"skipped_days": ["FRI", "MON"]}) == []
    assert changed_deciding_fields({}, {"skipped_days": []}) == []
    assert changed_deciding_fields({}, days) == ["skipped_days"]


def test_strategies_without_it_are_recognised_as_before():
    before = fingerprint(BASE, [], 0), parse_strategy(BASE)
    part = keys.Part((keys.Key("skipped_days", [], "skipped days"),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "PARTS", (*keys.PARTS, part))
        assert (fingerprint(BASE, [], 0), parse_strategy(BASE)) == before
        stored = {**BASE, "skipped_days": []}
        assert fingerprint(stored, [], 0) == before[0]
        assert fingerprint({**BASE, "skipped_days": ["MON"]}, [], 0) != before[0]
