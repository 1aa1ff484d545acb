"""Creating, editing, copying and deleting: what is kept, what begins anew, what asks first."""

import pytest

from strategies import hooks
from strategies.engine.errors import StrategyError
from strategies.models import Run, Strategy
from strategies.packs.library import create_default_packs
from strategies.runs import queue
from strategies.saving import changes as saving
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.changes import VersionConflictError
from strategies.testing import make_computed, make_record, make_strategy, pack_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


def edit(strategy, changes, **options):
    options.setdefault("version", strategy.version)
    return saving.update_strategy(strategy, changes, **options)


def test_a_new_strategy_begins_its_forward_test_at_market_time(alice):
    strategy = make_strategy(alice)
    assert strategy.forward_test_start.isoformat() == "2024-03-05T21:00:00+00:00"


def test_a_new_strategy_queues_its_first_run(alice, enqueued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        strategy = make_strategy(alice)
    assert enqueued == [strategy.runs.get().pk]


def test_the_first_run_is_what_a_fresh_look_at_the_stored_strategy_gives(alice):
    create_default_packs(alice)
    saving.create_strategy(alice, make_record(name=""))
    strategy = Strategy.objects.get()
    first = strategy.runs.get()
    later = queue.start_backtest(alice, strategy)
    for name in ("config", "config_digest", "fingerprint", "pack_fingerprints", "symbol"):
        assert getattr(first, name) == getattr(later, name)
    assert (first.window_start_ts, first.forward_start_ts) == (
        later.window_start_ts,
        later.forward_start_ts,
    )


def test_a_new_strategy_takes_few_queries(alice, django_assert_max_num_queries):
    create_default_packs(alice)
    with django_assert_max_num_queries(18):
        saving.create_strategy(alice, make_record())


def test_an_unnamed_strategy_is_named_by_series_and_number(alice):
    assert make_strategy(alice, name="").name == "SPY LONG - 1"


def test_packs_that_come_with_a_record_become_the_users(alice):
    make_strategy(alice)
    assert pack_of(alice, "ema_stack_fast").parameters["short_period"] == 3


def test_a_pack_of_the_same_id_with_other_parameters_is_refused(alice):
    make_strategy(alice)
    other = {**make_record()["packs"][0], "parameters": {"short_period": 4}}
    with pytest.raises(StrategyError, match="already have a pack"):
        make_strategy(alice, packs=[other])
    assert Strategy.objects.count() == 1


def test_every_fault_is_named_by_its_field(alice):
    with pytest.raises(StrategyError) as error:
        make_strategy(
            alice,
            symbol="NOPE",
            entry_trigger_confluence_id="ema_stack_fast_fly",
            data_days=3,
            stop_config={"method": "atr", "atr_mult": 99},
        )
    fields = {field.split(".")[0] for field, _ in error.value.errors}
    assert fields >= {"symbol", "entry_trigger_confluence_id", "data_days", "stop_config"}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": 7},
        {"symbol": ["SPY"]},
        {"timeframe": {"a": 1}},
        {"timeframe": None},
        {"confluence": "SML"},
        {"stop_config": "atr"},
        {"costs": [1]},
        {"costs": {"commission_per_share": -1}},
        {"costs": {"slippage_bps": 10**400}},
        {"costs": {"slippage_bps": float("nan")}},
        {"costs": {"bribes": 1}},
        {"costs": {"slippage_open_factor": 3}},
        {"costs": {"schedule": [{"valid_from": "soon", "fields": {}}]}},
        {"packs": "all"},
        {"packs": [{"id": "../etc"}]},
        {"lookback_mode": "Forever"},
        {"lookback_mode": "Date Range"},
        {"lookback_start_date": "soon"},
        {"lookback_start_date": "2020-12-01T25:00"},
        {"lookback_start_date": "2020-12-01 or so"},
        {"lookback_end_date": "0001-01-01"},
        {"lookback_end_date": 20201201},
        {"timeframe": []},
        {"trading_session": {}},
        {
            "lookback_mode": "Date Range",
            "lookback_start_date": "2020-12-05",
            "lookback_end_date": "2020-12-01",
        },
        {"data_source": "replay:8f1c2f0e-0000-0000-0000-000000000000"},
        {"risk_per_trade": 0},
        {"risk_per_trade": 1e300},
        {"strategy_origin": "webhook"},
        {"name": "x" * 121},
        {"notes": "x" * 10_001},
    ],
)
def test_bad_values_are_refused_and_nothing_is_stored(alice, changes):
    with pytest.raises(StrategyError):
        make_strategy(alice, **changes)
    assert not Strategy.objects.exists()
    assert not Run.objects.exists()


def test_the_same_values_again_preserve_the_forward_test(alice):
    strategy = make_strategy(alice)
    saved = edit(strategy, {"exit_trigger_confluence_ids": ["ema_stack_fast_cross_bear"]})
    assert saved.result == "preserved"


def test_renaming_preserves_and_starts_no_run(alice):
    strategy = make_computed(alice)
    saved = edit(strategy, {"name": "Renamed", "notes": "for later"})
    assert (saved.result, saved.strategy.name) == ("preserved", "Renamed")
    assert strategy.runs.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"direction": "SHORT", "entry_trigger_confluence_id": "ema_stack_fast_cross_bear",
          "exit_trigger_confluence_ids": []}, "direction"),
        ({"timeframe": "5Min"}, "timeframe"),
        ({"stop_config": {"method": "atr", "atr_mult": 2.0}}, "stop_config"),
        ({"target_config": None}, "target_config"),
        ({"bar_count_exit": 9}, "bar_count_exit"),
        ({"confluence": ["1M-EMA_STACK_FAST-SML"]}, "confluence"),
        ({"general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"]}, "general_confluences"),
        ({"trading_session": "Extended Hours"}, "trading_session"),
    ],
)  # fmt: skip
def test_a_change_that_decides_signals_resets_and_runs_again(alice, changes, field):
    strategy = make_computed(alice)
    saved = edit(strategy, changes)
    assert saved.result == "reset"
    assert field in saved.changed
    assert strategy.runs.filter(status="queued").count() == 1


def test_money_and_lookback_run_again_without_a_reset(alice):
    strategy = make_computed(alice)
    saved = edit(strategy, {"risk_per_trade": 250.0, "data_days": 10})
    assert saved.result == "preserved"
    assert strategy.runs.filter(status="queued").count() == 1


@pytest.mark.parametrize(
    ("before", "changes"),
    [
        ({}, {"costs": {"commission_per_share": 0.005, "minimum_per_order": 1.0}}),
        ({"costs": {"slippage_bps": 1}}, {"costs": None}),
        ({"costs": {"commission_per_order": 1.0}}, {"risk_per_trade": 50.0}),
        (
            {},
            {"costs": {"schedule": [{"valid_from": "2020-01-01", "fields": {"slippage_bps": 1}}]}},
        ),
    ],
)
def test_an_edit_of_costs_computes_the_trades_anew_and_keeps_the_boundary(alice, before, changes):
    strategy = make_computed(alice, data_source="simulated", **before)
    began = strategy.forward_test_since
    saved = edit(strategy, changes)
    assert (saved.result, saved.changed) == ("preserved", [])
    assert saved.strategy.forward_test_since == began is not None
    assert strategy.runs.filter(status="queued").count() == 1


def test_a_schedule_is_stored_in_one_spelling(alice):
    step = {"valid_from": "2026-04-04", "sell_fee_bps": 0.206}
    strategy = make_strategy(alice, costs={"schedule": [step]})
    stored = {"schedule": [{"valid_from": "2026-04-04", "fields": {"sell_fee_bps": 0.206}}]}
    assert strategy.config["costs"] == stored


def test_another_order_of_exits_runs_again_without_a_reset(alice):
    exits = ["ema_stack_fast_cross_bear", "macd_line_default_cross_bear"]
    strategy = make_computed(alice, exit_trigger_confluence_ids=exits)
    saved = edit(strategy, {"exit_trigger_confluence_ids": exits[::-1]})
    assert (saved.result, saved.strategy.runs.filter(status="queued").count()) == ("preserved", 1)


def test_an_older_version_is_a_conflict_and_changes_nothing(alice):
    strategy = make_strategy(alice)
    edit(strategy, {"name": "First"})
    with pytest.raises(VersionConflictError):
        edit(strategy, {"name": "Second"}, version=1)
    assert Strategy.objects.get().name == "First"


def test_unknown_keys_survive_an_edit(alice):
    make_strategy(alice)
    record = make_record(scanner_config={"a": 1})
    strategy = saving.create_strategy(alice, record, keeps_unknown=True).strategy
    assert edit(strategy, {"name": "B"}).strategy.config["scanner_config"] == {"a": 1}


def test_a_monitored_strategy_asks_before_a_reset(alice, monkeypatch):
    monkeypatch.setattr(hooks, "guards", [lambda strategy: ["A long position is open."]])
    strategy = make_strategy(alice, alert_tracking_enabled=True)
    with pytest.raises(ConfirmationNeededError) as error:
        edit(strategy, {"bar_count_exit": 5})
    assert "A long position is open." in error.value.losses
    assert Strategy.objects.get().version == 1


def test_a_confirmed_reset_tells_the_rooms_above(alice, monkeypatch):
    told: list[Strategy] = []
    strategy = make_strategy(alice, alert_tracking_enabled=True)
    monkeypatch.setattr(hooks, "on_reset", [told.append])
    saved = edit(strategy, {"bar_count_exit": 5}, confirmed=True)
    assert (saved.result, told) == ("reset", [strategy])


def test_monitoring_that_would_forget_a_position_asks_first(alice, monkeypatch):
    monkeypatch.setattr(hooks, "guards", [lambda strategy: ["A long position is open."]])
    strategy = make_strategy(alice, alert_tracking_enabled=True)
    with pytest.raises(ConfirmationNeededError):
        saving.set_monitoring(strategy, False)
    assert saving.set_monitoring(strategy, False, confirmed=True).alert_tracking_enabled is False


def test_a_clone_is_a_new_forward_test_that_is_not_monitored(alice):
    strategy = make_computed(alice, alert_tracking_enabled=True)
    copy = saving.clone_strategy(strategy).strategy
    assert (copy.name, copy.alert_tracking_enabled) == ("Fast cross (Copy)", False)
    assert copy.code != strategy.code
    assert copy.runs.filter(status="queued").count() == 1


def test_the_name_of_a_clone_stays_within_its_length(alice):
    copy = saving.clone_strategy(make_strategy(alice, name="n" * 120)).strategy
    assert len(copy.name) == 120


def test_erasing_takes_runs_and_trades_along(alice):
    strategy = make_computed(alice)
    saving.erase_strategy(strategy)
    assert not Strategy.objects.exists()
    assert not Run.objects.exists()


def test_deleting_with_an_open_position_asks_first(alice, monkeypatch):
    monkeypatch.setattr(hooks, "guards", [lambda strategy: ["A long position is open."]])
    strategy = make_strategy(alice)
    with pytest.raises(ConfirmationNeededError):
        saving.delete_strategy(strategy)
    saving.delete_strategy(strategy, confirmed=True)
    assert not Strategy.objects.for_user(alice).exists()
