"""Is it any good? The verdict in words, the strongest first."""

import pytest

from strategies import tasks
from strategies.engine.evidence.deflated import Bound
from strategies.engine.evidence.odds import Chosen, Odds, Tried
from strategies.models import Run, Trade, TrustCheck
from strategies.testing import make_computed
from strategies.verdict import verdict_of
from strategies.words.luck import bound_sentence, luck_sentence, often
from strategies.words.verdict import Evidence, verdict

BESIDE = Odds(
    chosen=Chosen(252, 80, 3.1, None),
    tried=Tried(4212, 4212, 4212),
    is_best=True,
    sharpe=3.1,
    luck_p=0.01,
    luck_sharpe=2.9,
    luck_sharpe_apart=3.64,
    bound=Bound(0.42, 4212),
)
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
    odds=BESIDE,
    forward=[],
    is_simulated=False,
)


def said(**changes) -> tuple[str, list[str]]:
    found = verdict(FINE._replace(**changes))
    return found.word, [one.text for one in found.objections]


def test_what_meets_everything_is_proven():
    found = verdict(FINE)
    assert (found.word, found.objections) == ("Proven", [])
    assert found.is_clear


LUCKY = [10.0, *[-0.2] * 39]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"is_simulated": True}, "made-up bars prove nothing"),
        ({"r_multiples": []}, "there is no trade"),
        ({"r_multiples": [1.0, -0.6] * 13 + [1.0]}, "not enough trades (27 of 30)"),
        (
            {"odds": BESIDE._replace(chosen=Chosen(41, 20, 2.0, None), luck_p=None)},
            "not enough dates (41 of 60)",
        ),
        ({"odds": None}, "it was computed before tries were counted: run it again"),
        ({"has_costs": False}, "costs are not included"),
        ({"double_r": -2.5}, "at twice the costs −2.50 R"),
        ({"double_r": None}, "what twice the costs leave is not known"),
        ({"r_multiples": LUCKY}, "without the best trade −7.80 R (455 % of the result)"),
        ({"odds": BESIDE._replace(luck_p=0.36)}, "chance does as well in 36 of 100"),
        ({"odds": BESIDE._replace(luck_p=None)}, "it can't be told from luck yet"),
    ],
)
def test_the_first_thing_that_is_missing_is_named(changes, text):
    assert said(**changes) == ("Not proven", [text])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"r_multiples": [1.0, -1.5] * 20, "gross_r": -8.0}, "it loses −10.00 R"),
        (
            {"r_multiples": [1.0, -1.1] * 20, "gross_r": 3.0},
            "costs take all of it: +3.00 R before, −2.00 R after",
        ),
        ({"has_alarm": True}, "its forward test has left what the backtest promised"),
    ],
)
def test_a_loss_and_the_alarm_contradict_it(changes, text):
    assert said(**changes) == ("Contradicted", [text])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"p_value": 0.15}, "random entries do as well in 15 of 100"),
        ({"p_value": 0.0501}, "random entries do as well in 5 of 100"),
        (
            {"r_multiples": [2.0] * 5 + [-0.2] * 35},
            "without the best 5 trades −7.00 R (333 % of the result)",
        ),
        ({"has_look_ahead": True}, "it decides with bars that were not there yet"),
        ({"has_short_warm_up": True}, "more history changes its trades"),
        ({"forward": [-0.5] * 20}, "since it was saved −10.00 R in 20 trades"),
    ],
)
def test_what_else_speaks_against_it_is_said_beside_the_word(changes, text):
    assert said(**changes) == ("Proven", [text])


@pytest.mark.parametrize(
    "changes",
    [{"p_value": 0.05}, {"p_value": None}, {"forward": [-0.5] * 19}, {"forward": [0.5] * 30}],
)
def test_what_says_too_little_is_not_held_against_it(changes):
    assert said(**changes) == ("Proven", [])


def test_three_objections_are_shown_and_the_rest_counted():
    found = verdict(FINE._replace(r_multiples=LUCKY[:20], p_value=0.3, has_costs=False))
    assert [one.where for one in found.objections] == ["trades", "trades", "costs"]
    assert found.n_more == 1
    assert found.objections[0].address == "?tab=trades"


def test_luck_is_said_in_one_sentence():
    assert luck_sentence(BESIDE._replace(luck_p=0.36)) == (
        "Best of 4,212 tried on 252 dates: tries as alike as these reach a Sharpe of 2.9 by luck"
        " alone (3.6 if they were all different); this has 3.1: chance does as well in 36 of 100."
    )


@pytest.mark.parametrize(
    ("changes", "beginning"),
    [
        ({"is_best": False}, "One of 4,212 tried on 252 dates: "),
        ({"tried": Tried(4212, 4212, 3900)}, "Best of 4,212 tried, 3,900 on these 252 dates: "),
        ({"tried": Tried(1, 1, 1)}, "The only one tried, on 252 dates: luck alone reaches a Sha"),
        (
            {"luck_p": None, "chosen": Chosen(41, 20, 2.0, None)},
            "Best of 4,212 tried on 41 dates. Not held against luck: not enough dates (41 of 60).",
        ),
        (
            {"luck_p": None, "chosen": Chosen(90, 7, None, None)},
            "Best of 4,212 tried on 90 dates. Not held against luck: not enough dates with trades"
            " (7 of 10).",
        ),
    ],
)
def test_the_sentence_says_what_was_tried_where(changes, beginning):
    assert luck_sentence(BESIDE._replace(**changes)).startswith(beginning)


def test_the_strict_bound_is_never_a_disproof():
    assert bound_sentence(BESIDE) == "Strict bound (DSR) 42 %: not shown against all you tried."
    held = BESIDE._replace(bound=Bound(0.95, 12), tried=Tried(12, 40, 12))
    assert bound_sentence(held) == (
        "Strict bound (DSR) 95 %: holds against all you tried."
        " 12 were tried when it was stored, 40 by now."
    )
    assert bound_sentence(BESIDE._replace(bound=None)) == ""
    assert [often(0.0033), often(0.01), often(1.0)] == [
        "fewer than 1 of 100",
        "1 of 100",
        "100 of 100",
    ]


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
    assert page.index('id="verdict"') < page.index('id="luck"') < page.index('class="kpis')
    assert f"not enough trades ({n} of 30)" in page
    assert "The only one tried, on 2 dates. Not held against luck" in page


@pytest.mark.django_db
def test_a_verdict_takes_few_queries(market, alice, django_assert_max_num_queries):
    run = Run.objects.get(pk=make_computed(alice).current_run_id)
    with django_assert_max_num_queries(5):
        verdict_of(run)
