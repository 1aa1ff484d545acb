"""What a newcomer sees first rests on bars without a hole."""

from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from market.ingest.csv_bars import read_bars_csv
from market.resample import newest_close, to_engine_bars
from market.sample import __file__ as sample_module
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.from_file.backtest import run, summary
from strategies.from_file.reading import read_history, read_strategy
from strategies.record.lookback import visible_window
from strategies.record.reading import parse_strategy
from strategies.saving.sample import SAMPLE_STRATEGY, SAMPLE_WINDOW

SAMPLE = Path(sample_module).parent / "SPY_1Min.csv.gz"
EXAMPLES = Path(settings.BASE_DIR) / "docs" / "examples"
README = Path(settings.BASE_DIR) / "README.md"
NS = 1_000_000_000


def visible_bars(timeframe):
    raw = read_bars_csv(SAMPLE).bars
    now_ts = newest_close(raw, "1Min")
    window = visible_window(SAMPLE_WINDOW, now_ts)
    bars = to_engine_bars(
        raw, base_timeframe="1Min", timeframe=timeframe, session="RTH", now_ts=now_ts
    )
    ends = np.array([window.start_ts, window.end_ts]) * NS
    first, last = np.searchsorted(bars.start_ns, ends).tolist()
    return bars, first, last


@pytest.mark.parametrize("timeframe", ["1Min", "3Min", "5Min", "1Day"])
def test_the_first_window_has_no_missing_date(timeframe):
    bars, first, last = visible_bars(timeframe)
    assert np.unique(bars.day[first:last]).size >= 13
    assert not bars.missing_before[first + 1 : last].any()


def test_before_it_lie_enough_bars_to_warm_up():
    spec = parse_strategy(SAMPLE_STRATEGY, default_packs=default_pack_records())
    _, first, _ = visible_bars("5Min")
    assert first > spec.warm_up_bars > 0


def test_the_example_prints_what_the_readme_shows():
    spec = read_strategy(EXAMPLES / "return_to_vwap.json")
    found = run(spec, read_history(EXAMPLES / "SPY_1Min.csv.gz", spec))
    assert found[0]["warnings"] == []
    assert summary(*found) in README.read_text()
