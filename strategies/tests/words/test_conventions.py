"""The table of conventions: every figure is in it, and says on what basis it stands."""

import re

import pytest

from strategies.conventions import CONVENTIONS
from strategies.engine.figures.analytics import MINIMUM_TRADES, analytics
from strategies.engine.figures.metrics import kpis
from strategies.engine.figures.metrics_extended import kpis_extended
from strategies.words.figures import GROUPS, PRIMARY, shown, too_few, written

ANNUALISED = ("sharpe_ratio", "sortino_ratio", "volatility")
WITH_DEVIATION = ("sharpe_ratio", "sqn", "volatility", "skewness", "kurtosis", "edge_check")
DAILY = ("sharpe_ratio", "psr", "dsr", "sortino_ratio", "daily_var_95", "cvar_95", "volatility",
         "expected_daily", "longest_dd_days")  # fmt: skip


def test_every_figure_of_the_engine_is_in_the_table():
    figures = {**kpis([1.0, -1.0], 2), **kpis_extended([], [], [])}
    assert set(figures) <= set(CONVENTIONS)
    assert set(MINIMUM_TRADES) - {"edge"} <= set(CONVENTIONS)
    assert set(analytics([])) - {"n_trades", "edge", "insights"} <= set(CONVENTIONS)


def test_every_primary_and_extended_figure_is_shown():
    named = {*PRIMARY, *(key for _, keys in GROUPS for key in keys)}
    assert named == {*kpis([1.0, -1.0], 2), *kpis_extended([], [], [])}


@pytest.mark.parametrize("key", CONVENTIONS)
def test_each_figure_states_a_basis(key):
    one = CONVENTIONS[key]
    assert one.title
    assert one.definition.endswith(".")
    assert one.basis.endswith(".")
    assert re.search(r"trade|day|closed|exit", one.basis)


@pytest.mark.parametrize("key", DAILY)
def test_daily_figures_say_that_idle_days_count(key):
    assert "days without an exit count as 0" in CONVENTIONS[key].hover


@pytest.mark.parametrize("key", ANNUALISED)
def test_annualised_figures_say_so(key):
    assert "annualised with √252" in CONVENTIONS[key].hover.lower()


@pytest.mark.parametrize("key", WITH_DEVIATION)
def test_figures_with_a_deviation_name_it(key):
    assert "n − 1" in CONVENTIONS[key].hover


def test_the_minimum_is_said_on_hover_and_where_it_is_missed():
    assert CONVENTIONS["calmar_ratio"].hover.endswith("Needs 10 trades.")
    assert (too_few("calmar_ratio", 7), too_few("calmar_ratio", 10)) == ("7 of 10 trades", "")
    missing = shown(("calmar_ratio", "win_rate"), {"total_trades": 7})
    assert [(one.text, one.note) for one in missing] == [("—", "7 of 10 trades"), ("—", "")]


def test_the_deflated_sharpe_ratio_names_the_variants_tried():
    (one,) = shown(("dsr",), {"dsr": 0.5, "n_trials": 1200})
    assert (one.text, one.note) == ("50.0 %", "1,200 variants tried")


def test_new_units():
    assert written("share", 0.1234) == "12.3 %"
    assert written("score", 46.4) == "46 of 100"
    assert written("size", 9.02) == "9.02 R"
