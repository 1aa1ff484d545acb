"""The curve of a result as its chart takes it, beside holding and random entries."""

import numpy as np
import pytest

from strategies import tasks
from strategies.models import TrustCheck
from strategies.runs.curves import distribution_of, equity_points, shown_curve
from strategies.testing import make_computed

pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def run(alice):
    return make_computed(alice).current_run


def curve(n):
    values = np.cumsum(np.random.default_rng(1).normal(0.0, 1.0, n)).round(4)
    return {"exit_times": list(range(n)), "cumulative_r": values.tolist(), "boundary_index": None}


def test_a_long_curve_is_drawn_by_few_points_with_the_same_extremes():
    whole = curve(50_000)
    points = equity_points(whole)["points"]
    assert len(points) <= 3000
    assert max(one["r"] for one in points) == max(whole["cumulative_r"])
    assert min(one["r"] for one in points) == min(whole["cumulative_r"])
    assert points[-1]["n"] == 50_000


def test_a_point_names_its_trade_and_how_deep_it_lies():
    found = {"exit_times": [1, 2, 3], "cumulative_r": [1.0, -1.0, 2.0], "boundary_index": 2}
    points = equity_points(found)["points"]
    assert [(one["n"], one["fall"]) for one in points] == [(1, 0.0), (2, -2.0), (3, 0.0)]
    assert [one["segment"] for one in points] == ["backtest", "backtest", "forward"]


def test_holding_stands_beside_every_point_with_its_sentence(run):
    found = shown_curve(run)
    assert len(found["holding"]["low"]) == len(found["points"])
    assert "the shares of the median trade" in found["holding"]["sentence"]


def test_the_band_of_random_entries_comes_with_the_trust_check(run):
    assert "random" not in shown_curve(run)
    tasks.check_trust(TrustCheck.objects.get(run=run).pk)
    run.refresh_from_db()
    found = shown_curve(run)
    assert len(found["random"]["low"]) == len(found["random"]["high"]) == len(found["points"])
    assert found["random"]["low"][-1] < found["random"]["high"][-1]


def test_there_is_no_band_beyond_the_trades_it_was_made_of(run):
    tasks.check_trust(TrustCheck.objects.get(run=run).pk)
    check = TrustCheck.objects.get(run=run)
    band = check.result["significance"]["band"]
    band.update(trades=[1, 2], low=[-1.0, -1.0], high=[1.0, 1.0])
    check.save()
    found = shown_curve(type(run).objects.select_related("trust_check").get(pk=run.pk))
    assert found["random"]["low"][2:] == [None] * (len(found["points"]) - 2)


def test_many_results_are_handed_over_as_counts():
    found = distribution_of([-1.0] * 1500 + [0.0] * 400 + [1.99] * 600)
    assert found == {"bins": [(-20, 1500), (0, 400), (39, 600)], "width": 0.05}


def test_a_result_of_an_earlier_release_is_drawn_all_the_same(run):
    for name in ("drawn", "earning"):
        run.result.pop(name)
    found = shown_curve(run)
    assert found["points"]
    assert "holding" not in found
