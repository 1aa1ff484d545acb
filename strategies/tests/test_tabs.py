"""The page of a strategy computes its header and the tab that is shown, and no other."""

import pytest

from strategies import tasks
from strategies.models import TrustCheck
from strategies.testing import make_computed

pytestmark = pytest.mark.usefixtures("market")
# What only one tab reads.
OF_TAB = {
    "equity": "groups",
    "analytics": "analytics",
    "trades": "trades",
    "trust": "cards",
    "configuration": "used_packs",
}
HEADER = ("row", "stale", "active_run", "band", "has_failed_check", "tabs")


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
        ("equity", 15),
        ("analytics", 14),
        ("chart", 14),
        ("trades", 18),
        ("trust", 16),
        ("configuration", 16),
    ],
)
def test_a_tab_asks_no_more_than_it_shows(
    client, strategy, tab, most, django_assert_max_num_queries
):
    tasks.check_trust(TrustCheck.objects.get().pk)
    with django_assert_max_num_queries(most):
        client.get(strategy.get_absolute_url(), {"tab": tab})


def test_every_tab_flags_a_failed_check(client, strategy):
    TrustCheck.objects.update(verdicts={"look_ahead": "failed"})
    for tab in ("chart", "configuration"):
        shown = client.get(strategy.get_absolute_url(), {"tab": tab}).content.decode()
        assert "A check has failed" in shown
