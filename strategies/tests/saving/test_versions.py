"""Versions: every save that changes something leaves what it changed, with the result it had."""

import pytest
from django.db.models import Max

from strategies.forward.refresh import shown_run
from strategies.models import KeptTrades, Run, Strategy, StrategyVersion, Trade
from strategies.runs import queue
from strategies.runs.kept import ShortTrades, pack, short_trades, unpack
from strategies.saving import changes as saving
from strategies.saving.changes import VersionConflictError
from strategies.saving.pack_changes import edit_pack
from strategies.testing import compute, make_computed, make_strategy, pack_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def edit(strategy: Strategy, **fields) -> Strategy:
    strategy.refresh_from_db()
    return saving.update_strategy(strategy, fields, version=strategy.version).strategy


def told(strategy: Strategy) -> list[tuple[int, str, list[str]]]:
    rows = strategy.versions.order_by("number")
    return [(row.number, row.kind, row.changed) for row in rows]


def test_a_new_strategy_has_its_first_version(alice):
    strategy = make_strategy(alice)
    first = strategy.versions.get()
    assert (first.number, first.kind, first.changed) == (1, "new", [])
    assert first.record == strategy.as_record()
    assert [one["id"] for one in first.packs] == ["ema_stack_fast"]
    assert (first.author, first.user) == (alice, alice)
    assert first.market_ts == int(strategy.forward_test_start.timestamp())


def test_every_edit_says_what_it_changed(alice):
    strategy = make_strategy(alice)
    edit(strategy, name="Renamed")
    edit(strategy, bar_count_exit=9, costs={"slippage_bps": 1})
    edit(strategy, data_days=8, notes="Longer")
    assert told(strategy) == [
        (1, "new", []),
        (2, "preserved", ["name"]),
        (3, "reset", ["bar_count_exit", "costs"]),
        (4, "preserved", ["notes", "data_days"]),
    ]
    assert strategy.versions.first().changed_labels == ["notes", "lookback"]


def test_a_save_that_changes_nothing_leaves_no_version(alice):
    strategy = make_strategy(alice)
    edit(strategy, name=strategy.name, bar_count_exit=None)
    assert told(strategy) == [(1, "new", [])]


def test_a_refused_edit_leaves_no_version(alice):
    strategy = make_strategy(alice)
    edit(strategy, bar_count_exit=9)
    with pytest.raises(VersionConflictError):
        saving.update_strategy(strategy, {"name": "Late"}, version=1)
    assert [number for number, _, _ in told(strategy)] == [1, 2]


def test_a_pack_edit_is_a_version_of_every_strategy_that_reads_it(alice):
    one, other = make_strategy(alice), make_strategy(alice, name="Other")
    changed = pack_of(alice, "ema_stack_fast")
    edit_pack(changed, {"parameters": {"short_period": 4}}, revision=1, confirmed=True)
    for strategy in (one, other):
        assert told(strategy)[-1] == (2, "packs", ["pack:ema_stack_fast"])
    before, after = one.versions.order_by("number")
    periods = [version.packs[0]["parameters"]["short_period"] for version in (before, after)]
    assert periods == [3, 4]


def test_an_earlier_version_keeps_its_result_when_the_next_one_is_computed(alice):
    strategy = make_computed(alice)
    shown = strategy.current_run
    was = short_trades(shown)
    edit(strategy, bar_count_exit=3)
    assert strategy.versions.get(number=1).run == shown
    compute(strategy)
    assert strategy.current_run != shown
    assert not Trade.objects.filter(run=shown).exists()
    kept = short_trades(Run.objects.get(pk=shown.pk))
    assert kept.n == was.n > 0
    assert all((a == b).all() for a, b in zip(kept, was, strict=True))


def test_versions_that_share_a_result_name_the_same_run(alice):
    strategy = make_computed(alice)
    shown = strategy.current_run
    edit(strategy, name="Renamed")
    assert not strategy.versions.exclude(run=None).exists()
    edit(strategy, bar_count_exit=3)
    named = strategy.versions.order_by("number").values_list("run", flat=True)
    assert list(named) == [shown.pk, shown.pk, None]
    compute(strategy)
    assert KeptTrades.objects.count() == 1


def test_what_an_earlier_version_shows_is_not_put_forward_when_its_edit_is_taken_back(alice):
    strategy = make_computed(alice)
    assert shown_run(strategy) == strategy.current_run
    edit(strategy, bar_count_exit=3)
    edit(strategy, bar_count_exit=None)
    queue.cancel_runs_of(strategy)
    strategy.refresh_from_db()
    assert not strategy.is_stale
    assert shown_run(strategy) is None


def test_a_version_that_was_never_computed_has_no_result(alice):
    strategy = make_computed(alice)
    edit(strategy, bar_count_exit=3)
    edit(strategy, bar_count_exit=4)
    compute(strategy)
    runs = list(strategy.versions.order_by("number").values_list("run", flat=True))
    assert runs[0] is not None
    assert runs[1:] == [None, None]


def test_a_result_computed_again_keeps_nothing_of_the_one_before(alice):
    strategy = make_computed(alice)
    again = strategy.runs.create(
        user=alice, kind="backtest", config=strategy.current_run.config, status="queued",
        symbol="SPY", timeframe="1Min", data_source="sample",
        window_start_ts=strategy.window_start_ts, fingerprint=strategy.fingerprint,
    )  # fmt: skip
    assert compute(strategy).current_run == again
    assert not KeptTrades.objects.exists()


def test_short_trades_are_packed_to_the_last_bit():
    trades = ShortTrades.of([(60, 120, 180, 0.1 + 0.2, "LONG"), (240, 240, 241, -1e-300, "SHORT")])
    again = unpack(pack(trades))
    assert [column.tolist() for column in again] == [
        [60, 240], [120, 240], [180, 241], [0.1 + 0.2, -1e-300], [1, -1],
    ]  # fmt: skip


def test_the_bin_takes_versions_along_and_gives_them_back(alice):
    strategy = make_computed(alice)
    edit(strategy, bar_count_exit=3)
    saving.delete_strategy(strategy, confirmed=True)
    assert not StrategyVersion.objects.for_user(alice).exists()
    saving.restore_strategy(strategy)
    assert StrategyVersion.objects.for_user(alice).count() == 2


def test_whose_pack_was_edited_in_the_bin_comes_back_with_a_version(alice):
    strategy = make_strategy(alice)
    saving.delete_strategy(strategy, confirmed=True)
    changed = pack_of(alice, "ema_stack_fast")
    edit_pack(changed, {"parameters": {"short_period": 4}}, revision=1)
    saving.restore_strategy(strategy)
    assert told(strategy)[-1] == (2, "packs", ["pack:ema_stack_fast"])


def test_erasing_a_strategy_or_an_account_leaves_nothing(alice, bob):
    gone, others = make_computed(alice), make_computed(bob)
    edit(gone, bar_count_exit=3)
    compute(gone)
    saving.erase_strategy(gone)
    assert not KeptTrades.objects.exists()
    assert set(StrategyVersion.objects.values_list("strategy", flat=True)) == {others.pk}
    bob.delete()
    assert not StrategyVersion.objects.exists()


def test_the_newest_version_is_what_the_strategy_is(alice):
    strategy = make_strategy(alice)
    for n_bars in (3, 4, 3):
        edit(strategy, bar_count_exit=n_bars)
    strategy.refresh_from_db()
    newest = strategy.versions.first()
    assert newest.number == strategy.versions.aggregate(most=Max("number"))["most"]
    assert newest.number == strategy.version
    assert (newest.record, newest.fingerprint) == (strategy.as_record(), strategy.fingerprint)
