"""Costs beside a result: in words, on pages, and for results stored before they spoke of costs."""

import pytest
from django.urls import reverse

from accounts.cost_presets import us_schedule
from strategies.engine.figures.costs import Charged, cost_figures
from strategies.models import Run
from strategies.runs.display import cost_context
from strategies.testing import make_computed
from strategies.words.costs import cost_line, cost_texts, gross_notes

TEXTS = [
    (None, []),
    ({}, []),
    ({"commission_per_share": 0.0}, []),
    ({"slippage_open_factor": 3, "slippage_open_minutes": 15}, []),
    ({"commission_per_share": 0.005}, ["Commission $0.005 a share"]),
    (
        {
            "commission_per_share": 0.0035,
            "minimum_per_order": 0.35,
            "maximum_bps_per_order": 100,
            "commission_surcharge": 0.000738,
        },
        [
            "Commission $0.0035 a share, at least $0.35 an order, at most 1 % of the order, "
            "plus 0.0738 % of that"
        ],
    ),
    (
        {"commission_bps": 25, "commission_per_order": 1},
        ["Commission 0.25 % of the order and $1.00 an order"],
    ),
    (
        {"sell_fee_per_share": 0.000195, "sell_fee_cap": 9.79, "sell_fee_bps": 0.206},
        ["Fees: 0.00206 % of sales, $0.000195 a share sold (at most $9.79)"],
    ),
    (
        {"schedule": [{"valid_from": "2026-04-04", "fields": {"sell_fee_bps": 0.2}}]},
        ["Fees: by date, 1 step from 2026-04-04 on"],
    ),
    ({"schedule": us_schedule()}, ["Fees: SEC and FINRA on sales by date"]),
    (
        {"half_spread_per_share": 0.005, "slippage_per_share": 0.01, "slippage_bps": 1},
        ["Market orders and stops: half-spread $0.005 a share, slippage $0.01 a share and 1 bps"],
    ),
    (
        {"slippage_bps": 2, "slippage_open_factor": 3, "slippage_open_minutes": 15},
        [
            "Market orders and stops: slippage 2 bps; 3 times that in the first 15 minutes of the "
            "session"
        ],
    ),
]


@pytest.mark.parametrize(("costs", "texts"), TEXTS)
def test_costs_read_as_sentences(costs, texts):
    assert cost_texts(costs) == texts


LINES = [
    (
        Charged(52.72, 52.72, 0.875, 1),
        "Without costs; break-even at $46.13 of slippage a share ($46.13 a share for entry and "
        "exit together).",
        "",
        False,
    ),
    (
        Charged(0.04, 0.04, 0.45, 2),
        "Without costs; break-even at 0.9 cents of slippage a share (1.8 cents a share for entry "
        "and exit together).",
        "",
        False,
    ),
    (Charged(-1.0, -1.0, 1.0, 2), "Without costs, and it earns nothing even so.", "", False),
    (
        Charged(1.0, 1.0, 0.5, 0),
        "Without costs; break-even at 50.0 cents a share for entry and exit together.",
        "",
        False,
    ),
    (
        Charged(1.8, 2.0, 1.0, 2),
        "Break-even at 0.200 R a trade: costs take 0.20 R in all. "
        "At 1x costs +1.80 R, at 2x +1.60 R; nothing left at 10.0x.",
        "",
        False,
    ),
    (
        Charged(-1.25, -1.0, 1.0, 2),
        "Break-even at 0.250 R a trade: costs take 0.25 R in all. "
        "At 1x costs −1.25 R, at 2x −1.50 R; it earns nothing even without.",
        "",
        False,
    ),
    (
        Charged(1.7, 2.0, 1.0, 2),
        "Break-even at 0.300 R a trade: costs take 0.30 R in all. "
        "At 1x costs +1.70 R, at 2x +1.40 R; nothing left at 6.7x.",
        "A trade has to make 0.30 R before costs to earn nothing.",
        False,
    ),
    (
        Charged(1.4, 2.0, 1.0, 2),
        "Break-even at 0.600 R a trade: costs take 0.60 R in all. "
        "At 1x costs +1.40 R, at 2x +0.80 R; nothing left at 3.3x.",
        "A trade has to make 0.60 R before costs to earn nothing.",
        True,
    ),
]


@pytest.mark.parametrize(("trade", "text", "warning", "is_strong"), LINES)
def test_a_result_says_what_costs_do_to_it(trade, text, warning, is_strong):
    line = cost_line(cost_figures([trade]))
    assert line.text == text
    assert line.warning.startswith(warning)
    assert bool(line.warning) == bool(warning)
    assert line.is_strong == is_strong


def test_gross_stands_beside_net():
    assert gross_notes(cost_figures([Charged(1.8, 2.0, 1.0, 2)])) == {
        "avg_r": "gross +2.00 R",
        "total_r": "gross +2.00 R",
    }
    assert gross_notes(cost_figures([Charged(2.0, 2.0, 1.0, 2)])) == {"total_r": "without costs"}
    assert gross_notes(None) == {}


@pytest.fixture
def strategy(market, alice):
    return make_computed(alice, costs={"slippage_per_share": 0.01})


def test_the_page_shows_net_and_gross_and_the_costs_of_the_record(client, alice, strategy):
    client.force_login(alice)
    page = client.get(strategy.get_absolute_url()).content.decode()
    assert "gross " in page
    assert "Break-even at 0." in page
    shown = client.get(strategy.get_absolute_url() + "?tab=configuration").content.decode()
    assert "Market orders and stops: slippage $0.01 a share" in shown


def test_without_costs_the_page_says_so_for_good(client, alice, market):
    client.force_login(alice)
    free = make_computed(alice)
    assert "Without costs" in client.get(free.get_absolute_url()).content.decode()
    config = client.get(free.get_absolute_url() + "?tab=configuration").content.decode()
    assert "<dt>Costs</dt>" in config


def test_the_api_says_what_costs_take(client, alice, strategy):
    client.force_login(alice)
    run = strategy.current_run
    answer = client.get(reverse("strategies-api:run-detail", args=[run.pk])).json()
    assert answer["result"]["costs"]["cost_r"] > 0


def test_an_older_result_takes_them_from_its_trades(strategy):
    run = Run.objects.get(pk=strategy.current_run_id)
    now = cost_context(run)
    del run.result["costs"]
    older = cost_context(run)
    assert older["cost_line"].text == now["cost_line"].text
    assert older["kpis"] == now["kpis"]
