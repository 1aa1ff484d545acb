"""Edits on the curve, and what has come since the last one."""

import pytest

from market.testing import make_bars
from strategies.models import Strategy, Trade
from strategies.saving import changes as saving
from strategies.testing import compute, make_strategy
from strategies.versions.marks import edit_marks, since_edit, touches

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy(alice, settings, tmp_path) -> Strategy:
    """On bars that go on, computed."""
    settings.VAR_DIR = tmp_path
    make_bars("simulated", "SPY", n_days=2)
    return compute(make_strategy(alice, data_source="simulated"))


def edit(strategy: Strategy, **fields) -> Strategy:
    strategy.refresh_from_db()
    return compute(saving.update_strategy(strategy, fields, version=strategy.version).strategy)


def marks_of(strategy: Strategy) -> list[dict[str, object]]:
    return edit_marks(touches(strategy), strategy)


def since(strategy: Strategy):
    return since_edit(touches(strategy), strategy, strategy.current_run)


def move_last_save(strategy: Strategy, ts: int) -> None:
    strategy.versions.filter(pk=strategy.versions.first().pk).update(market_ts=ts)


def test_every_edit_of_what_is_traded_is_a_mark_and_a_new_name_is_none(strategy):
    edit(strategy, bar_count_exit=9, costs={"slippage_bps": 1})
    edit(strategy, name="Renamed", notes="Why not")
    strategy = edit(strategy, bar_count_exit=7)
    assert [one["text"] for one in marks_of(strategy)] == [
        "bar-count exit, costs",
        "bar-count exit",
    ]
    assert {one["ts"] for one in marks_of(strategy)} == {strategy.versions.first().market_ts}


def test_of_many_changes_the_first_few_are_named(strategy):
    changed = {
        "bar_count_exit": 9, "stop_config": {"method": "atr", "atr_mult": 2.0},
        "target_config": None, "hifi": True,
        "exit_trigger_confluence_ids": ["opposite_signal"],
    }  # fmt: skip
    strategy = edit(strategy, **changed)
    [mark] = marks_of(strategy)
    assert mark["text"].count(",") == 2
    assert mark["text"].endswith(" and 2 more")


def test_edits_before_the_window_are_no_marks(strategy):
    strategy = edit(strategy, bar_count_exit=9)
    move_last_save(strategy, strategy.window_start_ts - 1)
    assert marks_of(strategy) == []


def test_since_the_last_edit_trades_entered_from_then_on_are_summed(strategy):
    strategy = edit(strategy, bar_count_exit=9)
    rows = list(Trade.objects.filter(run=strategy.current_run).order_by("entry_fill_ts"))
    assert len(rows) > 5
    move_last_save(strategy, rows[-4].entry_fill_ts)
    found = since(strategy)
    assert found.n_trades == 4
    assert found.total_r == pytest.approx(sum(row.r_multiple for row in rows[-4:]), abs=1e-12)
    assert (found.is_edit, found.too_few) == (True, "Not enough trades to judge by (4 of 30)")


def test_a_trade_that_missing_data_ended_is_not_counted(strategy):
    strategy = edit(strategy, bar_count_exit=9)
    last = Trade.objects.filter(run=strategy.current_run).latest("entry_fill_ts")
    move_last_save(strategy, last.entry_fill_ts)
    Trade.objects.filter(pk=last.pk).update(exit_reason="data_gap")
    assert since(strategy).n_trades == 0


def test_one_never_edited_is_told_since_it_was_saved(strategy):
    found = since(strategy)
    assert (found.is_edit, found.n_trades, found.r_text) == (False, 0, "0.00 R")


def test_a_new_name_does_not_begin_it_anew(strategy):
    strategy = edit(strategy, bar_count_exit=9)
    touched = touches(strategy)[0].number
    strategy = edit(strategy, name="Renamed")
    assert since(strategy).version.number == touched


def test_while_the_edit_is_being_computed_nothing_is_said(strategy):
    saving.update_strategy(strategy, {"bar_count_exit": 9}, version=strategy.version)
    strategy.refresh_from_db()
    assert since(strategy) is None


def test_bars_that_never_go_on_have_neither(alice, market):
    strategy = edit(compute(make_strategy(alice)), bar_count_exit=9)
    assert (marks_of(strategy), since(strategy)) == ([], None)


def test_the_page_says_it_in_one_line(client, alice, strategy):
    strategy = edit(strategy, bar_count_exit=9)
    last = Trade.objects.filter(run=strategy.current_run).latest("entry_fill_ts")
    move_last_save(strategy, last.entry_fill_ts)
    client.force_login(alice)
    answer = client.get(strategy.get_absolute_url())
    text = " ".join(answer.content.decode().split())
    assert "Since you last touched it (" in text
    assert ": 1 trade, <strong" in text
    assert 'data-marks="edit-marks"' in text
