"""Previews on the page of a pack: looked for, started, watched, cancelled, drawn."""

import re

import pytest
from django.urls import reverse

from accounts.testing import text_of
from strategies import tasks
from strategies.models import Pack, PackPreview
from strategies.packs import library
from strategies.testing import make_computed_preview, make_preview, pack_of

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}
EMA = {"p_short_period": "3", "p_mid_period": "6", "p_long_period": "12"}


@pytest.fixture
def pack(market, client, alice):
    client.force_login(alice)
    parameters = {"short_period": 3, "mid_period": 6, "long_period": 12}
    return library.create_pack(alice, "ema_stack", {"parameters": parameters})


def start_url(pack):
    return reverse("strategies:pack-preview-of", args=[pack.pk])


def tab(client, pack, **asked):
    address = reverse("strategies:pack-detail", args=[pack.pk])
    return text_of(client.get(address, {"tab": "preview", **asked}).content)


def test_a_visit_starts_nothing_by_itself(client, pack):
    shown = tab(client, pack)
    assert "Starting the preview" in shown
    assert f'hx-post="{start_url(pack)}"' in shown
    assert not PackPreview.objects.exists()


def test_it_is_started_watched_and_found_again(client, pack):
    started = client.post(start_url(pack), EMA, **HTMX)
    preview = PackPreview.objects.get()
    assert f'hx-get="{preview.get_absolute_url()}"' in started.content.decode()
    tasks.preview_pack(preview.pk)
    done = text_of(client.get(preview.get_absolute_url(), **HTMX).content)
    assert "780 bars on 2 dates" in done
    assert preview.chart_url in tab(client, pack)
    assert preview.chart_url not in tab(client, pack, **{**EMA, "p_short_period": "2"})


def test_the_address_follows_the_form(client, pack):
    answer = client.get(start_url(pack), {**EMA, "p_short_period": "2", "days": "9"}, **HTMX)
    address = answer["HX-Replace-Url"]
    assert "p_short_period=2" in address
    shown = client.get(address).content.decode()
    assert 'name="p_short_period" value="2"' in shown
    assert 'name="days" value="9"' in shown


def test_values_that_are_not_stored_are_marked_and_can_be_taken_over(client, pack):
    client.post(start_url(pack), {**EMA, "p_short_period": "2"}, **HTMX)
    preview = PackPreview.objects.get()
    tasks.preview_pack(preview.pk)
    shown = client.get(preview.get_absolute_url(), **HTMX).content.decode()
    assert "Not the stored values." in shown
    assert re.search(r"\?tab=parameters&amp;[^\"]*p_short_period=2\b", shown)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"p_short_period": "0"}, "At least 1."),
        ({"p_short_period": "9"}, "Mid period must be greater than Short period (9)."),
        ({"days": "9999"}, "less than or equal to 1825"),
        ({"bars": "sample|XYZ"}, "sample|XYZ is not one of the available choices"),
        ({"bars": "replay:1|SPY"}, "is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_starts(client, pack, asked, fault):
    shown = text_of(client.post(start_url(pack), {**EMA, **asked}, **HTMX).content)
    assert "Not computed" in shown
    assert fault in shown
    assert not PackPreview.objects.exists()


def test_without_bars_the_page_says_so(client, alice):
    client.force_login(alice)
    assert "A preview needs bars." in tab(client, library.create_pack(alice, "rvol", {}))


def test_without_a_script_one_comes_back_to_the_page(client, pack):
    answer = client.post(start_url(pack), EMA)
    assert answer.status_code == 302
    assert "tab=preview" in answer["Location"]
    assert "Waiting for a worker" in client.get(answer["Location"]).content.decode()


def test_it_is_cancelled(client, pack, alice):
    preview = make_preview(alice, pack)
    url = reverse("strategies:pack-preview-cancel", args=[preview.code])
    assert "Cancelled" in client.post(url, **HTMX).content.decode()
    preview.refresh_from_db()
    assert preview.status == "cancelled"


def test_a_pack_deleted_meanwhile_takes_the_panel_along(client, pack, alice):
    preview = make_preview(alice, pack)
    Pack.objects.filter(pk=pack.pk).delete()
    assert client.get(preview.get_absolute_url(), **HTMX).status_code == 404


def test_the_chart_comes_in_stretches_with_states_and_events(client, pack, alice, monkeypatch):
    preview = make_computed_preview(alice, pack)
    monkeypatch.setattr("strategies.previews.chart.PAGE_BARS", 300)
    newest = client.get(preview.chart_url).json()
    assert (len(newest["bars"]), len(newest["codes"]), newest["has_more"]) == (300, 300, True)
    assert newest["states"]["names"][0] == "SML"
    assert [len(one["values"]) for one in newest["overlays"]] == [300, 300, 300]
    assert {mark["kind"] for mark in newest["markers"]} <= {f"event-{one}" for one in "ABCD"}
    older = client.get(preview.chart_url, {"before": newest["bars"][0][0]}).json()
    assert older["bars"][-1][0] < newest["bars"][0][0]
    oldest = client.get(preview.chart_url, {"before": older["bars"][0][0]}).json()
    assert (len(oldest["bars"]), oldest["has_more"]) == (180, False)
    # Warming up: no line yet, and no state.
    assert oldest["overlays"][2]["values"][:11] == [None] * 11
    assert oldest["codes"][:11] == [-1] * 11


def test_its_lines_have_the_colours_of_the_pack(client, pack, alice):
    preview = make_computed_preview(alice, pack)
    settings = {**pack.plot_settings["colors"], "mid": "#010203"}
    Pack.objects.update(plot_settings={"colors": settings, "line_width": 2, "visible": True})
    line = client.get(preview.chart_url).json()["overlays"][1]
    assert (line["color"], line["width"]) == ("#010203", 2.5)


@pytest.mark.parametrize(
    "pack_id",
    ["ema_price_position_default", "rvol_default", "tod_ny_open", "atr_default", "eod_15min"],
)
def test_every_family_is_shown(market, client, alice, pack_id):
    library.create_default_packs(alice)
    client.force_login(alice)
    pack = pack_of(alice, pack_id)
    make_computed_preview(alice, pack, days=30)
    shown = tab(client, pack)
    assert "780 bars on 2 dates" in shown
    assert "nan" not in shown.lower().replace("tenant", "").split('id="pack-preview"')[1]


def test_too_few_events_are_said_to_be_too_few(client, pack, alice):
    make_computed_preview(alice, pack, days=30)
    assert "not enough dates (2 of 10)" in tab(client, pack)


@pytest.mark.parametrize("name", ["pack-preview", "pack-preview-cancel", "pack-preview-chart"])
def test_a_stranger_finds_no_preview(client, pack, alice, charlie, name):
    preview = make_computed_preview(alice, pack)
    address = reverse(f"strategies:{name}", args=[preview.code])
    ask = client.post if name.endswith("cancel") else client.get
    client.force_login(charlie)
    assert ask(address).status_code == 404
    client.logout()
    assert ask(address).status_code == 302
