"""Bringing many results up to date: a run each, watched with its outcome, cancelled together."""

import pytest
from django.urls import reverse

from strategies import tasks
from strategies.models import Run, Strategy
from strategies.testing import make_computed, make_strategy

pytestmark = pytest.mark.usefixtures("market")
ALL, CANCEL = reverse("strategies:strategy-refresh-all"), "/strategies/refresh/cancel/"


@pytest.fixture
def three(client, alice):
    client.force_login(alice)
    return [make_computed(alice, name=name) for name in ("First", "Second", "Third")]


def test_all_current_strategies_are_queued_and_watched_on_a_page(client, three):
    shown = client.post(ALL, follow=True).content.decode()
    assert "0 of 3 strategies done" in shown
    assert Run.objects.filter(status="queued").count() == 3
    assert all(name in shown for name in ("First", "Second", "Third"))


def test_the_page_says_what_came_of_each(client, three, monkeypatch):
    page = client.post(ALL).url
    runs = list(Run.objects.filter(status="queued").order_by("pk"))
    tasks.run_backtest(runs[0].pk)
    Run.objects.filter(pk=runs[1].pk).update(status="failed", error="There are no bars.")
    shown = client.get(page).content.decode()
    assert "2 of 3 strategies done" in shown
    assert "There are no bars." in shown
    assert f"{three[0].kpis['total_trades']} trades" in shown


def test_what_is_still_to_come_is_cancelled_and_results_stay(client, three):
    page = client.post(ALL).url
    client.post(f"{CANCEL}?{page.partition('?')[2]}")
    assert not Run.objects.filter(status="queued").exists()
    assert Strategy.objects.filter(current_run__status="succeeded").count() == 3


def test_ticked_ones_are_updated_alone(client, three):
    asked = {"action": "refresh", "ids": [three[0].pk, three[2].pk]}
    answer = client.post(reverse("strategies:strategy-bulk"), asked)
    assert "/strategies/refresh/?runs=" in answer.url
    queued = Run.objects.filter(status="queued").values_list("strategy__name", flat=True)
    assert set(queued) == {"First", "Third"}


def test_a_run_under_way_is_gone_on_with(client, alice):
    waiting = make_strategy(alice)
    client.force_login(alice)
    client.post(ALL)
    assert waiting.runs.count() == 1


def test_the_runs_of_others_are_not_shown_or_cancelled(client, charlie, three):
    page = client.post(ALL).url
    client.force_login(charlie)
    assert "Nothing to update" in client.get(page).content.decode()
    client.post(f"{CANCEL}?{page.partition('?')[2]}")
    assert Run.objects.filter(status="queued").count() == 3


@pytest.mark.parametrize("runs", ["", "x", "1,,2", "99999999999999999999", "-1"])
def test_runs_that_can_not_be_are_none(client, alice, runs):
    client.force_login(alice)
    assert client.get("/strategies/refresh/", {"runs": runs}).status_code == 200


def test_a_visitor_is_sent_to_the_login(client):
    assert client.post(ALL).status_code == 302
    assert "/accounts/login" in client.post(ALL).url
