"""The page of a comparison: what it says of two to four, and to whom."""

import csv
import io
import uuid

import pytest
from django.urls import reverse

from strategies.models import Run, Strategy, Trade
from strategies.saving import changes as saving
from strategies.testing import compute, make_computed, make_run, make_strategy

pytestmark = pytest.mark.usefixtures("market")
ADDRESS = "/compare/"


def edit(strategy: Strategy, **fields) -> Strategy:
    strategy.refresh_from_db()
    return saving.update_strategy(strategy, fields, version=strategy.version).strategy


@pytest.fixture
def reader(market, client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def two(market, alice):
    return make_computed(alice), make_computed(alice, name="Slower", bar_count_exit=3)


def shown(client, *refs: str, **query: str):
    return client.get(ADDRESS, {"items": ",".join(refs), **query})


def refs_of(*strategies: Strategy) -> list[str]:
    return [f"strategy:{one.pk}" for one in strategies]


def test_two_strategies_differ_by_what_differs(reader, two):
    context = shown(reader, *refs_of(*two)).context
    assert [(row.label, row.texts) for row in context["rows"]] == [
        ("Exit", [
            "EMA Stack (Fast): Short < Mid Cross [C]",
            "EMA Stack (Fast): Short < Mid Cross [C]; After 3 bars",
        ]),
    ]  # fmt: skip


def test_every_line_can_be_shown(reader, two):
    rows = shown(reader, *refs_of(*two), rows="all").context["rows"]
    labels = [row.label for row in rows]
    assert labels[:5] == ["Ticker", "Direction", "Timeframe", "Bars", "Session"]
    assert "Pack EMA Stack (Fast)" in labels


def test_a_part_of_the_record_nobody_worded_has_its_line(reader, alice, skipped_days):
    some = make_computed(alice), make_computed(alice, name="Other", skipped_days=["FRI", "MON"])
    rows = shown(reader, *refs_of(*some)).context["rows"]
    assert [(row.label, row.texts) for row in rows] == [("Skipped days", ["None", "MON, FRI"])]


def test_figures_are_those_stored_with_their_differences_to_the_first(reader, two):
    figures = {row.key: row for row in shown(reader, *refs_of(*two)).context["figures"]}
    first, second = (one.kpis for one in two)
    row = figures["total_r"].figures
    assert [one.value for one in row] == [first["total_r"], second["total_r"]]
    assert [one.by for one in row] == [None, second["total_r"] - first["total_r"]]
    assert row[0].difference == ""


def test_a_version_stands_beside_what_it_became(reader, alice):
    strategy = make_computed(alice)
    was = strategy.kpis
    compute(edit(strategy, bar_count_exit=3))
    context = shown(reader, f"version:{strategy.pk}.1", f"strategy:{strategy.pk}").context
    figures = {row.key: row.figures for row in context["figures"]}
    strategy.refresh_from_db()
    assert [one.value for one in figures["total_trades"]] == [
        was["total_trades"], strategy.kpis["total_trades"],
    ]  # fmt: skip
    assert [row.label for row in context["rows"]] == ["Exit"]
    assert context["matrix"][0].cells[1].n_trades == was["total_trades"]


def test_a_backtest_of_the_builder_can_be_compared(reader, alice, two):
    run = make_run(alice, bar_count_exit=5)
    answer = shown(reader, f"run:{run.code}", f"strategy:{two[0].pk}")
    assert answer.status_code == 200
    assert answer.context["figures"][0].figures[0].value == run.result["kpis"]["total_trades"]


def test_the_editor_offers_to_compare_with_the_stored_one(reader, alice, two):
    run = make_run(alice, bar_count_exit=5)
    wanted = f"/compare/?items=strategy:{two[0].pk},run:{run.code}"
    panel = reverse("strategies:run-detail", args=[run.code])
    editor = reverse("strategies:strategy-edit", args=[two[0].pk])
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{editor}?version=1"}
    assert wanted in reader.get(panel, headers=headers).content.decode()
    headers["HX-Current-URL"] = "http://testserver/strategies/new/"
    assert "/compare/" not in reader.get(panel, headers=headers).content.decode()


def test_a_strategy_being_computed_says_so_and_shows_no_older_figures(reader, two):
    edit(two[1], bar_count_exit=4)
    answer = shown(reader, *refs_of(*two))
    assert "Its backtest is being computed" in answer.content.decode()
    assert [one.value for one in answer.context["figures"][0].figures][1] is None


def test_one_that_failed_says_why(reader, two):
    edit(two[1], bar_count_exit=4)
    two[1].runs.filter(status="queued").update(status="failed", error="No bars there.")
    assert "Its backtest failed: No bars there." in shown(reader, *refs_of(*two)).content.decode()


def test_none_of_them_computed_is_a_plain_page(reader, alice):
    answer = shown(reader, *refs_of(make_strategy(alice), make_strategy(alice, name="Other")))
    assert answer.status_code == 200
    assert "None of them has a closed trade to draw." in answer.content.decode()


def test_without_trades_there_is_nothing_to_divide_by(reader, alice, two):
    never = make_computed(alice, name="Never", confluence=["1M-EMA_STACK_FAST-LMS"])
    assert never.kpis["total_trades"] == 0
    answer = shown(reader, *refs_of(never, *two))
    assert answer.status_code == 200


def test_an_earlier_run_whose_trades_are_gone_says_so(reader, alice, two):
    run = Run.objects.get(pk=two[0].current_run_id)
    Trade.objects.filter(run=run).delete()
    text = shown(reader, f"run:{run.code}", f"strategy:{two[1].pk}").content.decode()
    assert "its figures were kept and its trades were not" in text


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_a_strangers_answer_like_unknown_ones(request, client, two, who):
    stranger = request.getfixturevalue(who)
    mine = make_computed(stranger)
    client.force_login(stranger)
    run = two[0].current_run
    for ref in (f"strategy:{two[0].pk}", f"version:{two[0].pk}.1", f"run:{run.code}"):
        assert shown(client, f"strategy:{mine.pk}", ref).status_code == 404
    for ref in ("strategy:999999", f"version:{mine.pk}.99", f"run:{uuid.uuid4()}"):
        assert shown(client, f"strategy:{mine.pk}", ref).status_code == 404


def test_a_visitor_is_asked_to_log_in(client, two):
    assert shown(client, *refs_of(*two)).status_code == 302


def test_what_lies_in_the_bin_is_not_there(reader, two):
    run = two[0].current_run
    saving.delete_strategy(two[0], confirmed=True)
    for ref in (f"strategy:{two[0].pk}", f"version:{two[0].pk}.1", f"run:{run.code}"):
        assert shown(reader, f"strategy:{two[1].pk}", ref).status_code == 404


def test_no_items_explain_the_page_and_wrong_ones_say_why(reader):
    assert "Two to four side by side" in reader.get(ADDRESS).content.decode()
    answer = shown(reader, "strategy:x", "strategy:1")
    assert answer.status_code == 422
    assert "strategy:x” is none of" in answer.content.decode()


def test_the_number_of_queries_grows_with_the_items_alone(
    reader, two, alice, django_assert_max_num_queries
):
    shown(reader, *refs_of(*two))
    with django_assert_max_num_queries(15):
        shown(reader, *refs_of(*two))
    more = [make_computed(alice, name=f"More {n}", bar_count_exit=n) for n in (5, 6)]
    with django_assert_max_num_queries(21):
        shown(reader, *refs_of(*two, *more))


def test_different_dates_are_said_and_common_ones_can_be_chosen(reader, alice, two):
    """Two days are stored: the first strategy sees both, the last one only the second."""
    ranged = {"lookback_mode": "Date Range", "lookback_start_date": "2024-03-05"}
    shorter = make_computed(alice, name="One day", **ranged)
    refs = refs_of(two[0], shorter)
    answer = shown(reader, *refs)
    assert "Figures span different dates" in answer.content.decode()
    common = shown(reader, *refs, dates="common")
    figures = {row.key: row.figures for row in common.context["figures"]}
    assert "daily_r" not in figures
    start = shorter.window_start_ts
    inside = two[0].trades.filter(entry_fill_ts__gte=start).counted()
    assert figures["total_trades"][0].value == inside.count()
    assert figures["total_r"][0].value == sum(inside.values_list("r_multiple", flat=True))
    assert figures["total_r"][1].value == shorter.kpis["total_r"]


def test_equal_dates_offer_no_choice(reader, two):
    assert "common dates" not in shown(reader, *refs_of(*two)).content.decode()


def test_the_table_is_downloaded_as_csv(reader, two):
    answer = reader.get("/compare/table.csv", {"items": ",".join(refs_of(*two))})
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert lines[0] == ["", "Fast cross", "Slower", "Slower, difference"]
    total = next(line for line in lines if line[0] == "Total R")
    assert [float(one) for one in total[1:3]] == [one.kpis["total_r"] for one in two]


def test_a_name_is_no_formula_and_no_markup(reader, alice, two):
    evil = make_computed(alice, name="=cmd()<script>alert(1)</script>")
    refs = refs_of(evil, two[0])
    assert b"<script>alert" not in shown(reader, *refs).content
    answer = reader.get("/compare/table.csv", {"items": ",".join(refs)}).content.decode()
    assert answer.splitlines()[0].startswith(",'=cmd()")


def test_ticked_strategies_lead_to_the_page(reader, two):
    answer = reader.post(reverse("strategies:compare-ticked"), {"ids": [one.pk for one in two]})
    assert answer.url == f"/compare/?items=strategy:{two[0].pk},strategy:{two[1].pk}"


@pytest.mark.parametrize("n", [0, 1, 5])
def test_too_few_or_too_many_ticked_are_told(reader, alice, n):
    ids = [make_strategy(alice, name=f"No {i}").pk for i in range(n)]
    answer = reader.post(reverse("strategies:compare-ticked"), {"ids": ids}, follow=True)
    assert "Tick two to four strategies" in answer.content.decode()


def test_ticked_ones_of_others_are_passed_over(client, bob, two):
    client.force_login(bob)
    ids = [one.pk for one in two]
    answer = client.post(reverse("strategies:compare-ticked"), {"ids": [*ids, "x"]})
    assert answer.url == "/strategies/"
