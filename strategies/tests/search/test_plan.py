import pytest

from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.spec import Protection
from strategies.search.compute import size_document, variants_of
from strategies.search.plan import _KNOWN, parse_search

RECORD = {
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "1Min",
    "entry_trigger_confluence_id": "ema_stack_default_cross_bull",
    "exit_trigger_confluence_ids": ["ema_stack_default_cross_bear"],
    "confluence": ["1M-VWAP_DEFAULT->V"],
    "stop_config": {"method": "atr", "atr_mult": 1.5},
}
EXITS = ["ema_stack_default_cross_bear", "macd_line_default_cross_bear", "bar_count_default_exit"]


def plan(**search):
    return parse_search({**RECORD, "search": search}, default_packs=default_pack_records())


def errors(record=RECORD, **search):
    with pytest.raises(StrategyError) as caught:
        parse_search({**record, "search": search}, default_packs=default_pack_records())
    return dict(caught.value.errors)


def test_a_search_of_nothing_is_the_strategy_itself():
    found = plan()
    assert variants_of(found).n == 1
    assert (found.rank_by, found.max_results, found.held_back_fraction) == ("daily_r", 50, 0.3)


def test_ranges_and_lists_of_values_span_configurations():
    found = plan(
        stops=[{"method": "atr", "atr_mult": {"from": 1, "to": 2, "step": 0.25}}],
        targets=[{"method": "risk_reward", "rr_ratio": [1, 2]}, None],
    )
    sizes = [choice.fields["stop"].size for choice in found.axes.stops]
    assert sizes == [1.0, 1.25, 1.5, 1.75, 2.0]
    targets = [choice.fields["target"] for choice in found.axes.targets]
    assert targets == [Protection("risk_reward", 1), Protection("risk_reward", 2), None]
    assert found.axes.stops[1].change == {"stop_config": {"method": "atr", "atr_mult": 1.25}}


def test_exits_combine_with_at_most_one_bar_count():
    found = plan(exits=[*EXITS, "vwap_default_cross_below"], exit_depth=3)
    counts = [choice.fields["bar_count"] for choice in found.axes.exits]
    assert len(found.axes.exits) == 4 + 6 + 4
    assert sum(count is not None for count in counts) == 1 + 3 + 3
    assert found.axes.exits[0].change == {
        "exit_trigger_confluence_ids": EXITS[:1],
        "bar_count_exit": None,
    }


def test_an_entry_is_no_exit_of_its_own():
    entries = ["ema_stack_default_cross_bull", "ema_stack_default_cross_bear"]
    found = plan(entries=entries, exits=EXITS)
    assert variants_of(found).n == 2 * 3 - 1


def test_all_conditions_are_those_of_enabled_packs_not_yet_required():
    found = plan(conditions="all", condition_depth=1, general_conditions="all", general_depth=1)
    packs = {record.pack.id for record in found.axes.conditions}
    assert "ema_stack_default" in packs
    assert "vwap_default" not in packs
    assert {record.pack.template.family for record in found.axes.general} == {"general"}
    size = size_document(variants_of(found))
    assert size["conditions"] == 1 + len(found.axes.conditions)
    assert size["variants"] == size["conditions"] * size["general_conditions"]


def test_states_of_one_pack_are_not_combined():
    records = ["1M-EMA_STACK_DEFAULT-SML", "1M-EMA_STACK_DEFAULT-LMS", "1M-RVOL_DEFAULT-HIGH"]
    assert variants_of(plan(conditions=records, condition_depth=2)).n_conditions == 1 + 3 + 2


def test_a_condition_of_a_pack_already_required_is_left_out_with_a_warning():
    found = plan(conditions=["1M-VWAP_DEFAULT-<V"])
    assert not found.axes.conditions
    assert any("1M-VWAP_DEFAULT-<V" in text for text in found.warnings)


def test_finer_bars_are_left_aside_with_a_warning():
    data = {**RECORD, "hifi": True, "search": {}}
    found = parse_search(data, default_packs=default_pack_records())
    assert (found.spec.hifi, found.record["hifi"]) == (False, False)
    assert any(text.startswith("hifi") for text in found.warnings)


def test_what_a_search_may_demand():
    found = plan(required_performance={"min_trades": None, "min_win_rate": 40}, rank_by="r_squared")
    assert found.bounds == {"min_trades": None, "min_win_rate": 40.0}
    assert found.rank_by == "r_squared"


@pytest.mark.parametrize(
    ("search", "field"),
    [
        ({"unknown": 1}, "search.unknown"),
        ({"entries": ["nothing"]}, "search.entries[0]"),
        ({"entries": ["ema_stack_default_cross_bull", "x"]}, "search.entries[1]"),
        ({"exits": "all"}, "search.exits"),
        ({"exits": ["nothing"]}, "search.exits[0]"),
        ({"exits": EXITS, "exit_depth": 4}, "search.exit_depth"),
        ({"stops": [{"method": "none"}]}, "search.stops[0]"),
        ({"stops": [{"method": "atr", "atr_mult": {"from": 1}}]}, "search.stops[0].atr_mult"),
        (
            {"stops": [{"method": "atr", "atr_mult": {"from": 3, "to": 1, "step": 1}}]},
            "search.stops[0].atr_mult",
        ),
        ({"targets": [{"method": "risk_reward", "rr_ratio": -1}]}, "search.targets[0]"),
        ({"targets": [{"method": "risk_reward", "rr_ratio": []}]}, "search.targets[0].rr_ratio"),
        ({"conditions": ["1M-NOTHING-X"]}, "search.conditions[0]"),
        ({"conditions": ["GEN-TOD_NY_OPEN-IN_WINDOW"]}, "search.conditions[0]"),
        ({"condition_depth": 5}, "search.condition_depth"),
        ({"rank_by": "luck"}, "search.rank_by"),
        ({"max_results": 0}, "search.max_results"),
        ({"held_back_fraction": 1}, "search.held_back_fraction"),
        ({"required_performance": {"luck": 1}}, "search.required_performance.luck"),
        ({"required_performance": {"min_trades": "x"}}, "search.required_performance.min_trades"),
        ({"required_performance": 3}, "search.required_performance"),
    ],
)
def test_faults_are_named_by_field(search, field):
    assert field in errors(**search)


def test_a_file_without_a_search_block():
    with pytest.raises(StrategyError) as caught:
        parse_search(RECORD)
    assert caught.value.errors[0][0] == "search"
    with pytest.raises(StrategyError):
        parse_search([])


WRONG = [
    True, False, 0, -1, 1.5, 10**400, "", "x", "all", [], [[]], [{}], [None], [True], [7], [""],
    ["x"], [["x"]], [{"method": 1}], [{"method": []}], [{"method": {}}], {}, {"x": 1}, {"from": 1},
    {"min_trades": []}, {"min_win_rate": "x"}, {"min_daily_r": {}}, {"min_r_squared": True},
]  # fmt: skip


def nested(depth):
    value = 1
    for _ in range(depth):
        value = {"atr_mult": value}
    return value


@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("name", _KNOWN)
def test_a_value_of_a_wrong_kind_is_refused_by_its_field(name, value):
    """Or taken, where it means something."""
    assert all(field.startswith(f"search.{name}") for field in faults_of(**{name: value}))


def faults_of(**search):
    try:
        plan(**search)
    except StrategyError as error:
        return dict(error.errors)
    return {}


@pytest.mark.parametrize("value", [["total_r"], {"by": "total_r"}, [], {}, "", 0, False])
def test_a_rank_is_the_name_of_a_figure(value):
    assert list(errors(rank_by=value)) == ["search.rank_by"]


@pytest.mark.parametrize("depth", [2, 30, 400])
def test_a_configuration_that_nests_is_refused(depth):
    (field,) = errors(stops=[{"method": "atr", "atr_mult": nested(depth)}])
    assert field.startswith("search.stops[0]")


def test_ranges_that_span_too_much_together_are_refused():
    span = {"from": 1, "to": 1000, "step": 1}
    configuration = {"method": "swing", "lookback": span, "padding": span}
    assert list(errors(stops=[configuration])) == ["search.stops[0]"]
