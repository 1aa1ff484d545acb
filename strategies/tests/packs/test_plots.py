"""Plot settings: what is refused, and that charts follow them at once."""

import pytest
from django.urls import reverse

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.packs.library import create_default_packs
from strategies.packs.plots import PlotError, clean_plot, stored_plot
from strategies.saving import pack_changes
from strategies.testing import make_computed, pack_of

EMA = TEMPLATES["ema_stack"]
PLAIN = EMA.plot_schema()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"colors": {"short": "red"}}, "colors.short"),
        ({"colors": {"short": "#12345"}}, "colors.short"),
        ({"colors": {"slow": "#123456"}}, "colors.slow"),
        ({"colors": ["#123456"]}, "colors"),
        ({"line_width": 5}, "line_width"),
        ({"line_width": True}, "line_width"),
        ({"visible": "yes"}, "visible"),
        ({"opacity": 1}, "opacity"),
    ],
)
def test_settings_that_cannot_be_drawn_are_named(given, named):
    with pytest.raises(PlotError) as error:
        clean_plot(EMA, given, PLAIN)
    assert list(error.value.errors) == [named]


def test_what_is_not_given_stays():
    found = clean_plot(EMA, {"colors": {"mid": "#ABCDEF"}}, {**PLAIN, "line_width": 3})
    assert found == {
        "colors": {"short": "#22c55e", "mid": "#abcdef", "long": "#ef4444"},
        "line_width": 3,
        "visible": True,
    }


@pytest.mark.parametrize("stored", [None, {}, {"colors": {"mid": "url(x)"}, "line_width": 99}])
def test_rows_that_hold_nonsense_are_drawn_as_at_first(stored):
    assert stored_plot(EMA, stored) == PLAIN


def lines(client, strategy):
    return client.get(reverse("strategies:strategy-chart", args=[strategy.pk])).json()["overlays"]


@pytest.mark.django_db
def test_charts_of_earlier_results_follow_at_once(market, client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    assert [one["color"] for one in lines(client, strategy)] == ["#22c55e", "#eab308", "#ef4444"]
    settings = {"colors": {"short": "#010203"}, "line_width": 2}
    pack = pack_of(alice, "ema_stack_fast")
    change = pack_changes.edit_pack(pack, {"plot_settings": settings}, revision=1)
    short, mid, _ = lines(client, strategy)
    assert (short["color"], short["width"], mid["color"]) == ("#010203", 2.5, "#eab308")
    assert change.reset == []


@pytest.mark.django_db
def test_hidden_lines_are_left_out(market, client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    pack = pack_of(alice, "ema_stack_fast")
    pack_changes.edit_pack(pack, {"plot_settings": {"visible": False}}, revision=1)
    assert lines(client, strategy) == []


@pytest.mark.django_db
def test_the_colours_of_another_user_change_nothing(market, client, alice, charlie):
    strategy = make_computed(alice)
    create_default_packs(charlie)
    client.force_login(alice)
    pack = pack_of(charlie, "ema_stack_default")
    pack.pack_id = "ema_stack_fast"
    pack.plot_settings = {**PLAIN, "visible": False}
    pack.save()
    assert len(lines(client, strategy)) == 3
