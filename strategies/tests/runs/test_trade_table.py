"""The table of trades: order, filters, pages, what stands beside a trade, and the jump to one."""

import pytest
from django.http import QueryDict

from strategies.models import Run, Trade
from strategies.runs.trade_sizes import beside
from strategies.runs.trade_table import TradeTable

pytestmark = pytest.mark.django_db
# number, R, exit reason, segment, risk per share
TRADES = [
    (1, 2.0, "target", "backtest", 0.5),
    (2, -1.0, "stop_loss", "backtest", 0.4),
    (3, 1.5, "data_gap", "backtest", 0.3),
    (4, -1.0, "stop_loss", "forward", 0.7),
    (5, 0.25, "signal_exit", "forward", 0.25),
]
WHOLE = {"minimum_per_order": 1.0}


def make_table_run(owner, trades=TRADES, **config):
    run = Run.objects.create(
        user=owner,
        kind=Run.Kind.PREVIEW,
        status=Run.Status.SUCCEEDED,
        symbol="SPY",
        timeframe="1Min",
        data_source="sample",
        window_start_ts=0,
        config={"risk_per_trade": 100.0, **config},
    )
    Trade.objects.bulk_create(
        Trade(
            user=owner,
            run=run,
            number=number,
            direction="LONG",
            segment=segment,
            entry_bar_ts=60 * number,
            exit_bar_ts=60 * number + 30,
            entry_trigger_ts=60 * number,
            entry_fill_ts=60 * number,
            exit_fill_ts=60 * number + 30,
            entry_price=100.0,
            exit_price=100.0 + r * risk,
            initial_stop_price=100.0 - risk,
            stop_price=100.0 - risk,
            risk=risk,
            pnl=r * risk,
            r_multiple=r,
            win=r > 0,
            exit_reason=reason,
            bars_held=number,
        )
        for number, r, reason, segment, risk in trades
    )
    return run


def table_of(run, address=""):
    return TradeTable(run, QueryDict(address), "/here/")


def numbers(table):
    return [row.trade.number for row in table.rows]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("sort=number", [1, 2, 3, 4, 5]),
        ("sort=-r", [1, 3, 5, 4, 2]),
        ("sort=r", [4, 2, 5, 3, 1]),
        ("sort=-shares", [5, 3, 2, 1, 4]),
        ("sort=reason", [5, 3, 4, 2, 1]),
        ("sort=-running", [1, 2, 5, 4, 3]),
        ("sort=-bars", [5, 4, 3, 2, 1]),
        ("sort=nonsense", [5, 4, 3, 2, 1]),
        ("reason=stop_loss", [4, 2]),
        ("segment=forward", [5, 4]),
        ("result=win", [5, 3, 1]),
        ("result=loss&segment=backtest", [2]),
        ("segment=later&page=%00&trade=x", [5, 4, 3, 2, 1]),
        ("reason=never", []),
    ],
)
def test_trades_come_in_the_order_asked_for(alice, address, expected):
    assert numbers(table_of(make_table_run(alice), address)) == expected


def test_running_r_goes_by_time_whatever_the_order_and_leaves_out_what_missing_data_ended(alice):
    run = make_table_run(alice)
    expected = {1: 2.0, 2: 1.0, 3: None, 4: 0.0, 5: 0.25}
    for address in ("", "sort=r", "sort=running", "result=win"):
        rows = table_of(run, address).rows
        assert {row.trade.number: row.beside.running_r for row in rows}.items() <= expected.items()


@pytest.mark.parametrize(
    ("costs", "shares", "amounts"),
    [
        ({}, [200.0, 250.0, 100 / 0.3, 100 / 0.7, 400.0], [200.0, -100.0, 150.0, -100.0, 25.0]),
        (WHOLE, [200.0, 250.0, 333.0, 142.0, 400.0], [200.0, -100.0, 149.85, -99.4, 25.0]),
        (
            {"schedule": [{"valid_from": "2030-01-01", "fields": WHOLE}]},
            [200.0, 250.0, 333.0, 142.0, 400.0],
            [200.0, -100.0, 149.85, -99.4, 25.0],
        ),
    ],
)
def test_shares_are_whole_where_the_costs_say_so_and_money_is_theirs(alice, costs, shares, amounts):
    rows = table_of(make_table_run(alice, costs=costs), "sort=number").rows
    assert [row.beside.quantity for row in rows] == pytest.approx(shares)
    assert [row.beside.pnl_amount for row in rows] == pytest.approx(amounts)


def test_one_share_is_traded_where_whole_ones_risk_too_much(alice):
    trades = [(1, -1.0, "stop_loss", "backtest", 250.0)]
    (row,) = table_of(make_table_run(alice, trades, costs=WHOLE)).rows
    assert (row.beside.quantity, row.beside.pnl_amount) == (1.0, -250.0)


def test_what_stands_beside_a_trade_is_the_same_for_trades_of_several_runs(alice):
    runs = [make_table_run(alice), make_table_run(alice, risk_per_trade=50.0)]
    tables = [table_of(run) for run in runs]
    expected = {row.trade.pk: row.beside for table in tables for row in table.rows}
    some = list(Trade.objects.filter(number__gte=3))
    assert beside(some) == {trade.pk: expected[trade.pk] for trade in some}


def test_best_and_worst_are_of_the_trades_that_are_kept_and_count(alice):
    run = make_table_run(alice)
    everything, later = table_of(run), table_of(run, "segment=forward")
    assert (everything.best, everything.worst) == (1, 4)
    assert (later.best, later.worst) == (5, 4)
    assert table_of(run, "reason=target").best is None


def test_the_page_of_the_marked_trade_is_shown(alice):
    trades = [(n, float(n), "target", "backtest", 0.5) for n in range(1, 121)]
    run = make_table_run(alice, trades)
    marked = [row.trade.number for row in table_of(run, "trade=3").rows if row.is_marked]
    assert marked == [3]
    assert table_of(run, "trade=3").page.number == 3
    assert table_of(run, "trade=3&sort=r").page.number == 1
    assert table_of(run, "trade=9999&page=2").page.number == 2


def test_only_filters_that_tell_trades_apart_are_offered(alice):
    def names(trades):
        return [one.name for one in table_of(make_table_run(alice, trades)).choices]

    assert names(TRADES) == ["reason", "segment", "result"]
    assert names(TRADES[:1]) == ["result"]


def test_a_head_asks_for_its_order_and_then_for_the_reverse(alice):
    run = make_table_run(alice)
    assert table_of(run).heads["r"].sort == "-r"
    assert table_of(run, "sort=-r").heads["r"].sort == "r"
    assert table_of(run).heads["reason"].sort == "reason"
    assert table_of(run).heads["number"].direction == "descending"


def test_the_address_keeps_order_and_filters_and_forgets_the_page(alice):
    table = table_of(make_table_run(alice), "sort=-r&result=win&page=2&trade=1")
    assert table.query == "sort=-r&result=win&page=2&trade=1"
    assert table.address(sort="r") == "/here/?sort=r&result=win"
    assert table.address(page=3) == "/here/?sort=-r&result=win&page=3"


@pytest.mark.parametrize("sort", ["-r", "number", "-mae", "money", "-running", "reason"])
def test_pages_hold_every_trade_once_in_every_order(alice, sort):
    trades = [(n, n % 7 - 3.0, "target", "backtest", 0.5 + n % 3) for n in range(1, 121)]
    run = make_table_run(alice, trades)
    pages = [table_of(run, f"sort={sort}&page={page}") for page in (1, 2, 3)]
    numbers = [row.trade.number for table in pages for row in table.rows]
    assert sorted(numbers) == list(range(1, 121))
    for table in pages:
        marked = table.rows[0].trade.number
        assert table_of(run, f"sort={sort}&trade={marked}").page.number == table.page.number


def test_a_table_asks_as_much_however_long_it_is(alice, django_assert_num_queries):
    trades = [(n, float(n), "target", "backtest", 0.5) for n in range(1, 200)]
    run = make_table_run(alice, trades)
    with django_assert_num_queries(7):
        table = table_of(run, "sort=-r&result=win")
        assert (len(table.rows), table.best, table.worst) == (50, 199, 1)
        assert len(table.choices) == 1


@pytest.mark.parametrize("is_part", [True, False])
def test_the_page_of_a_runs_trades_takes_its_own_address_or_that_of_the_page_around(
    client, alice, is_part
):
    run = make_table_run(alice)
    client.force_login(alice)
    headers = {"HX-Request": "true"} if is_part else {}
    address = f"{run.get_absolute_url()}trades/"
    for asked in ({"sort": "-r", "trade": "1"}, {"trades": "sort=-r&trade=1"}):
        answer = client.get(address, asked, headers=headers)
        assert [row.trade.number for row in answer.context["rows"]] == [1, 3, 5, 4, 2]
        assert '<tr id="trade-1" class="is-marked"' in answer.content.decode()


def test_the_builder_keeps_how_trades_are_ordered(market, client, alice):
    client.force_login(alice)
    asked = {"symbol": "SPY", "trades": "sort=-r&trade=7&page=2"}
    assert (
        'value="sort=-r&amp;trade=7&amp;page=2"'
        in client.get("/strategies/new/", asked).content.decode()
    )
    answer = client.get("/strategies/new/", asked, headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"].endswith("&trades=sort%3D-r")
    assert answer["HX-Push-Url"].count("trades=") == 1
    assert 'name="trades" value="sort=-r"' in answer.content.decode()


def test_the_api_tells_the_same_beside_each_trade(client, alice):
    run = make_table_run(alice, costs=WHOLE)
    client.force_login(alice)
    answer = client.get("/api/v1/trades/", {"run": run.pk, "ordering": "-number", "page_size": 3})
    shown = [
        (one["number"], one["quantity"], one["pnl_amount"], one["running_r"])
        for one in answer.json()["results"]
    ]
    assert [one[:2] for one in shown] == [(5, 400.0), (4, 142.0), (3, 333.0)]
    assert [one[2] for one in shown] == pytest.approx([25.0, -99.4, 149.85])
    assert [one[3] for one in shown] == [0.25, 0.0, None]


def test_the_file_of_trades_ends_with_what_stands_beside_them(client, alice):
    run = make_table_run(alice)
    client.force_login(alice)
    answer = client.get(f"{run.get_absolute_url()}trades.csv")
    head, *lines = b"".join(answer.streaming_content).decode().splitlines()
    assert head.endswith("confluence_records,quantity,pnl_amount,running_r")
    assert [line.split(",")[-3:] for line in lines][:3] == [
        ["200.0", "200.0", "2.0"],
        ["250.0", "-100.0", "1.0"],
        [str(100 / 0.3), str(1.5 * 0.3 * (100 / 0.3)), ""],
    ]
