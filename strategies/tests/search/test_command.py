"""`manage.py search` as a person runs it, and the figures of its document."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.program.program import compile_program
from strategies.engine.tests.builders import reference_bars, wild_bars
from strategies.from_file.search import summary
from strategies.record.reading import parse_strategy
from strategies.search import results
from strategies.search.compute import search, split_of
from strategies.search.plan import parse_search
from strategies.search.results import SearchMismatchError

DATA = Path(settings.BASE_DIR) / "strategies" / "engine" / "tests" / "data"
JOB = json.loads((DATA / "reference_job.json").read_text())
BARS = DATA / "REFA_1Min.csv.gz"
SEARCH = {
    "stops": [{"method": "atr", "atr_mult": {"from": 1.0, "to": 2.0, "step": 0.5}}],
    "targets": [{"method": "risk_reward", "rr_ratio": [1, 2]}, None],
    "conditions": ["1M-EMA_STACK_DEFAULT-SML", "1M-RVOL_DEFAULT-HIGH", "1M-VWAP_DEFAULT->V"],
    "condition_depth": 2,
    "max_results": 7,
}


def plan_of(**changes):
    data = {**JOB, "search": {**SEARCH, **changes}}
    return parse_search(data, default_packs=default_pack_records())


def command(*arguments):
    env = {"PATH": "", "NUMBA_CACHE_DIR": settings.NUMBA_CACHE_DIR}
    return subprocess.Popen(
        [sys.executable, "manage.py", "search", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
        env=env,
    )


@pytest.fixture(scope="module")
def document():
    return search(plan_of(), reference_bars("REFA"), {})


def test_the_size_is_counted_and_every_variant_tried(document):
    assert document["size"] == {
        "signals": 1,
        "stops": 3,
        "targets": 3,
        "conditions": 7,
        "general_conditions": 1,
        "variants": 63,
    }
    assert (document["n_tried"], document["status"]) == (63, "completed")
    assert len(document["results"]) == 7


def test_results_are_backtests_of_the_strategies_they_name(document):
    bars = reference_bars("REFA")
    split = split_of(bars, 0.3)
    for result in document["results"]:
        spec = parse_strategy(result["strategy"], default_packs=default_pack_records())
        trades = compile_program(spec).backtest(bars).trades
        before = [t.r_multiple for t in trades if t.exit_index < split.end_index]
        after = [t.r_multiple for t in trades if t.entry_index >= split.end_index]
        assert result["in_sample"]["total_r"] == pytest.approx(sum(before), rel=1e-12)
        assert result["in_sample"]["total_trades"] == len(before)
        assert result["held_back"]["total_trades"] == len(after)
        assert len(before) + len(after) + result["n_trades_across_split"] == len(trades)


def test_results_are_ranked_by_daily_r_of_the_dates_searched(document):
    daily = [result["in_sample"]["daily_r"] for result in document["results"]]
    assert daily == sorted(daily, reverse=True)
    assert [result["rank"] for result in document["results"]] == list(range(1, 8))


def test_the_deflated_ratio_is_below_the_probabilistic_one(document):
    for result in document["results"]:
        figures = result["in_sample"]
        assert figures["dsr"] < figures["psr"]
        assert "dsr" not in result["held_back"]


def test_what_luck_does_is_said_of_the_search_and_of_each_result(document):
    luck, best = document["luck"], max(document["results"], key=lambda r: -r["luck_p"])
    assert luck["n_dates"] == document["in_sample"]["trading_days"]
    assert (luck["n_tried"], luck["n_resamples"]) == (63, 299)
    assert 0 < luck["n_in_maximum"] <= 63
    assert 1 / 300 <= luck["luck_p"] <= best["luck_p"] <= 1.0
    assert 0.0 < luck["luck_sharpe"] < luck["luck_sharpe_if_different"]
    assert best["in_sample"]["total_trades"] > 0


def test_below_sixty_dates_luck_is_not_judged():
    found = search(plan_of(), wild_bars(1, 3000, per_day=80), {})
    assert found["luck"]["n_dates"] < 60
    assert found["luck"]["luck_p"] is None
    assert all(result["luck_p"] is None for result in found["results"])
    assert "luck: not judged on" in summary(found)


def test_a_small_sample_is_labelled():
    found = search(plan_of(required_performance={"min_trades": 1}), wild_bars(1, 3000), {})
    sizes = {r["in_sample"]["total_trades"]: r["is_small_sample"] for r in found["results"]}
    assert sizes
    assert all(is_small == (n < 30) for n, is_small in sizes.items())


def test_nothing_held_back_is_said_so():
    found = search(plan_of(held_back_fraction=0), reference_bars("REFA"), {})
    assert found["held_back"]["trading_days"] == 0
    assert all(result["held_back"] is None for result in found["results"])


def test_the_last_dates_are_held_back():
    bars = wild_bars(1, 400, per_day=40)
    split = split_of(bars, 0.25)
    assert (len(split.searched_days), len(split.held_back_days)) == (8, 2)
    assert split.end_index == 320
    assert split_of(bars.take(slice(0, 0)), 0.3).end_index == 0


def test_a_backtest_that_differs_is_an_error_that_names_the_variant(monkeypatch):
    class Broken:
        def __init__(self, spec):
            self.spec = spec

        def backtest(self, bars, others):
            advance = compile_program(self.spec).backtest(bars, others)
            advance.trades = advance.trades[1:]
            return advance

    monkeypatch.setattr(results, "compile_program", Broken)
    with pytest.raises(SearchMismatchError, match=r"variant \d+ .*trades"):
        search(plan_of(), reference_bars("REFA"), {})


def test_a_search_ended_early_is_marked():
    found = search(plan_of(), reference_bars("REFA"), {}, lambda n: False)
    assert found["status"] == "cancelled"
    assert 0 < found["n_tried"] < 63


def test_the_command_prints_only_json_and_progress_apart(tmp_path):
    path = tmp_path / "spec.json"
    path.write_text(json.dumps({**JOB, "search": SEARCH}))
    out, err = (process := command(path, "--bars", BARS, "--json")).communicate()
    assert process.returncode == 0, err
    assert json.loads(out)["n_tried"] == 63
    assert "63 variants" in err
    assert "63 tried (100 %)" in err


def test_conditions_on_another_timeframe_are_read_from_the_same_file(tmp_path):
    path = tmp_path / "spec.json"
    wide = {"conditions": ["5m-EMA_STACK_DEFAULT-SML"], "condition_depth": 1}
    path.write_text(json.dumps({**JOB, "search": {**SEARCH, **wide}}))
    out, err = (process := command(path, "--bars", BARS, "--json")).communicate()
    assert process.returncode == 0, err
    found = json.loads(out)["results"]
    assert any("5m-EMA_STACK_DEFAULT-SML" in str(result["changes"]) for result in found)


def test_an_interrupt_keeps_what_was_found(tmp_path):
    path = tmp_path / "spec.json"
    # Far more than a machine tries before the signal arrives.
    wide = {
        "conditions": "all",
        "condition_depth": 4,
        "general_conditions": "all",
        "stops": [{"method": "atr", "atr_mult": {"from": 1, "to": 3, "step": 0.05}}],
        "targets": [{"method": "risk_reward", "rr_ratio": {"from": 1, "to": 3, "step": 0.05}}],
    }
    path.write_text(json.dumps({**JOB, "search": {**SEARCH, **wide}}))
    process = command(path, "--bars", BARS, "--json")
    while "tried" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    found = json.loads(out)
    assert found["status"] == "cancelled"
    assert 0 < found["n_tried"] < found["size"]["variants"]
    assert found["results"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("{}", "search: is missing"),
        ('{"search": {}}', "symbol: is missing"),
        ('{"search": {"stops": [], "stops": []}}', "stops: This field is given twice."),
    ],
)
def test_a_fault_is_one_line_and_status_two(tmp_path, content, words):
    path = tmp_path / "spec.json"
    path.write_text(content)
    out, err = (process := command(path, "--bars", BARS)).communicate()
    assert (process.returncode, out) == (2, "")
    assert words in err
    assert err.count(os.linesep) == 1
