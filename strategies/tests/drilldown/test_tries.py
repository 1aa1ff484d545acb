"""Every card counts as a try, once, whatever is asked again or in whatever order."""

import pytest

from strategies import ledger
from strategies.drilldown import compute
from strategies.engine.evidence.luck import luck_p
from strategies.models import Drilldown, Trial
from strategies.testing import make_run
from strategies.tests.drilldown.asked import cards_of, make_drilldown
from trader.work.life import WorkLostError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


def tried(user) -> list[tuple[str, int]]:
    return sorted(Trial.objects.for_user(user).values_list("kind", "n_tried"))


def test_a_tab_is_one_row_with_all_its_cards(alice, charlie):
    row = make_drilldown(alice, "stop")
    n = len(cards_of(row))
    assert tried(alice) == [("tab", n)]
    assert row.result["n_tried"] == n
    assert tried(charlie) == []


def test_the_same_question_again_is_counted_once(alice):
    for _ in range(2):
        make_drilldown(alice, "stop")
    assert Trial.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"costs": {"commission_per_share": 0.02}},
        {"risk_per_trade": 500.0},
        {"name": "Another name"},
    ],
)
def test_sizes_costs_and_names_make_no_other_question(alice, change):
    make_drilldown(alice, "stop")
    make_drilldown(alice, "stop", **change)
    assert Trial.objects.count() == 1


def test_the_order_of_what_is_asked_does_not_matter(alice, charlie):
    tabs = ["stop", "target", "general"]
    for owner, order in ((alice, tabs), (charlie, tabs[::-1])):
        for tab in order:
            make_drilldown(owner, tab)
    assert tried(alice) == tried(charlie)
    digests = [
        set(Trial.objects.for_user(u).values_list("digest", flat=True)) for u in (alice, charlie)
    ]
    assert digests[0] == digests[1]


def test_a_later_result_counts_what_its_tabs_have_tried(alice):
    run = make_run(alice)
    before = ledger.tried_on(alice, "sample", "SPY", _window(run))
    row = make_drilldown(alice, "target")
    assert ledger.tried_on(alice, "sample", "SPY", _window(run)) == before + row.result["n_tried"]


def _window(run):
    return tuple(run.result["evidence"]["window"])


def test_what_was_shown_before_a_cancel_counts(alice, monkeypatch):
    monkeypatch.setattr(compute, "STEP_SECONDS", 0.0)
    stored = compute._Tab._store

    def lost(self):
        if self.n_parts:
            raise WorkLostError
        stored(self)

    monkeypatch.setattr(compute._Tab, "_store", lost)
    row = make_drilldown(alice, "conditions")
    assert row.status == "running"
    [(kind, n_tried)] = tried(alice)
    assert kind == "tab"
    assert 0 < n_tried < len(row.choices)


def test_a_search_counts_every_combination(alice):
    row = make_drilldown(alice, "exits", 1)
    assert row.result["n_tried"] > len(cards_of(row))
    assert tried(alice) == [("auto_search", row.result["n_tried"])]


def test_of_a_row_that_is_gone_nothing_is_counted(alice):
    row = make_drilldown(alice, "stop")
    Trial.objects.all().delete()
    tab = compute._Tab(row, row.result["now_ts"])
    Drilldown.objects.all().delete()
    tab.count_tries()
    assert not Trial.objects.exists()


def test_luck_needs_dates(alice):
    luck = make_drilldown(alice, "stop").result["luck"]
    assert luck["p"] is None
    assert luck_p(luck["maxima"] or [0.0], 3.0, luck["n_dates"]) is None
