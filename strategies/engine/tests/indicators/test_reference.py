"""Indicators against TA-Lib, where the definitions agree, and by hand where they do not.

TA-Lib starts an EMA from the simple mean of its first n values; here it starts from the first
value, and both forget their start at the same rate. Comparisons therefore begin after 30 periods,
where the difference is below 1e-12 of the price. TA-Lib's MACD starts both averages at the same
bar and its ATR is Wilder's, which is why the ATR here is compared with its EMA of its TRANGE.
"""

import math

import numpy as np
import pytest
import talib

from strategies.engine.nodes.node import NodeKey, new_node_memory, step_node
from strategies.engine.tests.builders import bars_of, minutes, reference_bars, wild_bars

SETTLED = 30


def columns(template, vector, bars):
    key = NodeKey(template, tuple(float(x) for x in vector))
    return step_node(key, new_node_memory(key), bars).columns


@pytest.fixture(scope="module")
def bars():
    return reference_bars("REFB").take(slice(0, 8000))


@pytest.mark.parametrize("periods", [(9, 21, 200), (2, 3, 5)])
def test_ema_equals_talib_once_the_seed_is_forgotten(bars, periods):
    for n, column in zip(periods, columns("ema_stack", periods, bars), strict=True):
        start = SETTLED * n
        np.testing.assert_allclose(column[start:], talib.EMA(bars.close, n)[start:], rtol=1e-11)


def test_ema_is_missing_exactly_where_talib_s_is(bars):
    for n, column in zip((9, 21, 200), columns("ema_stack", (9, 21, 200), bars), strict=True):
        np.testing.assert_array_equal(np.isnan(column), np.isnan(talib.EMA(bars.close, n)))


def test_macd_equals_talib_once_the_seed_is_forgotten(bars):
    line, signal = columns("macd_line", (12, 26, 9), bars)
    other_line, other_signal, _ = talib.MACD(bars.close, 12, 26, 9)
    start = SETTLED * 26
    np.testing.assert_allclose(line[start:], other_line[start:], rtol=0, atol=1e-9)
    np.testing.assert_allclose(signal[start:], other_signal[start:], rtol=0, atol=1e-9)


def test_macd_is_missing_exactly_where_talib_s_is(bars):
    line, _ = columns("macd_line", (12, 26, 9), bars)
    np.testing.assert_array_equal(np.isnan(line), np.isnan(talib.MACD(bars.close, 12, 26, 9)[0]))


def test_atr_equals_an_ema_of_talib_s_true_range(bars):
    (atr,) = columns("atr", (), bars)
    spans = talib.TRANGE(bars.high, bars.low, bars.close)
    spans[0] = bars.high[0] - bars.low[0]
    start = SETTLED * 14
    np.testing.assert_allclose(atr[start:], talib.EMA(spans, 14)[start:], rtol=1e-11)
    assert np.isnan(atr[:13]).all()
    assert not np.isnan(atr[13])


def test_rvol_equals_volume_over_talib_s_mean(bars):
    (rvol,) = columns("rvol", (20, 1.5, 3.0), bars)
    expected = bars.volume / talib.SMA(bars.volume, 20)
    np.testing.assert_allclose(rvol[19:], expected[19:], rtol=1e-12)


def test_rvol_speaks_from_the_fifth_bar_with_the_bars_there_are():
    volumes = [100, 200, 300, 400, 500, 600]
    bars = bars_of([(1, 1, 1, 1, v) for v in volumes])
    (rvol,) = columns("rvol", (20, 1.5, 3.0), bars)
    assert np.isnan(rvol[:4]).all()
    assert rvol[4:].tolist() == [500 / 300, 600 / 350]


def test_rvol_is_missing_when_all_volumes_are_zero():
    (rvol,) = columns("rvol", (5, 1.5, 3.0), bars_of([(1, 1, 1, 1, 0)] * 8))
    assert np.isnan(rvol).all()


def test_vwap_equals_numpy_sums_of_each_session():
    bars = wild_bars(5, 200, per_day=50)
    line, upper, *_ = columns("vwap", (1.0, 2.0), bars)
    typical = (bars.high + bars.low + bars.close) / 3
    for day in np.unique(bars.day):
        rows = bars.day == day
        v, tp = bars.volume[rows], typical[rows]
        total = np.where(np.cumsum(v) > 0, np.cumsum(v), np.nan)
        mean = np.cumsum(v * tp) / total
        sigma = np.sqrt(np.maximum(0, np.cumsum(v * tp**2) / total - mean**2))
        np.testing.assert_allclose(line[rows], mean, rtol=1e-12)
        shown = ~np.isnan(upper[rows])
        np.testing.assert_allclose(upper[rows][shown], (mean + sigma)[shown], rtol=1e-7)


def test_vwap_line_is_missing_without_volume_and_bands_without_deviation():
    rows = [(10, 10, 10, 10, 0), (10, 10, 10, 10, 5), (11, 11, 11, 11, 5)]
    line, upper, *_ = columns("vwap", (1.0, 2.0), bars_of(rows))
    assert math.isnan(line[0])
    assert (line[1], math.isnan(upper[1])) == (10.0, True)
    assert (line[2], upper[2]) == (10.5, 11.0)


def test_vwap_crossings_do_not_span_a_session():
    """The second day opens above a line that the first day's last close was under."""
    close = [10.0, 12.0, 9.0, 20.0, 30.0]
    bars = minutes(close, close, close, close, [100.0] * 5, per_day=3)
    key = NodeKey("vwap", (1.0, 2.0))
    bits = step_node(key, new_node_memory(key), bars).bits
    assert bits[3] == 0
    assert bits[4] & 1


def test_macd_signal_is_seeded_with_the_first_line_value():
    bars = bars_of([(x, x, x, x) for x in (10.0, 12.0, 11.0)])
    line, signal = columns("macd_line", (1, 2, 1), bars)
    assert np.isnan(line[:1]).all()
    assert line[1] == pytest.approx(12.0 - (2 / 3 * 12 + 1 / 3 * 10))
    assert signal[1] == line[1]
