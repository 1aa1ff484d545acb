"""Where what was tried is said: result panel, strategy page, API."""

import pytest

from strategies.models import Run, Trial
from strategies.testing import make_computed, make_run

pytestmark = pytest.mark.django_db


def test_the_panel_of_a_preview_says_how_many_were_tried(market, alice, client):
    make_run(alice)
    run = make_run(alice, stop_config={"method": "atr", "atr_mult": 3.0})
    client.force_login(alice)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "2 tried on 2 dates. Not held against luck: not enough dates (2 of 60)." in page


def test_the_page_of_a_strategy_says_what_was_tried_since(market, alice, client):
    strategy = make_computed(alice)
    Trial.objects.update(n_tried=40)
    client.force_login(alice)
    page = client.get(strategy.get_absolute_url()).content.decode()
    assert "1 was tried when it was stored, 40 by now." in page


def test_the_api_tells_evidence_of_a_finished_run(market, alice, client):
    run = make_run(alice)
    client.force_login(alice)
    found = client.get(f"/api/v1/runs/{run.pk}/").json()["evidence"]
    assert found["verdict"] in ("Not proven", "Contradicted")
    assert (found["n_tried"], found["n_tried_on_dates"], found["n_dates"]) == (1, 1, 2)
    assert found["luck_p"] is None
    assert found["luck"].endswith("not enough dates (2 of 60).")
    Run.objects.filter(pk=run.pk).update(status="failed")
    assert client.get(f"/api/v1/runs/{run.pk}/").json()["evidence"] is None


def test_a_result_from_before_there_was_a_ledger_is_shown_without(market, alice, client):
    run = make_run(alice)
    del run.result["evidence"]
    Run.objects.filter(pk=run.pk).update(result=run.result)
    client.force_login(alice)
    assert client.get(run.get_absolute_url()).status_code == 200
    found = client.get(f"/api/v1/runs/{run.pk}/").json()["evidence"]
    assert (found["n_tried"], found["luck"], found["dsr"]) == (None, "", None)
