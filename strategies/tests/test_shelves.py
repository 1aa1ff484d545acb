"""The list kept in order: filters, tags, archive, many at once, and a bin that gives back."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from strategies import hooks, tasks
from strategies.engine.errors import StrategyError
from strategies.models import Run, Strategy
from strategies.saving import changes, order
from strategies.testing import make_computed, make_strategy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return lambda query="": client.get(f"/strategies/{query}").content.decode()


def names(shown: str) -> list[str]:
    return sorted(set(re.findall(r">(S\d)</a>", shown)))


@pytest.fixture
def three(alice):
    """S1 monitored, S2 archived, S3 tagged."""
    one, two, three = (make_strategy(alice, name=f"S{k}") for k in (1, 2, 3))
    Strategy.objects.filter(pk=one.pk).update(alert_tracking_enabled=True, timeframe="5Min")
    order.set_archived(two, True)
    order.set_tags(three, ["Morning", "prop firm"])
    return one, two, three


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["S1", "S3"]),
        ("?shown=archive", ["S2"]),
        ("?monitored=yes", ["S1"]),
        ("?monitored=no", ["S3"]),
        ("?timeframe=5Min", ["S1"]),
        ("?tag=morning", ["S3"]),
        ("?tag=prop+firm&monitored=no", ["S3"]),
        ("?tag=prop", []),
        ("?tag=Morning,prop+firm", []),
        ("?source=sample&q=S3", ["S3"]),
        ("?source=nowhere", []),
        ("?monitored=nonsense&sort=nonsense&view=nonsense", ["S1", "S3"]),
    ],
)
@pytest.mark.parametrize("view", ["cards", "table"])
def test_the_list_is_narrowed_by_what_was_chosen(page, three, query, expected, view):
    page(f"?view={view}")
    assert names(page(query)) == expected


def test_the_view_is_kept_from_one_visit_to_the_next(page, three):
    assert "strategy-table" not in page()
    assert "strategy-table" in page("?view=table")
    assert "strategy-table" in page()


def test_only_choices_that_there_are_are_offered(page, alice):
    make_strategy(alice, name="S1")
    shown = page()
    assert 'name="direction"' in shown
    for name in ("symbol", "timeframe", "source", "tag", "shown"):
        assert f'id="f-{name}"' not in shown


@pytest.mark.parametrize("view", ["cards", "table"])
def test_the_queries_do_not_grow_with_the_rows(page, alice, view, django_assert_max_num_queries):
    for number in range(12):
        make_strategy(alice, name=f"S{number}")
    page(f"?view={view}")
    with django_assert_max_num_queries(15):
        page()
    with django_assert_max_num_queries(15):
        page("?period=30d&sort=total_r")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ([" b ", "A", "a", "", "B  c"], ["A", "b", "B c"]),
        ([], []),
        (["x" * 24], ["x" * 24]),
    ],
)
def test_tags_are_kept_once_in_order(alice, written, kept):
    strategy = order.set_tags(make_strategy(alice), written)
    strategy.refresh_from_db()
    assert strategy.tags == kept


@pytest.mark.parametrize("written", [["x" * 25], ["a,b"], [f"t{k}" for k in range(9)]])
def test_tags_that_can_not_be_change_nothing(alice, written):
    strategy = order.set_tags(make_strategy(alice), ["kept"])
    with pytest.raises(StrategyError):
        order.set_tags(strategy, written)
    strategy.refresh_from_db()
    assert strategy.tags == ["kept"]


def test_order_moves_no_version_and_no_result(alice):
    strategy = make_computed(alice)
    before = (strategy.version, strategy.fingerprint, strategy.current_run_id)
    order.set_tags(strategy, ["a"])
    order.set_archived(strategy, True)
    strategy.refresh_from_db()
    assert (strategy.version, strategy.fingerprint, strategy.current_run_id) == before


@pytest.fixture
def binned(alice):
    strategy = make_computed(alice, name="Gone one")
    changes.delete_strategy(strategy, confirmed=True)
    return Strategy.objects.get(pk=strategy.pk)


def test_what_lies_in_the_bin_exists_nowhere_else(client, page, binned):
    assert "Gone one" not in page()
    for name in ("detail", "edit", "export"):
        assert (
            client.get(reverse(f"strategies:strategy-{name}", args=[binned.pk])).status_code == 404
        )
    assert client.get(f"/api/v1/strategies/{binned.pk}/").status_code == 404
    assert client.get("/api/v1/strategies/").json()["count"] == 0
    assert client.get("/api/v1/strategies/?deleted=true").json()["results"][0]["name"] == "Gone one"
    assert "Bin (1)" in page()


def test_it_comes_back_whole_and_unwatched(client, page, binned):
    n_trades = binned.trades.count()
    answer = client.post(f"/strategies/bin/{binned.pk}/restore/")
    assert answer.url == f"/strategies/{binned.pk}/"
    back = Strategy.objects.get()
    assert (back.deleted_at, back.alert_tracking_enabled) == (None, False)
    assert back.trades.count() == n_trades > 0
    assert client.get(answer.url).status_code == 200


def test_deleting_offers_to_take_it_back(client, page, alice):
    strategy = make_strategy(alice, name="S1")
    shown = client.post(f"/strategies/{strategy.pk}/delete/", follow=True).content.decode()
    assert "lies in the bin for 30 days" in shown
    assert 'action="/strategies/bin/restore/"' in shown
    assert f'name="ids" value="{strategy.pk}"' in shown


def test_it_is_erased_by_hand_or_after_thirty_days(client, page, alice, binned):
    young = make_strategy(alice, name="S2")
    changes.delete_strategy(young)
    old = timezone.now() - timedelta(days=30, minutes=1)
    Strategy.objects.filter(pk=binned.pk).update(deleted_at=old)
    tasks.prune()
    assert list(Strategy.objects.all()) == [young]
    assert not Run.objects.filter(strategy=binned.pk).exists()
    client.post(f"/strategies/bin/{young.pk}/erase/")
    assert not Strategy.objects.exists()


def test_nobody_reaches_another_users_bin(client, bob, binned):
    client.force_login(bob)
    for act in ("restore", "erase"):
        assert client.post(f"/strategies/bin/{binned.pk}/{act}/").status_code == 404
    assert client.post(f"/api/v1/strategies/{binned.pk}/restore/").status_code == 404
    assert "Gone one" not in client.get("/strategies/bin/").content.decode()


def bulk(client, strategies, **fields) -> str:
    ids = [one.pk for one in strategies]
    return client.post("/strategies/bulk/", {"ids": ids, **fields}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("fields", "check"),
    [
        ({"action": "archive"}, lambda one: one.archived_at is not None),
        ({"action": "tag", "tag": " New one "}, lambda one: "New one" in one.tags),
        ({"action": "delete"}, lambda one: one.deleted_at is not None),
        ({"action": "unmonitor"}, lambda one: not one.alert_tracking_enabled),
    ],
)
def test_one_thing_is_done_to_all_that_are_ticked(client, page, three, fields, check):
    shown = bulk(client, three, **fields)
    assert "done for 3 strategies." in shown
    assert all(check(one) for one in Strategy.objects.all())


def test_a_tag_is_removed_in_any_spelling(client, page, three):
    bulk(client, three, action="untag", tag="MORNING")
    assert Strategy.objects.get(name="S3").tags == ["prop firm"]


def test_what_would_lose_something_is_left_and_named(client, page, three, monkeypatch):
    held = three[0].pk
    guard = lambda strategy: ["A position is open."] if strategy.pk == held else []  # noqa: E731
    monkeypatch.setattr(hooks, "guards", [guard])
    shown = bulk(client, three, action="delete")
    assert "done for 2 strategies." in shown
    assert "“S1”: A position is open." in shown
    assert Strategy.objects.get(deleted_at=None).pk == held


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "tag", "tag": " "}, "Write the tag."),
        ({"action": "tag", "tag": "x" * 25}, "A tag has at most 24 characters."),
        ({"action": "untag", "tag": "a,b"}, "A tag holds no comma."),
        ({"action": ""}, "Choose what to do."),
        ({"action": "explode"}, "Choose what to do."),
    ],
)
def test_nothing_is_done_without_knowing_what(client, page, three, fields, said):
    assert said in bulk(client, three, **fields)
    assert Strategy.objects.filter(deleted_at=None).count() == 3


def test_ticks_that_are_no_numbers_or_anothers_do_nothing(client, bob, three):
    client.force_login(bob)
    answer = client.post(
        "/strategies/bulk/", {"ids": ["x", "9" * 40, three[0].pk], "action": "delete"}, follow=True
    )
    assert "Tick the strategies first." in answer.content.decode()
    assert Strategy.objects.filter(deleted_at=None).count() == 3


def test_the_api_orders_and_restores(client, alice):
    strategy = make_strategy(alice, name="S1")
    client.force_login(alice)
    address = f"/api/v1/strategies/{strategy.pk}/"
    body = {"tags": ["b", "a"], "is_archived": True}
    shown = client.patch(f"{address}order/", body, content_type="application/json").json()
    assert (shown["tags"], shown["archived_at"] is not None) == (["a", "b"], True)
    wrong = client.patch(f"{address}order/", {"tags": ["a,b"]}, content_type="application/json")
    assert wrong.status_code == 400
    assert client.delete(address).status_code == 204
    assert client.post(f"{address}restore/").json()["name"] == "S1"
    assert client.get("/api/v1/strategies/?archived=true&tag=a").json()["count"] == 1
    assert client.get("/api/v1/strategies/?archived=false").json()["count"] == 0


def test_many_that_were_deleted_are_taken_back_at_once(client, page, three):
    shown = bulk(client, three[:2], action="delete")
    assert f'name="ids" value="{three[0].pk},{three[1].pk}"' in shown
    ids = f"{three[0].pk},{three[1].pk}"
    again = client.post("/strategies/bin/restore/", {"ids": ids}, follow=True).content.decode()
    assert "2 strategies are back, unwatched." in again
    assert Strategy.objects.filter(deleted_at=None).count() == 3
    late = client.post("/strategies/bin/restore/", {"ids": ids}, follow=True).content.decode()
    assert "None of them is in the bin any more." in late


@pytest.mark.parametrize("ids", ["", "x", "9" * 40, ",,", "0"])
def test_what_is_no_number_of_ones_own_takes_nothing_back(client, alice, bob, binned, ids):
    client.force_login(bob)
    for asked in (ids, str(binned.pk)):
        answer = client.post("/strategies/bin/restore/", {"ids": asked}, follow=True)
        assert "None of them is in the bin" in answer.content.decode()
    assert Strategy.objects.binned(alice).count() == 1


def test_the_bin_is_shown_in_pages_and_asks_before_it_erases(client, alice):
    rows = [make_strategy(alice, name=f"S{number}") for number in range(3)]
    Strategy.objects.update(deleted_at=timezone.now())
    client.force_login(alice)
    shown = client.get("/strategies/bin/?page=999").content.decode()
    assert shown.count("data-confirm=") == len(rows)
    assert "for good, with its results and trades?" in shown


def test_ordering_by_trades_puts_those_without_a_result_last(page, alice):
    for name, kpis in (("S1", {"total_trades": 3}), ("S2", {}), ("S3", {"total_trades": 20})):
        Strategy.objects.filter(pk=make_strategy(alice, name=name).pk).update(kpis=kpis)
    shown = page("?view=table&sort=trades")
    assert [shown.index(f">{name}</a>") for name in ("S3", "S1", "S2")] == sorted(
        shown.index(f">{name}</a>") for name in ("S1", "S2", "S3")
    )


def test_a_figure_without_bound_and_one_that_is_not_there_are_told_apart(page, alice):
    kpis = {"total_trades": 2, "profit_factor": None, "profit_factor_infinite": True}
    Strategy.objects.filter(pk=make_strategy(alice, name="S1").pk).update(kpis=kpis)
    cells = re.findall(r'data-label="([^"]+)"><span class="[^"]*">([^<]+)<', page("?view=table"))
    assert dict(cells)["Profit factor"] == "∞"
    assert dict(cells)["Total R"] == "—"
