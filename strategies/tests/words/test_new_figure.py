"""A new figure is a formula, a convention and a place in a group: those of docs/extending.md."""

import importlib

import pytest

from strategies import conventions
from strategies.conventions import basis, extended
from strategies.engine.figures import metrics_extended, metrics_trades
from strategies.runs import display
from strategies.testing import make_computed
from strategies.words import figures
from tests.documents import executed

NAME = "median_r"


@pytest.fixture
def median_r(monkeypatch):
    found = executed("extending.md", "def median_r", metrics_trades)["FIGURES"]
    (convention,) = executed("extending.md", "EXTENDED =", extended)["EXTENDED"]
    groups = executed("extending.md", "GROUPS =", figures)["GROUPS"]
    with monkeypatch.context() as patch:
        patch.setitem(metrics_trades.FIGURES, NAME, found[NAME])
        patch.setitem(conventions.CONVENTIONS, NAME, convention)
        patch.setattr(display, "GROUPS", groups)
        _join_again()
        yield
    _join_again()


def _join_again():
    importlib.reload(metrics_extended)
    importlib.reload(basis)


def computed(rs):
    return metrics_extended.kpis_extended(rs, [1] * len(rs), [1])[NAME]


def test_it_is_computed_from_its_number_of_trades_on(median_r):
    assert computed([-1.0] * 4 + [0.5, 0.7] + [2.0] * 4) == pytest.approx(0.6)
    assert computed([1.0] * 9) is None


def test_it_is_part_of_a_result_and_shown_with_its_convention(median_r, market, client, alice):
    strategy = make_computed(alice)
    result = strategy.current_run.result
    assert isinstance(result["kpis_extended"][NAME], float)
    client.force_login(alice)
    page = client.get(strategy.get_absolute_url()).content.decode()
    assert "Median R" in page
    assert "Half of the trades ended at or below it. Per closed trade" in page
    assert "Needs 10 trades." in conventions.CONVENTIONS[NAME].hover


def test_what_was_computed_before_does_without(market, client, alice, request):
    strategy = make_computed(alice)
    request.getfixturevalue("median_r")
    client.force_login(alice)
    assert "Median R" not in client.get(strategy.get_absolute_url()).content.decode()
