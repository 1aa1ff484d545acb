"""Backtests with conditions on other timeframes, and ambiguous bars decided by finer ones."""

import json
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from market.arrays import RawBars
from market.bars import load_bars
from market.ingest.csv_bars import instant_text
from market.resample import to_engine_bars
from market.store.writing import store_bars
from market.testing import drifting, make_bars, zigzag
from strategies.bars import closed_between, load_others
from strategies.engine.types import as_bars
from strategies.models import Trade
from strategies.runs import compute
from strategies.runs.compute import program_for, strategy_anchor_ts
from strategies.testing import FAST_EMA, make_computed, make_record

LATER = 1 << 33
NS = 1_000_000_000
QUICK_EMA = {
    "id": "ema_stack_quick",
    "base_template": "ema_stack",
    "version": "Quick",
    "parameters": {"short_period": 1, "mid_period": 2, "long_period": 3},
}
PACKS = [FAST_EMA, QUICK_EMA]
CONDITIONS = {"packs": PACKS, "confluence": ["5m-EMA_STACK_QUICK-SML", "1d-EMA_STACK_QUICK-MSL"]}
HIFI = {
    "packs": PACKS,
    "timeframe": "5Min",
    "hifi": True,
    "exit_trigger_confluence_ids": [],
    "stop_config": {"method": "percentage", "percentage": 0.25},
    "target_config": {"method": "risk_reward", "rr_ratio": 1.0},
}
N_DAYS = 8


def one_backtest(strategy):
    spec, program = program_for(strategy)
    address = (strategy.data_source, strategy.symbol, strategy.timeframe, strategy.trading_session)
    bars = as_bars(load_bars(*address, strategy_anchor_ts(strategy), LATER))
    others = load_others(strategy.data_source, spec, strategy.window_start_ts, LATER, LATER)
    visible = int(np.searchsorted(bars.start_ns, strategy.window_start_ts * NS))
    return program.backtest(bars, others, first_visible_index=visible)


@pytest.mark.django_db
@pytest.mark.parametrize("n_step", [389, 777, 50_000])
def test_a_run_in_steps_equals_one_backtest(alice: User, monkeypatch, n_step) -> None:
    monkeypatch.setattr(compute, "STEP_BARS", n_step)
    make_bars(raw=drifting(N_DAYS))
    strategy = make_computed(alice, **CONDITIONS)
    rows = Trade.objects.filter(run=strategy.current_run).order_by("entry_fill_ts")
    expected = one_backtest(strategy).trades
    assert len(expected) > 5
    assert [(row.entry_price, row.exit_price, row.exit_reason) for row in rows] == [
        (trade.entry_price, trade.exit_price, trade.exit_reason) for trade in expected
    ]
    assert strategy.current_run.data_version == "1Min:1,1Day:1"


@pytest.mark.django_db
def test_a_condition_whose_values_have_not_settled_is_warned_about(alice: User) -> None:
    make_bars(raw=drifting(N_DAYS))
    warnings = make_computed(alice, **CONDITIONS).current_run.result["warnings"]
    assert [text for text in warnings if "have not settled" in text] == [
        "1d-EMA_STACK_QUICK-MSL: only 2 of 15 1Day bars lie before the first possible entry, "
        "so its values have not settled there",
    ]


@pytest.mark.django_db
def test_a_source_that_has_only_days_can_not_serve_a_finer_condition(alice: User) -> None:
    deliver_days()
    strategy = make_computed(
        alice, packs=PACKS, timeframe="1Day", confluence=["5m-EMA_STACK_QUICK-SML"]
    )
    run = strategy.runs.get()
    assert run.status == "failed"
    assert "5m-EMA_STACK_QUICK-SML: 5Min bars of SPY are made from 1Min bars" in run.error


@pytest.mark.django_db
def test_weeks_are_read_from_delivered_days(alice: User) -> None:
    deliver_days(n_days=70)
    changes = {"timeframe": "1Day", "confluence": ["1w-EMA_STACK_QUICK-LMS"], "data_days": 200}
    stop = {"method": "percentage", "percentage": 1.0}
    run = make_computed(alice, packs=PACKS, stop_config=stop, **changes).current_run
    assert run.data_version == "1Day:1"
    # The sixty-first day, which may trade first, closes before its week does.
    (warning,) = [text for text in run.result["warnings"] if "1Week" in text]
    assert "only 12 of 15 1Week bars lie before the first possible entry" in warning


def deliver_days(n_days: int = 8) -> None:
    days = to_engine_bars(
        drifting(n_days), base_timeframe="1Min", timeframe="1Day", session="RTH", now_ts=LATER
    )
    raw = RawBars(days.start_ns // NS, *days[2:7])
    store_bars("sample", "SPY", "1Day", raw, timezone.now())


@pytest.mark.django_db
def test_stored_minutes_decide_ambiguous_bars(alice: User) -> None:
    make_bars(raw=zigzag(3))
    plain = make_computed(alice, **{**HIFI, "hifi": False}, name="Plain")
    decided = make_computed(alice, **HIFI)
    before = Trade.objects.filter(run=plain.current_run, ambiguous=True)
    after = Trade.objects.filter(run=decided.current_run, hifi_resolved=True)
    assert before.count() == after.count() > 5
    assert set(after.values_list("exit_reason", flat=True)) == {"stop_loss", "target"}
    assert not Trade.objects.filter(run=decided.current_run, ambiguous=True).exists()


def test_bars_are_handed_on_once_and_only_when_closed():
    minutes = drifting(1)
    bars = as_bars(
        to_engine_bars(
            minutes, base_timeframe="1Min", timeframe="5Min", session="RTH", now_ts=LATER
        )
    )
    cuts = [-1, *(minutes.start_ts[[0, 4, 9, 10, 300]] * NS + 60 * NS).tolist(), LATER * NS]
    parts = [
        closed_between({"5Min": bars}, after, until)["5Min"] for after, until in pairwise(cuts)
    ]
    assert [part.n for part in parts] == [0, 1, 1, 0, 58, 18]


def run_command(tmp_path, record, raw, name="SPY_1Min.csv"):
    rows = ["ts,open,high,low,close,volume"]
    for start, *values in zip(*(column.tolist() for column in raw), strict=True):
        rows.append(",".join([instant_text(start), *map(repr, values)]))
    (tmp_path / name).write_text("\n".join(rows))
    (tmp_path / "strategy.json").write_text(json.dumps(record))
    return subprocess.run(
        [sys.executable, "manage.py", "backtest", str(tmp_path / "strategy.json"),
         "--bars", str(tmp_path / name), "--json"],
        capture_output=True, text=True, cwd=settings.BASE_DIR,
        env={"PATH": "", "NUMBA_CACHE_DIR": os.fspath(settings.NUMBA_CACHE_DIR)},
    )  # fmt: skip


def test_the_command_makes_other_timeframes_from_the_same_file(tmp_path):
    answer = run_command(tmp_path, make_record(**CONDITIONS), drifting(N_DAYS))
    document = json.loads(answer.stdout)
    assert len(document["trades"]) > 5
    for trade in document["trades"]:
        assert "1d-EMA_STACK_QUICK-MSL" in trade["confluence_records"]
    assert any("1Day bars lie before" in text for text in document["warnings"])


def test_the_command_refuses_a_condition_finer_than_the_file(tmp_path):
    raw = to_engine_bars(
        drifting(2), base_timeframe="1Min", timeframe="5Min", session="RTH", now_ts=LATER
    )
    record = make_record(packs=PACKS, timeframe="5Min", confluence=["1m-EMA_STACK_QUICK-SML"])
    five = RawBars(raw.start_ns // NS, *raw[2:7])
    answer = run_command(tmp_path, record, five, "SPY_5Min.csv")
    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert "the condition 1m-EMA_STACK_QUICK-SML: 1Min bars can't be built from 5Min bars" in line
    assert "give a file of finer bars, or remove the condition" in line


def test_the_command_decides_ambiguous_bars_by_the_rows_of_the_file(tmp_path):
    answer = run_command(tmp_path, make_record(**HIFI), zigzag(3))
    resolved = [t for t in json.loads(answer.stdout)["trades"] if t["hifi_resolved"]]
    assert {trade["exit_reason"] for trade in resolved} == {"stop_loss", "target"}
    for trade in resolved:
        assert trade["exit_bar"] < trade["exit_fill_ts"]
        assert not trade["ambiguous"]
