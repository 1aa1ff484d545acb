"""The list of packs: each template once, its versions below it, narrowed by an address."""

import pytest
from django.urls import reverse

from strategies.models import Pack
from strategies.packs import library
from strategies.packs.library import create_default_packs
from strategies.testing import make_strategy, pack_of

pytestmark = pytest.mark.django_db
LIST = "/packs/"


@pytest.fixture
def page(client, alice):
    create_default_packs(alice)
    client.force_login(alice)
    return lambda **asked: client.get(LIST, asked).content.decode()


def test_each_template_is_there_once_with_its_versions(page, alice):
    library.create_pack(alice, "ema_stack", {"version": "Scalping"})
    shown = page()
    assert shown.count("<strong>EMA Stack</strong>") == 1
    part = shown.split("<strong>EMA Stack</strong>")[1].split("<strong>")[0]
    assert ("</span> Default</a>" in part, "</span> Scalping</a>" in part) == (True, True)
    assert reverse("strategies:pack-create", args=["ema_stack"]) in part


def test_a_template_without_versions_is_offered(page):
    Pack.objects.filter(base_template="rvol").delete()
    part = page().split("<strong>Relative Volume</strong>")[1].split("<strong>")[0]
    assert (reverse("strategies:pack-create", args=["rvol"]) in part, "pack-row" in part) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"q": "supertrend"}, "SuperTrend", "EMA Stack"),
        ({"q": "moving averages"}, "EMA Stack", "SuperTrend"),
        ({"q": "loud"}, "</span> Loud</a>", "SuperTrend"),
        ({"family": "time"}, "Before the close", "EMA Stack"),
        ({"used": "yes"}, "</span> Fast</a>", "</span> Loud</a>"),
        ({"used": "no"}, "</span> Loud</a>", "</span> Fast</a>"),
        ({"enabled": "no"}, "</span> Loud</a>", "</span> Fast</a>"),
        ({"family": "nonsense"}, "EMA Stack", "Nothing matches"),
    ],
)
def test_the_list_is_narrowed(market, page, alice, asked, there, gone):
    make_strategy(alice)
    library.create_pack(alice, "rvol", {"version": "Loud", "enabled": False})
    shown = page(**asked).split('id="pack-list"')[1]
    assert there in shown
    assert gone not in shown


def test_nothing_that_fits_offers_the_way_back(page):
    assert "No pack fits these filters." in page(q="zzz")


def test_the_queries_do_not_grow_with_the_packs(page, client, alice, django_assert_max_num_queries):
    for number in range(30):
        library.create_pack(alice, "ema_stack", {"version": f"No {number}"})
    with django_assert_max_num_queries(12):
        page()


def test_packs_of_others_are_not_there(page, charlie):
    library.create_pack(charlie, "rvol", {"version": "Theirs"})
    assert "Theirs" not in page()


def test_the_switch_works_without_a_script(page, client, alice):
    pack = pack_of(alice, "vwap_default")
    answer = client.post(reverse("strategies:pack-toggle", args=[pack.pk]))
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert not pack_of(alice, "vwap_default").enabled
