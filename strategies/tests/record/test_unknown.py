"""Fields nobody knows: refused where they are written, kept where a file is taken over."""

import json

import pytest

from strategies.engine.errors import StrategyError
from strategies.from_file.reading import read_strategy
from strategies.models import Strategy
from strategies.record.unknown import refuse_unknown
from strategies.saving.changes import clone_strategy, create_strategy, update_strategy
from strategies.testing import make_record, make_strategy

MEANT = "There is no such field. Did you mean percentage?"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"zz": 1}, "zz", "There is no such field."),
        ({"__proto__": {}}, "__proto__", "There is no such field."),
        ({"stop_confg": {}}, "stop_confg", "There is no such field. Did you mean stop_config?"),
        ({"stop_config": {"percent": 3}}, "stop_config.percent", MEANT),
        (
            {"target_config": {"rr_rato": 2}},
            "target_config.rr_rato",
            "There is no such field. Did you mean rr_ratio?",
        ),
        (
            {"stop_config": {"trailing": {"enable": True}}},
            "stop_config.trailing.enable",
            "There is no such field. Did you mean enabled?",
        ),
        ({"config.stop": 1}, "config.stop", "There is no such field."),
        ({"stop_config": {"a.percent": 1}}, "stop_config.a.percent", MEANT),
        ({"stop_config": {".": 1}}, "stop_config..", "There is no such field."),
    ],
)
def test_unknown_field_is_refused_by_its_path(changes, field, message):
    with pytest.raises(StrategyError) as refused:
        refuse_unknown(make_record(**changes))
    assert refused.value.errors == [(field, message)]


def test_fields_of_the_record_and_of_the_server_are_known():
    refuse_unknown(
        make_record(kpis={}, trust=None, id=1, packs=[], stop_atr_mult=2, exit_trigger="x")
    )


@pytest.fixture
def taken_over(market, alice):
    """A strategy from a file with a field nobody knows."""
    make_strategy(alice)
    return create_strategy(alice, make_record(zz={"a": 1}), keeps_unknown=True)


def test_file_with_an_unknown_field_is_taken_over_with_a_warning(taken_over):
    assert taken_over.strategy.config["zz"] == {"a": 1}
    assert taken_over.warnings == ["zz: is no field of a strategy; it is not read"]


def test_new_strategy_with_an_unknown_field_is_refused(market, alice):
    with pytest.raises(StrategyError):
        create_strategy(alice, make_record(zz=1))
    assert not Strategy.objects.exists()


def test_edit_keeps_what_is_stored_and_takes_it_back_unchanged(taken_over):
    row = taken_over.strategy
    for changes in ({"name": "B"}, {"name": "C", "zz": {"a": 1}}, row.as_record()):
        row.refresh_from_db()
        update_strategy(row, changes, version=row.version)
        row.refresh_from_db()
        assert row.config["zz"] == {"a": 1}


@pytest.mark.parametrize("changes", [{"zz": {"a": 2}}, {"yy": 1}])
def test_edit_that_brings_or_changes_an_unknown_field_is_refused(taken_over, changes):
    row = taken_over.strategy
    with pytest.raises(StrategyError):
        update_strategy(row, changes, version=row.version)


def test_copy_keeps_what_is_stored(taken_over):
    assert clone_strategy(taken_over.strategy).strategy.config["zz"] == {"a": 1}


def test_backtest_of_a_file_warns_of_an_unknown_field(tmp_path):
    file = tmp_path / "strategy.json"
    file.write_text(json.dumps(make_record(zz=1)))
    assert "zz: is no field of a strategy; it is not read" in read_strategy(file).warnings


@pytest.mark.parametrize("name", ["name", "notes"])
def test_null_for_a_free_text_is_read_as_absent(market, alice, name):
    made = make_strategy(alice, **{name: None})
    assert getattr(made, name) == {"name": "SPY LONG - 1", "notes": ""}[name]
    update_strategy(made, {name: "mine"}, version=made.version)
    made.refresh_from_db()
    update_strategy(made, {name: None}, version=made.version)
    made.refresh_from_db()
    assert getattr(made, name) == "mine"


@pytest.mark.parametrize("name", ["symbol", "data_source", "timeframe"])
def test_null_of_what_must_be_chosen_is_a_named_fault(market, alice, name):
    with pytest.raises(StrategyError) as refused:
        make_strategy(alice, **{name: None})
    assert name in {field for field, _ in refused.value.errors}


def test_a_name_that_spells_a_path_is_not_the_field_at_that_path(market, alice):
    stored = make_record(stop_config={"zz": 1})
    with pytest.raises(StrategyError):
        refuse_unknown(make_record(**{"stop_config.zz": 1}), stored)
