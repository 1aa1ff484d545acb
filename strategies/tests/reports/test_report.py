"""The report of one strategy: its page, its files, and the links for who has no account."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from strategies.models import ReportLink
from strategies.reports.links import DAYS, MOST_OPEN, create_link, digest, link_of
from strategies.testing import make_computed, make_strategy

pytestmark = pytest.mark.usefixtures("market")
PAGES = ("strategy-report", "report-json", "report-links")


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def strategy(alice):
    made = make_computed(alice, name="Opening drive", notes="My account is 4711")
    make_strategy(alice, name="Another idea")
    return made


def address(name, strategy, *more):
    return reverse(f"strategies:{name}", args=[strategy.pk, *more])


def opened(client, token):
    return client.get(reverse("strategies:report-shared", args=[token]))


def text_of(answer):
    return b"".join(answer.streaming_content).decode()


def made_link(client, strategy, days=30):
    asked = {"days": days}
    shown = client.post(address("report-links", strategy), asked, follow=True).content.decode()
    return re.search(r"/reports/([\w-]+)/", shown)[1]


def test_the_report_shows_figures_rules_and_trades(client, alice, strategy):
    client.force_login(alice)
    shown = client.get(address("strategy-report", strategy)).content.decode()
    for words in ("Opening drive", "All figures", "When it earns", "Rules", "Print or save as PDF"):
        assert words in shown


def test_a_strategy_without_a_result_says_so(client, alice):
    client.force_login(alice)
    waiting = make_strategy(alice)
    assert "Not computed yet" in client.get(address("strategy-report", waiting)).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_report_is_its_owners_alone(client, charlie, strategy, name):
    assert client.get(address(name, strategy)).status_code == 302
    client.force_login(charlie)
    assert client.get(address(name, strategy)).status_code == 404


def test_everything_is_one_json_document_with_every_trade(client, alice, strategy):
    client.force_login(alice)
    found = json.loads(text_of(client.get(address("report-json", strategy))))
    assert len(found["trades"]) == strategy.trades.count()
    assert found["trades"][0]["entry_fill_ts"].endswith("Z")
    assert found["strategy"]["entry_trigger_confluence_id"] == "ema_stack_fast_cross_bull"
    assert found["result"]["kpis"] == strategy.kpis
    assert not {"id", "user_id", "run_id"} & set(found["trades"][0])


@pytest.mark.parametrize(
    ("name", "first"), [("curve", "trade"), ("figures", "figure"), ("slices", "kind")]
)
def test_tables_are_csv(client, alice, strategy, name, first):
    client.force_login(alice)
    rows = list(csv.reader(io.StringIO(text_of(client.get(address(f"report-{name}", strategy))))))
    assert rows[0][0] == first
    assert len(rows) > 5
    assert {len(row) for row in rows} == {len(rows[0])}


def test_a_stranger_reads_the_report_by_its_link_and_nothing_of_its_owner(client, alice, strategy):
    client.force_login(alice)
    token = made_link(client, strategy)
    client.logout()
    answer = opened(client, token)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Opening drive" in shown
    for secret in (alice.email, "4711", "Another idea", f"/strategies/{strategy.pk}", "/webhooks/"):
        assert secret not in shown


def test_the_page_behind_a_link_is_kept_and_found_nowhere(client, strategy):
    _, token = create_link(strategy, 7)
    headers = opened(client, token).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "Set-Cookie" not in headers


def test_the_secret_is_shown_once_and_stored_as_its_digest(client, alice, strategy):
    client.force_login(alice)
    token = made_link(client, strategy)
    assert len(token) >= 43
    assert ReportLink.objects.get().token_hash == digest(token)
    assert token not in client.get(address("report-links", strategy)).content.decode()


def test_the_list_says_how_often_and_when_a_link_was_opened(client, alice, strategy):
    link, token = create_link(strategy, 30)
    opened(client, token)
    opened(client, token)
    link.refresh_from_db()
    assert link.n_opened == 2
    assert link.last_opened_at is not None
    client.force_login(alice)
    assert "2 times" in client.get(address("report-links", strategy)).content.decode()


def _revoke(link, strategy):
    ReportLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())


def _expire(link, strategy):
    ReportLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def _bin(link, strategy):
    type(strategy).objects.filter(pk=strategy.pk).update(deleted_at=timezone.now())


def _close_account(link, strategy):
    type(link.user).objects.filter(pk=link.user_id).update(is_active=False)


@pytest.mark.parametrize("end", [_revoke, _expire, _bin, _close_account])
def test_a_dead_link_is_as_one_that_never_was(client, strategy, end):
    link, token = create_link(strategy, 30)
    end(link, strategy)
    dead, never = opened(client, token), opened(client, "A" * 43)
    assert (dead.status_code, never.status_code) == (404, 404)
    same = [re.sub(rb"<code>.*?</code>", b"", one.content) for one in (dead, never)]
    assert same[0] == same[1]


def test_its_owner_revokes_a_link(client, alice, charlie, strategy):
    link, token = create_link(strategy, 30)
    revoke = address("report-link-revoke", strategy, link.pk)
    client.force_login(charlie)
    assert client.post(revoke).status_code == 404
    assert opened(client, token).status_code == 200
    client.force_login(alice)
    client.post(revoke)
    assert opened(client, token).status_code == 404


@pytest.mark.parametrize("days", ["", "0", "31", "365", "x"])
def test_only_the_offered_days_make_a_link(client, alice, strategy, days):
    client.force_login(alice)
    answer = client.post(address("report-links", strategy), {"days": days}, follow=True)
    assert "Choose how long it is to be open." in answer.content.decode()
    assert not ReportLink.objects.exists()


@pytest.mark.parametrize("days", DAYS)
def test_a_link_is_open_for_as_many_days_as_were_chosen(strategy, days):
    link, token = create_link(strategy, days)
    assert link_of(token) == link
    assert (link.expires_at - timezone.now()).days == days - 1


def test_there_are_only_so_many_open_links(client, alice, strategy):
    for _ in range(MOST_OPEN):
        create_link(strategy, 7)
    client.force_login(alice)
    answer = client.post(address("report-links", strategy), {"days": 7}, follow=True)
    assert "Revoke one first" in answer.content.decode()
    assert ReportLink.objects.count() == MOST_OPEN


def test_an_address_that_tries_too_often_is_told_to_wait(client, strategy, settings):
    settings.RATE_LIMIT_REPORTS = 3
    _, token = create_link(strategy, 7)
    tried = [opened(client, "x" * 43).status_code for _ in range(3)]
    assert tried == [404, 404, 404]
    assert opened(client, token).status_code == 429
