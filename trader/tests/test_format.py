from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from trader.templatetags import format as f


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.234, '<span class="gain">+1.23</span>'),
        (-0.5, '<span class="loss">−0.50</span>'),
        (0, '<span class="flat">0.00</span>'),
        (-0.001, '<span class="flat">0.00</span>'),
        (1234.5, '<span class="gain">+1,234.50</span>'),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        ("text", "–"),
    ],
)
def test_a_result_carries_its_sign_and_class(value, shown):
    assert f.r(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(12.5, "+$12.50"), (-1200, "−$1,200.00"), (0, "$0.00")]
)
def test_money_puts_the_sign_before_the_unit(value, shown):
    assert f">{shown}<" in f.money(value)


def test_prices_follow_the_decimals_of_the_instrument():
    assert f.price(1234.5, 2) == "1,234.50"
    assert f.price(0.12345, 4) == "0.1235"


def test_percent_has_one_decimal():
    assert f.pct(55.55) == "55.5 %"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (11100, "3 h 5 min"), (90000, "1 d")],
)
def test_age_names_the_two_largest_units(seconds, shown):
    assert f.age(seconds) == shown


@pytest.mark.parametrize(
    "value",
    [datetime(2020, 1, 2, 14, 31, tzinfo=UTC), 1577975460, "2020-01-02T14:31:00Z"],
)
def test_an_instant_is_shown_in_the_active_zone_with_utc_on_hover(value):
    with timezone.override("America/New_York"):
        shown = f.localtime(value)
    assert shown == (
        '<time datetime="2020-01-02T14:31:00Z" title="2020-01-02 14:31:00 UTC">'
        "Jan 02 2020, 09:31</time>"
    )


def test_no_instant_is_a_dash():
    assert f.localtime(None) == "–"
    assert f.localtime("soon") == "–"
    assert f.ago(None) == "never"


def test_query_replaces_and_removes(rf):
    request = rf.get("/", {"page": "3", "symbol": "SPY", "sort": "name"})
    text = '{% load format %}{% query page=4 sort="" %}'
    assert Template(text).render(Context({"request": request})) == "?symbol=SPY&amp;page=4"


def test_an_icon_points_into_the_sprite():
    assert "/static/img/icons.svg#bell" in f.icon("bell")
