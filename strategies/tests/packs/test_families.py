"""Packs of every family on their pages: time exits, boxes, options that hide others."""

from dataclasses import replace

import pytest
from django.urls import reverse

from strategies.engine.indicators.catalogue import DEFAULT_PACKS, TEMPLATES
from strategies.engine.template import Parameter
from strategies.models import Pack
from strategies.packs import display, library
from strategies.packs.display import ShownPack
from strategies.packs.library import add_new_default_packs, create_default_packs
from strategies.testing import pack_of
from strategies.words.fills import FILLS
from strategies.words.protection import summary, time_exit_text

pytestmark = pytest.mark.django_db
DAYS = ("monday", "tuesday", "wednesday")


@pytest.fixture
def page(client, alice):
    create_default_packs(alice)
    client.force_login(alice)
    return client


@pytest.fixture
def boxes(monkeypatch):
    """The template of a pack whose parameters are all boxes."""
    parameters = tuple(Parameter(day, day.capitalize(), "bool", True) for day in DAYS)
    template = replace(TEMPLATES["trading_session"], id="boxes", name="Boxes", words=None)
    made = replace(template, parameters=parameters)
    monkeypatch.setitem(TEMPLATES, "boxes", made)
    monkeypatch.setitem(display._PLACES, "boxes", 0)
    return made


def detail(pack, tab=""):
    address = reverse("strategies:pack-detail", args=[pack.pk])
    return f"{address}?tab={tab}" if tab else address


def test_the_list_has_every_family(page):
    shown = page.get(reverse("strategies:pack-list")).content.decode()
    for family in ("Timeframe", "General", "Risk", "Time exit"):
        assert f">{family}</h2>" in shown
    for text in ("15 min before the close", "After 4 bars", "trails by ATR x 1"):
        assert text in shown


def test_packs_are_sorted_as_numbers_are_read(page):
    shown = page.get(reverse("strategies:pack-list")).content.decode()
    assert shown.index("</span> 4 bars</a>") < shown.index("</span> 10 bars</a>")


def test_a_time_pack_is_made_changed_copied_hidden_and_deleted(page, alice):
    form = {"version": "Early", "p_minutes_before_close": 20}
    made = page.post(reverse("strategies:pack-create", args=["eod_exit"]), form)
    assert made.status_code == 302
    pack = pack_of(alice, "eod_exit_custom")
    form = {"version": "Early", "revision": 1, "p_minutes_before_close": 45}
    assert page.post(detail(pack), form).status_code == 302
    pack.refresh_from_db()
    assert (pack.family, pack.parameters) == ("time", {"minutes_before_close": 45})
    page.post(reverse("strategies:pack-toggle", args=[pack.pk]))
    page.post(reverse("strategies:pack-duplicate", args=[pack.pk]))
    assert not pack_of(alice, "eod_exit_custom").enabled
    copy = pack_of(alice, "eod_exit_custom_2")
    assert page.post(reverse("strategies:pack-delete", args=[copy.pk])).status_code == 302
    assert not Pack.objects.filter(pk=copy.pk).exists()


def test_limits_of_a_time_pack_keep_what_was_typed(page, alice):
    pack = pack_of(alice, "eod_15min")
    form = {"version": "15 min", "revision": 1, "p_minutes_before_close": 500}
    shown = page.post(detail(pack), form).content.decode()
    assert "At most 120." in shown
    assert 'value="500"' in shown


def test_a_preset_says_what_it_presets(page, alice):
    shown = page.get(detail(pack_of(alice, "eod_15min"), "outputs")).content.decode()
    assert "15 min before the close" in shown
    assert "under Exit" in shown


def test_only_sizes_of_the_chosen_stop_are_shown(page, alice):
    pack = library.create_pack(alice, "rr_ratio", {"parameters": {"stop_method": "swing"}})
    shown = page.get(detail(pack)).content.decode()
    fields = shown.split("data-depends-on")[1:]
    hidden = {field.split('name="')[1].split('"')[0]: "hidden>" in field for field in fields}
    assert hidden == {
        "p_stop_atr_mult": True,
        "p_stop_amount": True,
        "p_stop_pct": True,
        "p_lookback": False,
        "p_padding": False,
    }


def test_a_wrong_size_is_shown_though_another_stop_is_chosen(page, alice):
    pack = library.create_pack(alice, "rr_ratio", {})
    values = {f"p_{name}": value for name, value in pack.parameters.items()}
    form = {**values, "version": "A", "revision": 1, "p_stop_method": "atr", "p_lookback": 900}
    shown = page.post(detail(pack), form).content.decode()
    assert "At most 50." in shown
    field = shown.split('data-values="swing"')[1].split("</div>")[0]
    assert not field.startswith(" hidden")


def test_triggers_say_how_they_may_be_filled(page, alice):
    shown = page.get(detail(pack_of(alice, "vwap_default"), "outputs")).content.decode()
    for fill in FILLS.values():
        assert f'<div class="text-nowrap">{fill.entry}</div>' in shown
    assert "<td>Upper band 2</td>" in shown


def test_boxes_are_ticked_and_unticked(page, alice, boxes):
    pack = library.create_pack(alice, "boxes", {})
    shown = page.get(detail(pack)).content.decode()
    assert shown.count('class="form-check-input"') == len(DAYS)
    form = {"version": "Tue", "revision": 1, "p_tuesday": "on"}
    assert page.post(detail(pack), form).status_code == 302
    pack.refresh_from_db()
    assert pack.parameters == {"monday": False, "tuesday": True, "wednesday": False}
    assert ShownPack(pack).summary == "Tuesday"


def test_boxes_are_set_by_the_api(page, alice, boxes):
    made = page.post(
        "/api/v1/packs/",
        {"base_template": "boxes", "parameters": {"monday": False}},
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    assert made.json()["parameters"] == {"monday": False, "tuesday": True, "wednesday": True}


def test_accounts_get_the_default_packs_that_are_new(alice, bob):
    create_default_packs(alice)
    Pack.objects.filter(user=alice, pack_id__in=["eod_15min", "max_hold_4"]).delete()
    create_default_packs(bob)
    assert add_new_default_packs() == 1
    assert Pack.objects.for_user(alice).count() == len(DEFAULT_PACKS)
    assert add_new_default_packs() == 0


def test_a_pack_of_ones_own_with_a_default_id_stays(alice):
    create_default_packs(alice)
    Pack.objects.filter(user=alice, pack_id="eod_15min").delete()
    own = Pack.objects.filter(user=alice, pack_id="eod_30min")
    own.update(is_default=False, parameters={"minutes_before_close": 7}, enabled=False)
    add_new_default_packs()
    kept = pack_of(alice, "eod_30min")
    assert (kept.parameters, kept.enabled) == ({"minutes_before_close": 7}, False)


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"method": "eod_exit", "minutes_before_close": 15}, "15 min before the close"),
        ({"method": "time_of_day_exit", "exit_hour": 9, "exit_minute": 5}, "At 09:05 ET"),
        ({"method": "max_hold_bars", "max_bars": 1}, "After 1 bar"),
        ({"method": "session_exit"}, "Outside 09:30–16:00 ET"),
        (None, ""),
    ],
)
def test_time_exits_in_words(config, text):
    assert time_exit_text(config) == text


@pytest.mark.parametrize(
    ("blocks", "text"),
    [
        ({}, "ATR x 1.5"),
        ({"exec_type": "L"}, "ATR x 1.5"),
        ({"exec_type": "C"}, "ATR x 1.5, on a close beyond [C]"),
        ({"trailing": {"enabled": True}}, "ATR x 1.5, trails by ATR x 1"),
        ({"trailing": {"enabled": False}}, "ATR x 1.5"),
        (
            {"trailing": {"enabled": True, "method": "percentage", "activation_r": 1.5}},
            "ATR x 1.5, trails by 0.5% from 1.5R",
        ),
        (
            {"breakeven": {"enabled": True, "activation_r": 1, "offset": 0.1}},
            "ATR x 1.5, to breakeven + $0.1 at 1R",
        ),
    ],
)
def test_stops_in_words(blocks, text):
    assert summary({"method": "atr", "atr_mult": 1.5, **blocks}) == text
