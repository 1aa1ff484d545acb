"""`manage.py backtest` as a person runs it: files in, one document or one line out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from strategies.engine.version import ENGINE_VERSION

DATA = Path(settings.BASE_DIR) / "strategies" / "engine" / "tests" / "data"
JOB = DATA / "reference_job.json"
BARS = DATA / "REFA_1Min.csv.gz"
TRADE_KEYS = {
    *("entry_trigger_ts", "entry_fill_ts", "exit_trigger_ts", "exit_fill_ts"),
    *("entry_bar", "exit_bar", "entry_price", "exit_price", "stop_price"),
    *("initial_stop_price", "target_price", "pnl", "risk", "r_multiple", "win"),
    *("exit_reason", "entry_trigger", "exit_trigger", "exec_type", "stop_exec_type"),
    *("target_exec_type", "confluence_records", "bars_held", "hold_seconds", "segment"),
    *("hifi_resolved", "ambiguous", "mae_r", "mfe_r", "pnl_gross", "r_multiple_gross"),
    *("direction", "warnings"),
}


def backtest(*arguments):
    """The command in a process of its own, with a database address that leads nowhere."""
    return subprocess.run(
        [sys.executable, "manage.py", "backtest", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        env={
            "PATH": "",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "NUMBA_CACHE_DIR": settings.NUMBA_CACHE_DIR,
        },
    )


@pytest.fixture(scope="module")
def answer():
    return backtest(JOB, "--bars", BARS, "--json")


@pytest.fixture(scope="module")
def document(answer):
    return json.loads(answer.stdout)


def test_json_alone_on_stdout_and_nothing_on_stderr(answer):
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("{")


def test_document_has_the_agreed_keys(document):
    assert list(document) == [
        *("engine_version", "symbol", "timeframe", "bars", "trades", "open_trade"),
        *("rejected", "kpis", "kpis_extended", "kpis_band", "costs", "monthly"),
        "warnings",
    ]
    assert (document["engine_version"], document["symbol"]) == (ENGINE_VERSION, "REFA")


def test_bars_are_named_by_their_starts(document):
    assert document["bars"] == {
        "count": 98280,
        "first": "2023-01-03T14:30:00Z",
        "last": "2024-01-05T20:59:00Z",
    }


def test_first_trade_of_the_reference_job(document):
    trade = document["trades"][0]
    assert set(trade) == TRADE_KEYS
    assert trade["entry_bar"] == "2023-01-03T18:17:00Z"
    assert trade["entry_fill_ts"] == "2023-01-03T18:18:00Z"
    assert trade["exit_bar"] == "2023-01-03T18:20:00Z"
    assert (trade["exit_reason"], trade["exit_trigger"]) == ("stop_loss", None)
    assert trade["exit_price"] == pytest.approx(497.96765110588086, abs=1e-9)


def test_key_figures_of_the_reference_job(document):
    kpis = document["kpis"]
    assert (kpis["total_trades"], kpis["trading_days"]) == (475, 252)
    assert kpis["total_r"] == pytest.approx(11.376485, abs=1e-6)


def test_missing_sessions_are_warned_about_by_date(document):
    assert document["warnings"] == [
        "1 trade was held over one missing session",
        "no bars for 1 session: 2023-07-03",
        "no bars for 1 session: 2023-11-24",
    ]


def test_without_json_a_person_gets_a_summary():
    answer = backtest(JOB, "--bars", BARS)
    assert answer.returncode == 0
    assert "trades 475" in answer.stdout


def short_bars(tmp_path):
    rows = ["ts,open,high,low,close,volume"]
    rows += [f"2024-01-02T14:{m}:00Z,1,1,1,1,10" for m in range(30, 60)]
    return write(tmp_path / "x_1Min.csv", "\n".join(rows))


def test_a_key_given_twice_is_one_line_naming_it(tmp_path):
    text = JOB.read_text().replace("{", '{"symbol": "SPY", ', 1)
    line = refused(write(tmp_path / "s.json", text), "--bars", BARS)
    assert "symbol: This field is given twice." in line
    text = JOB.read_text().replace('"atr_mult"', '"method": "swing", "atr_mult"', 1)
    line = refused(write(tmp_path / "s.json", text), "--bars", BARS)
    assert "method: This field is given twice." in line


def test_what_no_terminal_can_show_is_one_line(tmp_path):
    packs = [{"id": "own", "base_template": "rvol", "parameters": {"\ud800": 1}}]
    path = strategy_file(tmp_path, packs=packs)
    assert "packs.0.parameters" in refused(path, "--bars", short_bars(tmp_path))


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    command = [sys.executable, "manage.py", "backtest", JOB, "--bars", short_bars(tmp_path)]
    read_end, write_end = os.pipe()
    os.close(read_end)
    answer = subprocess.run(
        command, stdout=write_end, stderr=subprocess.PIPE, text=True, cwd=settings.BASE_DIR
    )
    os.close(write_end)
    assert (answer.returncode, answer.stderr) == (0, "")


def refused(*arguments):
    answer = backtest(*arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    (line,) = answer.stderr.splitlines()
    return line


def write(path, content):
    path.write_text(content)
    return path


def strategy_file(tmp_path, **changes):
    record = {**json.loads(JOB.read_text()), **changes}
    return write(tmp_path / "strategy.json", json.dumps(record))


def test_missing_file_is_one_line():
    assert "No such file" in refused("nowhere.json", "--bars", BARS)
    assert "No such file" in refused(JOB, "--bars", "nowhere.csv")


def test_missing_argument_is_one_line():
    assert "--bars" in refused(JOB)


def test_what_is_no_json_is_one_line(tmp_path):
    assert "not JSON" in refused(write(tmp_path / "s.json", "{"), "--bars", BARS)


def test_json_that_nests_too_deeply_is_one_line(tmp_path):
    content = "[" * 100_000 + "]" * 100_000
    assert "too deeply" in refused(write(tmp_path / "s.json", content), "--bars", BARS)


def test_file_without_a_closed_bar_of_the_timeframe_is_a_warning(tmp_path):
    bars = write(
        tmp_path / "X_1Min.csv",
        "ts,open,high,low,close,volume\n2024-01-02T14:30:00Z,1,1,1,1,10\n",
    )
    answer = backtest(strategy_file(tmp_path, timeframe="1Day"), "--bars", bars, "--json")
    document = json.loads(answer.stdout)
    assert document["bars"] == {"count": 0, "first": None, "last": None}
    assert (document["trades"], document["kpis"]["trading_days"]) == ([], 1)
    assert document["warnings"]


def test_unknown_trigger_is_one_line_naming_the_field(tmp_path):
    path = strategy_file(tmp_path, entry_trigger_confluence_id="ema_stack_ref_wave")
    line = refused(path, "--bars", BARS)
    assert "entry_trigger_confluence_id" in line
    assert "ema_stack_ref_cross_bull" in line


def test_bad_bars_are_one_line_with_the_line_number(tmp_path):
    rows = ["ts,open,high,low,close,volume", "2024-01-02T14:30:00Z,1,0.5,1,1,10"]
    path = write(tmp_path / "x_1Min.csv", "\n".join(rows))
    assert "line 2" in refused(JOB, "--bars", path)


def test_too_little_history_is_a_warning_without_trades(tmp_path):
    answer = backtest(JOB, "--bars", short_bars(tmp_path), "--json")
    document = json.loads(answer.stdout)
    assert (document["trades"], document["bars"]["count"]) == ([], 30)
    assert "130 bars" in document["warnings"][0]


DAYS = Path(settings.BASE_DIR) / "market" / "tests" / "data"
OUTSIDE_BAR = {
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "1Day",
    "entry_trigger_confluence_id": "strat_assistant_default_outside_bar",
    "stop_config": {"method": "fixed_dollar", "dollar_amount": 1.0},
    "target_config": {"method": "risk_reward", "rr_ratio": 2},
}


@pytest.fixture
def outside_bar(tmp_path):
    """The strategy's file on a timeframe."""

    def write(timeframe):
        path = tmp_path / "strategy.json"
        path.write_text(json.dumps({**OUTSIDE_BAR, "timeframe": timeframe}))
        return path

    return write


def test_days_stamped_at_midnight_utc_give_the_trades_of_those_stamped_in_new_york(outside_bar):
    utc, new_york = (
        json.loads(
            backtest(outside_bar("1Day"), "--bars", DAYS / f"{name}_1Day.csv", "--json").stdout
        )
        for name in ("UTC", "NY")
    )
    assert utc["bars"] == new_york["bars"]
    assert utc["bars"]["count"] == 60
    assert utc["trades"] == new_york["trades"]
    assert len(utc["trades"]) == 5
    assert "60 rows are not stamped at midnight in New York" in utc["warnings"][0]
    assert not any("New York" in text for text in new_york["warnings"])


@pytest.mark.parametrize(
    ("name", "line"), [("minutes_5Min", 3), ("minutes_1Day", 3), ("live_1Day", 62)]
)
def test_two_rows_inside_one_bar_are_refused_with_their_line(outside_bar, name, line):
    answer = backtest(outside_bar(name.split("_")[1]), "--bars", DAYS / f"{name}.csv")
    assert answer.returncode == 2
    assert f"{name}.csv: line {line}: ts" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_rows_of_a_longer_timeframe_are_a_warning(outside_bar):
    answer = backtest(outside_bar("1Min"), "--bars", DAYS / "five_1Min.csv", "--json")
    assert any("are they 5Min bars?" in text for text in json.loads(answer.stdout)["warnings"])
