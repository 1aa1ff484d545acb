"""Is it any good? What speaks against a result, in one sentence, the strongest first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from strategies import tasks
from strategies.models import Run, Trade, TrustCheck
from strategies.testing import make_computed, make_queued_run
from strategies.verdict import tried, verdict_of
from strategies.words.verdict import Evidence, verdict

# 40 trades: +10 R before costs of 0.05 R each, no trade above 1 R.
FINE = Evidence(
    r_multiples=[1.0, -0.6] * 20,
    gross_r=10.0,
    has_costs=True,
    double_r=6.0,
    pending="",
    p_value=0.01,
    has_look_ahead=False,
    has_short_warm_up=False,
    n_tried=1,
    forward=[],
    is_simulated=False,
)


def said(**changes) -> tuple[str, list[str]]:
    found = verdict(FINE._replace(**changes))
    return found.word, [one.text for one in found.objections]


def test_the_best_word_is_that_nothing_speaks_against_it_yet():
    found = verdict(FINE)
    assert found.word == "Nothing speaks against it yet"
    assert found.is_clear
    assert verdict(FINE._replace(is_simulated=True)).is_simulated


LUCKY = [10.0, *[-0.2] * 39]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"r_multiples": []}, "there is no trade"),
        ({"r_multiples": [1.0, -1.5] * 20, "gross_r": -8.0}, "it loses −10.00 R"),
        (
            {"r_multiples": [1.0, -1.1] * 20, "gross_r": 3.0},
            "costs take all of it: +3.00 R before, −2.00 R after",
        ),
        ({"p_value": 0.15}, "random entries do as well in 15 of 100"),
        ({"p_value": 0.0501}, "random entries do as well in 5 of 100"),
        (
            {"p_value": 0.01, "n_tried": 6},
            "6 were tried, and the best of so many does as well by chance",
        ),
        ({"r_multiples": [1.0, -0.6] * 13 + [1.0]}, "not enough trades (27 of 30)"),
        (
            {"r_multiples": LUCKY},
            "without the best trade −7.80 R (455 % of the result)",
        ),
        (
            {"r_multiples": [2.0] * 5 + [-0.2] * 35},
            "without the best 5 trades −7.00 R (333 % of the result)",
        ),
        ({"has_costs": False}, "costs are not included"),
        ({"double_r": -2.5}, "at twice the costs −2.50 R"),
        ({"has_look_ahead": True}, "it decides with bars that were not there yet"),
        ({"has_short_warm_up": True}, "more history changes its trades"),
        ({"forward": [-0.5] * 20}, "since it was saved −10.00 R in 20 trades"),
    ],
)
def test_each_thing_that_speaks_against_it_is_said(changes, text):
    assert said(**changes) == ("Not proven", [text])


@pytest.mark.parametrize(
    "changes",
    [
        {"p_value": 0.05},
        {"p_value": 0.01, "n_tried": 5},
        {"p_value": None},
        {"double_r": None},
        {"forward": [-0.5] * 19},
        {"forward": [0.5] * 30},
    ],
)
def test_what_says_too_little_is_not_held_against_it(changes):
    assert said(**changes) == ("Nothing speaks against it yet", [])


def test_without_its_checks_it_is_not_judged():
    found = verdict(FINE._replace(pending="Its trust checks are not done yet.", p_value=None))
    assert (found.word, found.is_clear) == ("Not judged yet", False)
    assert found.pending == "Its trust checks are not done yet."


def test_three_objections_are_shown_and_the_rest_counted():
    found = verdict(FINE._replace(r_multiples=LUCKY[:20], p_value=0.3, has_costs=False))
    assert [one.where for one in found.objections] == ["trust", "trades", "trades"]
    assert found.n_more == 1
    assert found.objections[0].address == "?tab=trust"


@pytest.mark.django_db
def test_a_stored_result_is_judged_by_its_own_rows(market, alice, client):
    strategy = make_computed(alice)
    assert verdict_of(strategy.current_run).pending == "Its trust checks are not done yet."
    tasks.check_trust(TrustCheck.objects.get().pk)
    run = Run.objects.get(pk=strategy.current_run_id)
    found = verdict_of(run)
    n = Trade.objects.filter(run=run).count()
    assert n < 30
    assert f"not enough trades ({n} of 30)" in [one.text for one in found.objections]
    assert found.pending == ""
    client.force_login(alice)
    page = client.get(strategy.get_absolute_url()).content.decode()
    assert page.index('id="verdict"') < page.index('class="kpis')
    assert f"not enough trades ({n} of 30)" in page


@pytest.mark.django_db
def test_tries_are_configurations_of_the_same_symbol_that_were_looked_at(alice, bob):
    def preview(owner, **fields) -> Run:
        row = make_queued_run(owner)
        Run.objects.filter(pk=row.pk).update(**fields)
        return Run.objects.get(pk=row.pk)

    run = preview(alice, fingerprint="mine")
    for owner, fields in (
        (alice, {"fingerprint": "a"}),
        (alice, {"fingerprint": "a"}),
        (alice, {"fingerprint": "mine"}),
        (alice, {"fingerprint": "b", "symbol": "QQQ"}),
        (bob, {"fingerprint": "c"}),
        (alice, {"fingerprint": "d", "kind": Run.Kind.BACKTEST}),
        (alice, {"fingerprint": "e", "created_at": timezone.now() - timedelta(days=9)}),
    ):
        preview(owner, **fields)
    assert tried(run) == 2
