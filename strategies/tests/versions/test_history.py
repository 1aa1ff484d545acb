"""The tab History: every version with what it changed, its figures then, and the way back."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from strategies.models import Strategy, StrategyVersion
from strategies.saving import changes as saving
from strategies.saving.pack_changes import edit_pack
from strategies.testing import compute, make_computed, pack_of

pytestmark = pytest.mark.usefixtures("market")


def edit(strategy: Strategy, **fields) -> Strategy:
    strategy.refresh_from_db()
    return saving.update_strategy(strategy, fields, version=strategy.version).strategy


@pytest.fixture
def strategy(market, client, alice):
    client.force_login(alice)
    return make_computed(alice)


def versions_of(client, strategy, **query):
    answer = client.get(strategy.get_absolute_url(), {"tab": "history", **query})
    return answer.context["versions"]


def test_the_newest_stands_first_with_what_it_changed(client, strategy):
    was = strategy.kpis["total_r"]
    compute(edit(strategy, bar_count_exit=3, name="Renamed"))
    newest, first = versions_of(client, strategy)
    assert [(one.label, one.before, one.after) for one in newest.differences] == [
        ("Name", "Fast cross", "Renamed"),
        ("Exit", "EMA Stack (Fast): Short < Mid Cross [C]",
         "EMA Stack (Fast): Short < Mid Cross [C]; After 3 bars"),
    ]  # fmt: skip
    assert (newest.is_now, first.is_now, first.differences) == (True, False, [])
    assert (newest.who, newest.kind, first.kind) == ("you", "Edited", "Created")
    strategy.refresh_from_db()
    figures = [one.result.kpis["total_r"] for one in (newest, first)]
    assert figures == [strategy.kpis["total_r"], was]
    assert first.result.engine_version == strategy.current_run.engine_version
    assert first.result.first_bar < first.result.last_bar


def test_a_pack_edit_is_told_by_its_parameters(client, strategy, alice):
    edit_pack(
        pack_of(alice, "ema_stack_fast"), {"parameters": {"short_period": 4}}, revision=1,
        confirmed=True,
    )  # fmt: skip
    [change] = versions_of(client, strategy)[0].differences
    assert change.label == "Pack EMA Stack (Fast)"
    assert change.before != change.after
    assert versions_of(client, strategy)[0].kind == "Pack edited"


def test_one_never_computed_says_so(client, strategy):
    edit(strategy, bar_count_exit=3)
    edit(strategy, bar_count_exit=4)
    newest, between, first = versions_of(client, strategy)
    assert (newest.note, between.note, first.note) == (
        "Not computed yet.", "Changed again before it was computed.", "",
    )  # fmt: skip


def test_hundreds_of_versions_are_paged_in_as_many_queries(
    client, strategy, django_assert_max_num_queries
):
    first = strategy.versions.get()
    StrategyVersion.objects.bulk_create(
        StrategyVersion(
            user=first.user, author=first.author, strategy=strategy, number=number,
            kind="preserved", record={**first.record, "notes": str(number)}, packs=first.packs,
            changed=["notes"], fingerprint=first.fingerprint, market_ts=first.market_ts,
            created_at=timezone.now(),
        )
        for number in range(2, 302)
    )  # fmt: skip
    client.get(strategy.get_absolute_url(), {"tab": "history"})
    with django_assert_max_num_queries(20):
        shown = versions_of(client, strategy)
    assert [one.number for one in shown] == list(range(301, 281, -1))
    assert [(one.before, one.after) for one in shown[-1].differences] == [("281", "282")]
    assert [one.number for one in versions_of(client, strategy, page="16")] == [1]
    assert versions_of(client, strategy, page="-7")


def test_an_earlier_one_is_compared_with_now_and_opened_as_a_clone(client, strategy):
    compute(edit(strategy, bar_count_exit=3))
    page = client.get(strategy.get_absolute_url(), {"tab": "history"}).content.decode()
    assert f"/compare/?items=version:{strategy.pk}.1,strategy:{strategy.pk}" in page
    answer = client.post(reverse("strategies:version-clone", args=[strategy.pk, 1]), follow=True)
    assert answer.status_code == 200
    clone = Strategy.objects.latest("pk")
    assert (clone.name, clone.config["bar_count_exit"]) == ("Fast cross (version 1)", None)


def test_what_can_not_run_any_more_says_why_and_stores_nothing(client, strategy):
    strategy.versions.update(record={**strategy.as_record(), "symbol": "GONE"})
    answer = client.post(reverse("strategies:version-clone", args=[strategy.pk, 1]), follow=True)
    assert "It can&#x27;t be opened as it was" in answer.content.decode()
    assert Strategy.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 302), ("bob", 404), ("charlie", 404), (None, 302)]
)
def test_only_the_owner_goes_back(request, client, strategy, who, status):
    client.logout()
    if who:
        client.force_login(request.getfixturevalue(who))
    answer = client.post(reverse("strategies:version-clone", args=[strategy.pk, 1]))
    assert answer.status_code == status
    assert Strategy.objects.count() == (2 if who == "alice" else 1)
    table = client.get(reverse("strategies:strategy-versions-csv", args=[strategy.pk]))
    assert table.status_code == (200 if who == "alice" else status)


def test_the_table_has_a_line_for_each_version(client, strategy):
    compute(edit(strategy, bar_count_exit=3, name="=1+1"))
    answer = client.get(reverse("strategies:strategy-versions-csv", args=[strategy.pk]))
    newest, first = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (newest["version"], newest["kind"], first["kind"]) == ("2", "reset", "new")
    assert newest["changed"].startswith("Name: Fast cross → =1+1; Exit: ")
    assert float(first["total_r"]) == strategy.versions.get(number=1).run.result["kpis"]["total_r"]


def test_an_account_without_versions_still_has_the_page(client, strategy):
    strategy.versions.all().delete()
    page = client.get(strategy.get_absolute_url(), {"tab": "history"}).content.decode()
    assert "No version is kept of it yet" in page
