"""Figures as they are written: units, signs, infinity, nothing."""

import pytest

from strategies.engine.figures.metrics import kpis
from strategies.words.figures import CARD, GROUPS, KPIS, PRIMARY, shown, written


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("r", 1.234, "+1.23 R"),
        ("r", -1234.5, "−1,234.50 R"),
        ("r", -0.001, "0.00 R"),
        ("pct", 55.04, "55.0 %"),
        ("money", -12.5, "−$12.50"),
        ("result", 784.19, "+$784.19"),
        ("result", -1518.36, "−$1,518.36"),
        ("result", 0.001, "$0.00"),
        ("n", 1200, "1,200"),
        ("trades", 317, "317 trades"),
        ("days", 1, "1 day"),
        ("ratio", 1.5, "1.50"),
    ],
)
def test_units_and_signs(unit, value, text):
    assert written(unit, value) == text


def test_an_infinite_ratio_and_a_missing_figure():
    factor, sharpe = shown(("profit_factor", "sharpe_ratio"), {"profit_factor_infinite": True})
    assert (factor.text, sharpe.text) == ("∞", "—")


def test_only_results_have_a_tone():
    tones = [one.tone for one in shown(("total_r", "max_r_drawdown", "win_rate"),
             {"total_r": 2.0, "max_r_drawdown": -1.0, "win_rate": 50.0})]  # fmt: skip
    assert tones == ["gain", "loss", ""]


def test_every_figure_of_the_engine_has_a_definition():
    figures = kpis([1.0, -1.0, 2.0], 3, 100.0, 10_000.0)
    plain = {name for name in figures if not name.endswith("_infinite")}
    assert plain <= set(KPIS)


def test_every_figure_that_is_shown_has_a_definition():
    named = {*CARD, *PRIMARY, *(key for _, keys in GROUPS for key in keys)}
    assert named <= set(KPIS)


def test_without_a_trade_only_counts_and_money_that_stays_are_figures():
    values = {
        "total_trades": 0,
        "win_rate": 0.0,
        "profit_factor": 0.0,
        "avg_r": 0.0,
        "total_r": 0.0,
        "daily_r": 0.0,
        "r_squared": 0.0,
        "max_r_drawdown": 0.0,
        "win_count": 0,
        "trading_days": 5,
        "final_balance": 10_000.0,
    }
    texts = {one.key: one.text for one in shown(tuple(values), values)}
    assert [key for key, text in texts.items() if text == "—"] == [
        "win_rate",
        "profit_factor",
        "avg_r",
        "total_r",
        "daily_r",
        "r_squared",
        "max_r_drawdown",
    ]
    assert (texts["total_trades"], texts["final_balance"]) == ("0", "$10,000.00")
