"""Small histories with the result they must give, trade by trade and figure by figure."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from strategies.from_file.backtest import run
from strategies.from_file.reading import read_history, read_strategy

DATA = Path(__file__).parent / "data"
BARS = {
    "supertrend_confirmed_after_its_flip": "bars.csv",
    "warm_up_of_other_timeframes": "bars.csv",
    "weeks_stand_for_their_dates": "SPY_1Day.csv",
    "vwap_begins_anew": "bars.csv",
    "position_over_missing_dates": "bars_1Min.csv.gz",
}
# What the authors of these files noted beside the result.
NOTES = ("entry_index", "exit_index", "gap_warning", "target_ignored")


def result_of(folder, strategy="strategy.json", bars=None):
    spec = read_strategy(DATA / folder / strategy)
    document, _ = run(spec, read_history(DATA / folder / (bars or BARS[folder]), spec))
    return document


def assert_same(expected, found, where=""):
    """Every key that is expected, numbers to nine digits."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            if name not in NOTES:
                assert_same(value, found.get(name), f"{where}.{name}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), where
        for i, (one, other) in enumerate(zip(expected, found, strict=True)):
            assert_same(one, other, f"{where}[{i}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), where
    elif expected is False and where.endswith("_infinite"):
        assert not found, where
    else:
        assert found == expected, where


@pytest.mark.parametrize("folder", BARS)
def test_the_result_is_the_expected_one(folder):
    expected = json.loads((DATA / folder / "expected.json").read_text())
    expected.pop("missing", None)
    expected.pop("warnings", None)
    assert_same(expected, result_of(folder))


def test_what_missing_dates_did_is_counted_and_their_run_is_named():
    assert result_of("position_over_missing_dates")["warnings"] == [
        "1 trade cut off by missing data at 2011-01-31 16:00 is left out: +0.38 R",
        "no bars for 19 sessions: 2011-02-01 to 2011-02-28",
    ]


def test_a_week_with_a_bar_lacks_no_date():
    assert result_of("weeks_stand_for_their_dates")["warnings"] == []


@pytest.mark.parametrize(
    ("strategy", "pack"),
    [("vwap.json", "VWAP (Default)"), ("rvol.json", "Relative Volume (Default)")],
)
def test_a_pack_that_needs_volume_says_so_where_there_is_none(strategy, pack):
    document = result_of("volume_always_zero", strategy, "VIX_1Min.csv.gz")
    assert document["trades"] == []
    assert document["warnings"] == [
        f"no bar of this series has volume, so {pack} never has a value"
        " and the strategy can't trade"
    ]


def test_a_rank_that_is_a_list_is_one_line_naming_its_field(capsys):
    folder = DATA / "rank_by_a_list"
    with pytest.raises(SystemExit) as ended:
        call_command("search", folder / "strategy.json", bars=str(folder / "bars.csv"))
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "search.rank_by" in line
