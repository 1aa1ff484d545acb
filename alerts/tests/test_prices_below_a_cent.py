"""A coin that trades at eight millionths: every price of it can be read, wherever it appears."""

import re
from pathlib import Path

import pytest

from accounts.models import User
from alerts.models import Alert
from alerts.monitor.evaluate import evaluate_series
from alerts.testing import SOURCE, make_alert, make_strategy, run_monitor, store_history
from market.ingest.csv_bars import read_bars_csv
from market.prices import decimals_of
from strategies.tasks import run_backtest
from webhooks.models import Delivery
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db
BARS = read_bars_csv(Path(__file__).parent / "data/PEPE_1Min.csv.gz").bars
RECORD = {
    "symbol": "PEPE",
    "entry_trigger_confluence_id": "strat_assistant_default_outside_bar",
    "exit_trigger_confluence_ids": [],
    "stop_config": {"method": "percentage", "percentage": 0.1},
    "target_config": {"method": "risk_reward", "rr_ratio": 2},
    "packs": [],
}
NOTHING = re.compile(r"(?<![\d.])0\.0+(?!\d)")


@pytest.fixture
def strategy(alice: User):
    store_history(BARS.take(slice(0, 5)), symbol="PEPE")
    make_endpoint(alice)
    strategy = make_strategy(alice, **RECORD)
    run_monitor(alice)
    store_history(BARS, symbol="PEPE")
    evaluate_series(SOURCE, ["PEPE"])
    run_backtest(strategy.runs.get().pk)
    return strategy


def test_bars_teach_their_decimals(strategy) -> None:
    assert decimals_of("PEPE") == 10


def test_trades_show_every_price_and_keep_them_apart(client, alice: User, strategy) -> None:
    client.force_login(alice)
    first = strategy.trades.first()
    assert (first.entry_price, first.initial_stop_price) == (0.0000082998, 0.0000082915002)
    page = client.get(f"/strategies/{strategy.pk}/?tab=trades").content.decode()
    assert "0.0000082998" in page
    assert "0.0000082915" in page
    cells = re.findall(r'<td[^>]*data-label="(?:Entered|Left|Stop, target)">(.*?)</td>', page, re.S)
    assert len(cells) == 3 * strategy.trades.count()
    assert not [cell for cell in cells if NOTHING.search(re.sub(r"<[^>]*>", " ", cell))]


def test_chart_says_how_fine_its_prices_are(client, alice: User, strategy) -> None:
    client.force_login(alice)
    chart = client.get(f"/strategies/{strategy.pk}/chart.json").json()
    assert chart["decimals"] == 10
    assert chart["bars"][0][1] == 0.0000082911


@pytest.mark.parametrize("kind", ["entry_signal", "exit_signal"])
def test_alerts_show_every_price(client, alice: User, strategy, kind: str) -> None:
    client.force_login(alice)
    alert = Alert.objects.filter(alert_type=kind).latest("pk")
    price = f"{alert.price:.10f}"
    for address in ("/alerts/", alert.get_absolute_url(), "/"):
        assert price in client.get(address).content.decode(), address
    page = client.get(alert.get_absolute_url()).content.decode()
    for number in (alert.data["entry_price"], *alert.data["bar"].values()):
        assert f"{number:.10f}".rstrip("0").rstrip(".") in page.replace(",", "")
    assert f"{alert.data['risk']:.12f}" in page


def test_page_of_an_alert_shows_a_tiny_range(client, alice: User) -> None:
    alert = make_alert(alice, price=0.0000082998, data={"atr": 0.0000000123456})
    client.force_login(alice)
    assert "0.00000001235" in client.get(alert.get_absolute_url()).content.decode()


def test_lines_for_people_show_every_price(strategy) -> None:
    entry = Alert.objects.filter(alert_type="entry_signal").earliest("fill_at")
    said = Delivery.objects.get(message_code=entry.code).summary
    assert f"@ ${entry.price:.10f} (Stop: ${entry.stop_price:.10f})" in said
