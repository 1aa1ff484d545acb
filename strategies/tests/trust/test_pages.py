"""The trust part of a strategy's page, its verdicts in words, and the same by the API."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from strategies import tasks
from strategies.from_file import backtest
from strategies.models import TrustCheck
from strategies.testing import make_computed, make_strategy
from strategies.trust.display import cards_of, plot_of
from strategies.trust.words import headline_of

pytestmark = pytest.mark.django_db
API = "/api/v1"
JOB = Path("strategies/engine/tests/data/reference_job.json")


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


@pytest.fixture
def checked(alice):
    """A strategy whose result has been checked."""
    strategy = make_computed(alice)
    tasks.check_trust(strategy.current_run.trust_check.pk)
    return strategy


def url(name, strategy):
    return reverse(f"strategies:strategy-{name}", args=[strategy.pk])


def tab(client, strategy):
    return client.get(f"{url('detail', strategy)}?tab=trust").content.decode()


def test_a_result_shows_at_once_with_its_checks_waiting(client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    page = tab(client, strategy)
    assert "Waiting for a worker" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Total R" in page


def test_four_verdicts_stand_in_words(client, alice, checked):
    client.force_login(alice)
    page = tab(client, checked)
    total = TrustCheck.objects.get().result["look_ahead"]["total"]
    assert f"No look-ahead: {total} of {total} decisions" in page
    assert "More history changes nothing" in page
    for title in ("Look-ahead", "Warm-up", "Entries against chance", "Monte Carlo"):
        assert title in page
    assert "every 2s" not in page


def test_a_result_without_checks_offers_them(client, alice, checked, enqueued_checks):
    TrustCheck.objects.all().delete()
    client.force_login(alice)
    assert "Not checked yet" in tab(client, checked)
    answer = client.post(url("trust", checked), headers={"HX-Request": "true"})
    assert "Waiting for a worker" in answer.content.decode()
    assert TrustCheck.objects.get().run == checked.current_run


def test_without_scripts_the_button_leads_back_to_the_tab(client, alice, checked):
    client.force_login(alice)
    answer = client.post(url("trust", checked))
    assert answer["Location"] == f"{url('detail', checked)}?tab=trust"


def test_checks_are_cancelled_from_the_page(client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    answer = client.post(url("trust-cancel", strategy), headers={"HX-Request": "true"})
    assert "The checks were cancelled" in answer.content.decode()


def test_a_refused_check_is_explained(client, alice, checked):
    checked.current_run.engine_version = "0.1"
    checked.current_run.save()
    client.force_login(alice)
    answer = client.post(url("trust", checked), follow=True)
    assert "The engine has changed since this result" in answer.content.decode()


def test_a_failed_check_marks_its_tab(client, alice, checked):
    TrustCheck.objects.update(verdicts={"look_ahead": "failed"})
    client.force_login(alice)
    assert "Of a check: Failed" in client.get(url("detail", checked)).content.decode()


def test_a_failed_look_ahead_lists_what_differed(client, alice, checked):
    check = TrustCheck.objects.get()
    one = {"bar": "2024-03-04T14:30:00Z", "what": "position held"}
    differences = [{**one, "with_later": "entry bar 7", "without": "none"}] * 7
    found = {"verdict": "failed", "n_bars": 7, "differences": differences}
    check.result = {**check.result, "look_ahead": {**check.result["look_ahead"], **found}}
    check.save()
    client.force_login(alice)
    page = tab(client, checked)
    assert "Look-ahead: 7 bars decided differently" in page
    assert page.count("entry bar 7") == 5
    assert "2 more are in the API" in page


@pytest.mark.parametrize("name", ["trust", "trust-cancel"])
def test_a_strangers_action_finds_nothing(client, alice, bob, name):
    strategy = make_computed(alice)
    address = url(name, strategy)
    assert client.post(address).status_code == 302
    client.force_login(bob)
    assert client.post(address).status_code == 404
    assert TrustCheck.objects.get().status == "queued"


@pytest.mark.parametrize("name", ["trust", "trust-cancel"])
def test_there_is_nothing_to_check_before_a_result(client, alice, name):
    client.force_login(alice)
    assert client.post(url(name, make_strategy(alice))).status_code == 404


def test_the_api_tells_verdicts_of_a_strategy_and_figures_of_a_run(client, alice, checked):
    client.force_login(alice)
    brief = client.get(f"{API}/strategies/{checked.pk}/").json()["trust"]
    whole = client.get(f"{API}/runs/{checked.current_run_id}/").json()["trust"]
    assert brief["verdicts"]["look_ahead"] == "passed"
    assert "result" not in brief
    assert whole["result"]["significance"]["n_random"] == 1000
    assert whole["result"]["monte_carlo"]["days"]["n_days"] == 2


def test_the_api_starts_and_cancels_checks(client, alice, bob, checked):
    path = f"{API}/runs/{checked.current_run_id}/trust/"
    client.force_login(alice)
    started = client.post(path)
    assert (started.status_code, started.json()["status"]) == (202, "queued")
    assert client.post(f"{path}cancel/").json()["status"] == "cancelled"
    client.force_login(bob)
    assert client.post(path).status_code == 404
    assert client.post(f"{path}cancel/").status_code == 404


def test_the_api_refuses_what_can_not_be_checked(client, alice):
    run = make_strategy(alice).runs.get()
    client.force_login(alice)
    answer = client.post(f"{API}/runs/{run.pk}/trust/")
    assert answer.status_code == 409
    assert "finished backtest" in json.dumps(answer.json())


def test_lists_of_strategies_do_not_read_the_figures(
    client, alice, checked, django_assert_max_num_queries
):
    client.force_login(alice)
    with django_assert_max_num_queries(6):
        rows = client.get(f"{API}/strategies/").json()["results"]
    assert rows[0]["trust"]["verdicts"]["look_ahead"] == "passed"


def test_few_trades_are_said_to_be_too_few():
    found = {"verdict": "unknown", "n_trades": 7}
    assert headline_of("significance", found) == "7 trades: too few to judge."
    assert headline_of("monte_carlo", {**found, "n_trades": 1}) == "1 trade: too few to judge."


@pytest.mark.parametrize(
    ("verdict", "better_than", "p_value", "text"),
    [
        ("passed", 0.973, 0.027, "Better than 97.3 % of random entries (p = 0.027)."),
        ("passed", 1.0, 0.00099, "Better than 100.0 % of random entries (p < 0.001)."),
        ("failed", 0.2, 0.8, "No better than chance: ahead of only 20.0 % of random entries"),
    ],
)
def test_significance_in_words(verdict, better_than, p_value, text):
    found = {"verdict": verdict, "better_than": better_than, "p_value": p_value, "mean_r": 0.1}
    found |= {"random_percentiles": {"p50": 0.0}, "within_days": True}
    assert headline_of("significance", found).startswith(text)


def test_changed_trades_are_told_with_their_weight():
    found = {"verdict": "failed", "changed_trades": 3, "impact_r": -1.5, "extra_bars": 10}
    found |= {"wanted_bars": 100, "bars_before": 100, "scope": "window"}
    assert headline_of("warm_up", found) == "More history changes 3 trades, −1.50 R in total."


def test_cards_say_the_verdict_by_word_and_icon(checked):
    card = cards_of(TrustCheck.objects.get())[0]
    assert (card.verdict.word, card.verdict.icon) == ("Passed", "circle-check")


def test_a_histogram_fits_its_box_and_marks_zero():
    plot = plot_of("R", {"low": -1.0, "high": 3.0, "counts": [0, 2, 4], "mark": 3.0}, "this")
    assert (len(plot.bars), plot.zero_x, plot.mark_x) == (2, 60.0, 240.0)
    assert (plot.bars[-1].y, plot.bars[-1].height) == (0.0, 60.0)


@pytest.fixture
def report(monkeypatch, capsys):
    """What the command prints, checked on the first 5,000 bars of the reference series."""
    read = backtest.read_history

    def few(path, spec):
        history = read(path, spec)
        return history._replace(bars=history.bars.take(slice(0, 5000)))

    monkeypatch.setattr(backtest, "read_history", few)

    def run(*flags):
        call_command("backtest", str(JOB), f"--bars={JOB.parent}/REFA_1Min.csv.gz", *flags)
        return capsys.readouterr().out

    return run


def test_the_command_checks_when_asked(report):
    document = json.loads(report("--json", "--trust"))
    trust = document["trust"]
    assert trust["look_ahead"]["verdict"] == "passed"
    assert trust["n_trades"] == len(document["trades"])
    assert "all the history there is" in trust["warm_up"]["reason"]
    assert "trust" not in json.loads(report("--json"))


def test_the_command_prints_a_line_per_check(report):
    text = report("--trust")
    assert "look-ahead: passed. No look-ahead: " in text
    assert "warm-up: passed. More history changes nothing" in text
