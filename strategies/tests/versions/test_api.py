"""Versions and comparisons over the API."""

import json

import pytest

from strategies.models import Strategy, StrategyVersion
from strategies.saving import changes as saving
from strategies.testing import compute, make_computed

pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def strategy(market, client, alice):
    client.force_login(alice)
    strategy = make_computed(alice)
    saving.update_strategy(strategy, {"bar_count_exit": 3}, version=1)
    return compute(strategy)


def get(client, path: str, **query: str):
    return client.get(f"/api/v1/{path}", query)


def strict(text: str) -> object:
    """JSON without NaN and Infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def test_versions_are_listed_newest_first_with_their_figures(client, strategy):
    found = get(client, f"strategies/{strategy.pk}/versions/").json()
    assert found["count"] == 2
    newest, first = found["results"]
    assert (newest["number"], newest["kind"], newest["changed"]) == (2, "reset", ["bar_count_exit"])
    assert (newest["is_now"], first["is_now"], newest["author"]) == (
        True,
        False,
        "alice@example.com",
    )
    assert newest["differences"][0]["label"] == "Exit"
    assert newest["result"]["kpis"] == strategy.kpis
    assert first["result"]["kpis"]["total_trades"] > 0


def test_pages_of_versions_say_what_the_last_of_them_changed(client, strategy):
    found = get(client, f"strategies/{strategy.pk}/versions/", page_size="1").json()
    assert [one["differences"][0]["label"] for one in found["results"]] == ["Exit"]


def test_one_version_has_its_record_and_packs(client, strategy):
    found = get(client, f"strategies/{strategy.pk}/versions/1/").json()
    assert found["record"]["bar_count_exit"] is None
    assert [pack["id"] for pack in found["packs"]] == ["ema_stack_fast"]


def test_a_clone_is_answered_like_any_saved_strategy(client, strategy):
    answer = client.post(f"/api/v1/strategies/{strategy.pk}/versions/1/clone/")
    made = answer.json()
    assert (answer.status_code, made["result"], made["version"]) == (201, "new", 1)
    assert made["bar_count_exit"] is None


def test_what_can_not_run_any_more_names_the_field(client, strategy):
    strategy.versions.update(record={**strategy.as_record(), "symbol": "GONE"})
    answer = client.post(f"/api/v1/strategies/{strategy.pk}/versions/1/clone/")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "symbol"
    assert Strategy.objects.count() == 1


def test_a_comparison_says_all_that_its_page_says(client, strategy):
    items = f"version:{strategy.pk}.1,strategy:{strategy.pk}"
    answer = get(client, "compare/", items=items)
    found = strict(answer.content.decode())
    assert [one["ref"] for one in found["items"]] == items.split(",")
    assert [row["label"] for row in found["configuration"] if row["differs"]] == ["Exit"]
    assert len(found["overlaps"]) == 2
    assert found["correlations"][0]["value"] is None
    totals = next(row for row in found["figures"] if row["key"] == "total_r")
    assert totals["differences"] == [None, totals["values"][1] - totals["values"][0]]
    n_trades = found["figures"][0]["values"]
    assert [curve["numbers"][-1] for curve in found["curves"]] == n_trades


def test_figures_without_bound_are_no_json_infinity(client, strategy):
    run = strategy.current_run
    run.result["kpis"] |= {"profit_factor": None, "profit_factor_infinite": True}
    run.save()
    items = f"version:{strategy.pk}.1,strategy:{strategy.pk}"
    found = strict(get(client, "compare/", items=items).content.decode())
    row = next(row for row in found["figures"] if row["key"] == "profit_factor")
    assert (row["values"][1], row["infinite"][1], row["differences"][1]) == (None, True, None)


@pytest.mark.parametrize(
    "items", ["", "strategy:1", "strategy:x,strategy:2", "run:1,run:2", "\0,1"]
)
def test_items_that_can_not_be_read_name_the_field(client, strategy, items):
    answer = get(client, "compare/", items=items)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "items"


def test_dates_are_all_or_common(client, strategy):
    items = f"version:{strategy.pk}.1,strategy:{strategy.pk}"
    assert get(client, "compare/", items=items, dates="some").status_code == 400
    assert get(client, "compare/", items=items, dates="common").json()["dates"] == "all"


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("bob", 404), ("charlie", 404), (None, 401)]
)
def test_versions_are_their_owners_alone(request, client, strategy, who, status):
    client.logout()
    if who:
        client.force_login(request.getfixturevalue(who))
    pk = strategy.pk
    for path in (f"strategies/{pk}/versions/", f"strategies/{pk}/versions/1/"):
        assert get(client, path).status_code == status
    compared = get(client, "compare/", items=f"version:{pk}.1,strategy:{pk}")
    assert compared.status_code == status
    made = client.post(f"/api/v1/strategies/{pk}/versions/1/clone/").status_code
    assert made == (201 if who == "alice" else status)


def test_an_unknown_version_is_not_found(client, strategy):
    pk = strategy.pk
    assert get(client, f"strategies/{pk}/versions/9/").status_code == 404
    assert client.post(f"/api/v1/strategies/{pk}/versions/9/clone/").status_code == 404


def test_a_list_of_versions_asks_as_much_for_many_as_for_few(
    client, strategy, django_assert_max_num_queries
):
    first = strategy.versions.get(number=1)
    for number in range(10, 40):
        first.pk, first.number = None, number
        StrategyVersion.objects.bulk_create([first])
    get(client, f"strategies/{strategy.pk}/versions/")
    with django_assert_max_num_queries(12):
        get(client, f"strategies/{strategy.pk}/versions/")
