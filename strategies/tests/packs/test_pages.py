"""One pack on its page: new ones, tabs, what a change would touch, colours, removal and undo."""

import re

import pytest
from django.urls import reverse

from accounts.testing import text_of
from strategies.models import Pack
from strategies.packs import library
from strategies.testing import make_strategy, pack_of

pytestmark = pytest.mark.django_db
EMA = {"p_short_period": 5, "p_mid_period": 8, "p_long_period": 13}


@pytest.fixture
def page(client, alice):
    library.create_default_packs(alice)
    client.force_login(alice)
    return client


def detail(pack, tab=""):
    address = reverse("strategies:pack-detail", args=[pack.pk])
    return f"{address}?tab={tab}" if tab else address


def test_a_new_version_begins_with_the_defaults(page):
    shown = page.get("/packs/new/ema_stack/").content.decode()
    for name, value in (("p_short_period", 9), ("p_mid_period", 21), ("p_long_period", 200)):
        assert re.search(rf'name="{name}" value="{value}"', shown)
    assert "1 to 500" in shown
    assert "These must ascend: Short period &lt; Mid period" in shown


def test_a_new_version_is_made_with_what_was_entered(page, alice):
    answer = page.post("/packs/new/ema_stack/", {"version": "Fib", **EMA})
    pack = pack_of(alice, "ema_stack_custom_1")
    assert answer["Location"] == detail(pack)
    assert (pack.version, pack.parameters["short_period"]) == ("Fib", 5)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"p_short_period": 0}, "At least 1."),
        ({"p_short_period": "x"}, "Enter a number."),
        ({"p_short_period": 9}, "Mid period must be greater than Short period (9)."),
        ({"version": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_made(page, changes, fault):
    before = Pack.objects.count()
    shown = page.post("/packs/new/ema_stack/", {"version": "A", **EMA, **changes}).content.decode()
    assert fault in shown
    assert "is-invalid" in shown
    assert Pack.objects.count() == before


def test_an_unknown_template_is_not_found(page):
    assert page.get("/packs/new/nothing/").status_code == 404


def test_every_template_can_be_chosen(page):
    shown = page.get("/packs/new/").content.decode()
    assert shown.count('href="/packs/new/') == 34


def test_what_a_change_would_touch_is_said_before_it(market, page, alice):
    strategy = make_strategy(alice)
    shown = text_of(page.get(detail(pack_of(alice, "ema_stack_fast"))).content)
    assert "Other parameters would touch 1 strategy." in shown
    assert f'<a href="{strategy.get_absolute_url()}">Fast cross</a>' in shown
    assert "Duplicate instead, with these values" in shown


def test_enter_saves(market, page, alice):
    """The first button of a form is the one that Enter in a field presses."""
    make_strategy(alice)
    shown = page.get(detail(pack_of(alice, "ema_stack_fast"))).content.decode()
    form = shown.split('action="?tab=parameters"')[1]
    assert form.split("<button")[1].split("</button>")[0].endswith("Save pack")


def test_a_duplicate_takes_the_typed_values_along(page, alice):
    pack = pack_of(alice, "ema_stack_default")
    answer = page.post(reverse("strategies:pack-duplicate", args=[pack.pk]), EMA)
    copy = pack_of(alice, "ema_stack_custom_1")
    shown = page.get(answer["Location"]).content.decode()
    assert 'name="p_short_period" value="5"' in shown
    assert "are not saved yet" in shown
    assert copy.parameters["short_period"] == 9


def test_colours_are_saved_and_refused(page, alice):
    pack = pack_of(alice, "ema_stack_default")
    form = {"color_short": "#010203", "color_mid": "#eab308", "color_long": "#ef4444",
            "line_width": 3, "revision": 1}  # fmt: skip
    wrong = page.post(detail(pack, "plot"), {**form, "color_mid": "blue"}).content.decode()
    assert "Write a colour as #rrggbb." in wrong
    assert page.post(detail(pack, "plot"), form).status_code == 302
    pack.refresh_from_db()
    assert pack.plot_settings["colors"]["short"] == "#010203"
    assert (pack.plot_settings["line_width"], pack.plot_settings["visible"]) == (3, False)
    late = page.post(detail(pack, "plot"), form)
    assert (late.status_code, "changed elsewhere" in late.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "pack_id", ["ema_stack_default", "tod_ny_open", "atr_default", "eod_15min"]
)
@pytest.mark.parametrize("tab", ["parameters", "plot", "outputs", "preview", "versions", "none"])
def test_every_tab_of_every_family_opens(market, page, alice, pack_id, tab):
    assert page.get(detail(pack_of(alice, pack_id), tab)).status_code == 200


def test_why_a_pack_stays_is_said_where_it_would_be_deleted(market, page, alice):
    make_strategy(alice)
    used = page.get(detail(pack_of(alice, "ema_stack_fast"), "versions")).content.decode()
    default = page.get(detail(pack_of(alice, "vwap_default"), "versions")).content.decode()
    assert "Still used by “Fast cross”." in used
    assert "A default pack can&#x27;t be deleted." in default
    assert "Delete pack" not in used + default


def test_a_deleted_pack_is_taken_back(page, alice):
    pack = library.create_pack(alice, "rvol", {"version": "Loud"})
    page.post(reverse("strategies:pack-delete", args=[pack.pk]))
    shown = page.get("/packs/").content.decode()
    offer = re.search(r'name="offer" value="([^"]+)"', shown)[1]
    page.post(reverse("strategies:pack-restore"), {"offer": offer})
    assert pack_of(alice, pack.pack_id).version == "Loud"


ADDRESSES = ["detail", "toggle", "duplicate", "delete", "preview-of"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_stranger_finds_no_pack(client, alice, charlie, name):
    pack = library.create_pack(alice, "rvol", {})
    address = reverse(f"strategies:pack-{name}", args=[pack.pk])
    assert client.post(address).status_code == 302
    client.force_login(charlie)
    assert client.post(address).status_code == 404
    assert client.get(address).status_code in (404, 405)
    assert Pack.objects.get() == pack
