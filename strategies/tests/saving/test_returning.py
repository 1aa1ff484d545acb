"""Returning to an earlier version: the clone does what the version did, trade for trade."""

import random

import pytest

from strategies.models import Run, Strategy
from strategies.packs.library import set_enabled
from strategies.runs.kept import short_trades
from strategies.saving import changes as saving
from strategies.saving.pack_changes import delete_pack, edit_pack
from strategies.saving.returning import clone_version
from strategies.testing import compute, make_computed, make_strategy, pack_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
CHOICES = {
    "direction": ["LONG", "SHORT"],
    "timeframe": ["1Min", "2Min", "5Min"],
    "entry_trigger_confluence_id": [
        "ema_stack_fast_cross_bull", "ema_stack_fast_cross_bear", "macd_line_default_cross_bull",
        "macd_line_default_cross_bear", "vwap_default_cross_above_ib",
    ],
    "exit_trigger_confluence_ids": [
        ["ema_stack_fast_cross_bear"], ["opposite_signal"], [], ["macd_line_default_cross_bear"],
    ],
    "confluence": [[], ["1M-EMA_STACK_FAST-SML"], ["1M-MACD_LINE_DEFAULT-M>S+"]],
    "stop_config": [
        {"method": "atr", "atr_mult": 1.0}, {"method": "percentage", "percentage": 0.2},
        {"method": "swing", "lookback": 4, "padding": 0.02},
    ],
    "target_config": [None, {"method": "risk_reward", "rr_ratio": 1.5}],
    "bar_count_exit": [None, 3, 12],
    "costs": [None, {"slippage_bps": 1.5}, {"commission_per_order": 0.35}],
    "data_days": [7, 9],
}  # fmt: skip


def edit(strategy: Strategy, **fields) -> None:
    strategy.refresh_from_db()
    saving.update_strategy(strategy, fields, version=strategy.version, confirmed=True)


def trades_of(run: Run) -> list[list[float]]:
    return [column.tolist() for column in short_trades(run)]


def result_of(version) -> Run:
    return version.run or version.strategy.current_run


def edit_fast(strategy: Strategy, short_period: int) -> None:
    pack = pack_of(strategy.user, "ema_stack_fast")
    changed = {"parameters": {"short_period": short_period}}
    edit_pack(pack, changed, revision=pack.revision, confirmed=True)


@pytest.mark.parametrize("seed", range(6))
def test_any_version_opened_as_a_clone_trades_as_it_did(alice, seed):
    """Random edits, packs among them, each computed; then back to every one of them."""
    draw = random.Random(seed)
    strategy = make_computed(alice)
    for period in draw.sample(range(1, 6), 4):
        if draw.random() < 0.4:
            edit_fast(strategy, period)
        names = draw.sample(sorted(CHOICES), 2)
        edit(strategy, **{name: draw.choice(CHOICES[name]) for name in names})
        compute(strategy)
    versions = [one for one in strategy.versions.all() if one.run or one.number == strategy.version]
    assert len(versions) > 2
    for version in versions:
        clone = compute(clone_version(version).strategy)
        then = result_of(version)
        assert trades_of(clone.current_run) == trades_of(then)
        assert clone.kpis == then.result["kpis"]


def test_the_clone_is_a_strategy_of_its_own(alice):
    strategy = make_computed(alice, alert_tracking_enabled=True)
    edit(strategy, bar_count_exit=3)
    before = strategy.versions.count()
    clone = clone_version(strategy.versions.get(number=1)).strategy
    assert clone.name == "Fast cross (version 1)"
    assert (clone.version, clone.alert_tracking_enabled) == (1, False)
    assert clone.config["bar_count_exit"] is None
    assert clone.runs.get().status == Run.Status.QUEUED
    strategy.refresh_from_db()
    assert (strategy.config["bar_count_exit"], strategy.versions.count()) == (3, before)


def test_a_pack_edited_since_comes_back_beside_itself(alice):
    strategy = make_strategy(
        alice, confluence=["1M-EMA_STACK_FAST-SML", "1M-MACD_LINE_DEFAULT-M>S+"]
    )
    edit_fast(strategy, 5)
    first = strategy.versions.get(number=1)
    for _ in range(2):
        clone = clone_version(first).strategy
        assert clone.config["entry_trigger_confluence_id"] == "ema_stack_fast_v1_cross_bull"
        assert clone.config["exit_trigger_confluence_ids"] == ["ema_stack_fast_v1_cross_bear"]
        assert "1M-EMA_STACK_FAST_V1-SML" in clone.config["confluence"]
        assert "1M-MACD_LINE_DEFAULT-M>S+" in clone.config["confluence"]
    then = pack_of(alice, "ema_stack_fast_v1")
    assert (then.version, then.parameters["short_period"]) == ("Fast v1", 3)
    assert pack_of(alice, "ema_stack_fast").parameters["short_period"] == 5


def test_a_pack_deleted_since_comes_back(alice):
    strategy = make_strategy(alice)
    plain = "macd_line_default_cross_bull"
    edit(strategy, entry_trigger_confluence_id=plain, exit_trigger_confluence_ids=[])
    delete_pack(pack_of(alice, "ema_stack_fast"))
    clone_version(strategy.versions.get(number=1))
    assert pack_of(alice, "ema_stack_fast").parameters["short_period"] == 3


def test_a_disabled_pack_is_no_obstacle(alice):
    strategy = make_strategy(alice)
    set_enabled(pack_of(alice, "ema_stack_fast"), enabled=False)
    assert clone_version(strategy.versions.get()).strategy.pk != strategy.pk
