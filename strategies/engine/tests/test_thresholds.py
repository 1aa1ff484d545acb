"""The levels of an indicator that its triggers speak of, as charts draw them."""

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES

RIGHT = {
    ("rsi_zones", "rsi"): [
        (80, "Extreme overbought"),
        (70, "Overbought"),
        (50, "Midline"),
        (30, "Oversold"),
        (20, "Extreme oversold"),
    ],
    ("stochastic_oscillator", "k"): [(80, "Overbought"), (50, "Midline"), (20, "Oversold")],
    ("stochastic_oscillator", "d"): [],
    ("rvol", "rvol"): [(3, "Extreme threshold"), (1.5, "High threshold"), (1, "")],
    ("macd_line", "line"): [(0, "")],
    ("macd_line", "signal"): [],
    ("macd_histogram", "histogram"): [(0, "")],
    ("bollinger_bands", "bandwidth"): [(0.04, "Squeeze below (width / mean)")],
    ("bollinger_bands", "upper"): [],
    ("sr_channels", "distance"): [(0, "")],
    ("ema_stack", "short"): [],
}


@pytest.mark.parametrize(("template", "output"), RIGHT)
def test_levels_are_what_the_triggers_compare_with(template, output) -> None:
    found = TEMPLATES[template].thresholds(output, TEMPLATES[template].defaults())
    assert list(found) == RIGHT[template, output]


def test_levels_follow_the_parameters() -> None:
    template = TEMPLATES["rsi_zones"]
    chosen = {**template.defaults(), "overbought_level": 65.0, "oversold_level": 35.0}
    assert [value for value, _ in template.thresholds("rsi", chosen)] == [80, 65, 50, 35, 20]


def test_two_levels_of_one_value_are_one() -> None:
    template = TEMPLATES["rvol"]
    chosen = {**template.defaults(), "high_threshold": 1.0}
    assert [value for value, _ in template.thresholds("rvol", chosen)] == [3, 1]
