"""On bars that never go on nothing is tested forward, and no place says that something is."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from market.testing import make_bars
from strategies.models import Strategy
from strategies.testing import make_computed, make_strategy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Recorded bars."""


def since(client, strategy: Strategy) -> str | None:
    return client.get(f"/api/v1/strategies/{strategy.pk}/").json()["forward_test_start"]


def text_of(client, address: str) -> str:
    page = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.fixture
def recorded(alice: User, client) -> Strategy:
    client.force_login(alice)
    return make_computed(alice, name="Recorded")


@pytest.fixture
def fed(alice: User, client) -> Strategy:
    client.force_login(alice)
    make_bars("simulated", "SPY", n_days=2)
    return make_computed(alice, name="Fed", data_source="simulated")


def test_the_configuration_says_that_there_is_none(client, recorded, fed) -> None:
    assert "none: recorded bars" in text_of(client, f"/strategies/{recorded.pk}/?tab=configuration")
    page = text_of(client, f"/strategies/{fed.pk}/?tab=configuration")
    assert re.search(r"Forward test since [A-Z][a-z]{2} \d\d", page)


def test_the_bin_keeps_the_day_it_began(client, recorded, fed) -> None:
    began = since(client, fed)
    for action in ("delete", "restore"):
        client.post(reverse(f"strategies:strategy-{action}", args=[fed.pk]))
    assert since(client, fed) == began
    page = reverse("strategies:strategy-delete", args=[recorded.pk])
    assert "forward test" not in text_of(client, page)


def test_the_api_names_no_start(client, recorded, fed) -> None:
    assert since(client, recorded) is None
    assert since(client, fed) is not None
    assert Strategy.objects.get(pk=recorded.pk).forward_test_start is not None


def test_the_dashboard_counts_those_that_go_on(client, alice: User, recorded, fed) -> None:
    make_bars("import:mine", "SPY", n_days=2)
    make_strategy(alice, name="Imported", data_source="import:mine")
    page = text_of(client, "/")
    assert "Forward testing 1 on bars nobody had seen" in page


def test_header_and_trades_know_no_forward_part(client, recorded) -> None:
    Strategy.objects.filter(pk=recorded.pk).update(forward_test_start="2020-01-01T00:00:00Z")
    assert "Fwd" not in text_of(client, f"/strategies/{recorded.pk}/")
    assert not recorded.trades.filter(segment="forward").exists()


def test_saving_announces_none(client, recorded, alice: User) -> None:
    answer = client.post(reverse("strategies:strategy-clone", args=[recorded.pk]), follow=True)
    assert "“Recorded (Copy)” is saved." in answer.content.decode()
    assert "forward test starts" not in answer.content.decode()
