"""The page of a strategy computes its header and the tab that is shown, and no other."""

import pytest
from django.db import connection

from strategies import tasks
from strategies.models import TrustCheck
from strategies.testing import make_computed

pytestmark = pytest.mark.usefixtures("market")
# What only one tab reads.
OF_TAB = {
    "equity": "groups",
    "extended": "extended",
    "states": "states",
    "earning": "earning",
    "analytics": "analytics",
    "trades": "table",
    "trust": "cards",
    "configuration": "used_packs",
    "history": "versions",
}
HEADER = ("row", "stale", "active_run", "band", "verdict", "worst_check", "tabs")


@pytest.fixture
def strategy(market, client, alice):
    made = make_computed(alice)
    client.force_login(alice)
    return made


@pytest.mark.parametrize("tab", [*OF_TAB, "chart"])
def test_a_tab_has_the_header_and_its_own(client, strategy, tab):
    context = client.get(strategy.get_absolute_url(), {"tab": tab}).context
    assert all(name in context for name in HEADER)
    assert [name for name in OF_TAB.values() if name in context] == [
        name for key, name in OF_TAB.items() if key == tab
    ]


@pytest.mark.parametrize(
    ("tab", "most"),
    [
        ("equity", 21),
        ("extended", 18),
        ("states", 19),
        ("earning", 18),
        ("analytics", 17),
        ("chart", 17),
        ("trades", 27),
        ("trust", 19),
        ("configuration", 19),
        ("history", 20),
    ],
)
def test_a_tab_asks_no_more_than_it_shows(
    client, strategy, tab, most, django_assert_max_num_queries
):
    tasks.check_trust(TrustCheck.objects.get().pk)
    # Asked of the database once per process.
    assert connection.features.supports_json_field
    with django_assert_max_num_queries(most):
        client.get(strategy.get_absolute_url(), {"tab": tab})


@pytest.mark.parametrize(
    ("verdicts", "flag"),
    [
        ({"look_ahead": "failed", "warm_up": "caution"}, "Of a check: Failed"),
        ({"look_ahead": "passed", "significance": "caution"}, "Of a check: Caution"),
        ({"look_ahead": "passed", "significance": "unknown"}, None),
        ({"look_ahead": "passed", "monte_carlo": "failed"}, None),
    ],
)
def test_every_tab_is_flagged_by_the_worst_check_that_judges(client, strategy, verdicts, flag):
    TrustCheck.objects.update(verdicts=verdicts)
    for tab in ("chart", "configuration"):
        shown = client.get(strategy.get_absolute_url(), {"tab": tab}).content.decode()
        assert ("Of a check" in shown) == (flag is not None)
        assert flag is None or flag in shown


def test_names_on_the_page_need_no_manual(client, strategy):
    shown = client.get(strategy.get_absolute_url(), {"tab": "configuration"}).content.decode()
    assert "Regular hours, 9:30 to 16:00 ET (RTH)" in shown
    assert "Backtest 2 days" in shown
