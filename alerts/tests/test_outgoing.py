"""What messages carry: prices on the tick, whole quantities; the alert keeps what was computed."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import User
from alerts.kinds import BREACH, ENTRY, EXIT
from alerts.models.quantities import quantity
from alerts.outgoing import message_values
from alerts.testing import make_alert

QUANTITIES = json.loads((Path(__file__).parent / "data" / "whole_quantities.json").read_text())


def risk_of(entry: str, distance: str) -> float:
    """As the engine computes it: from two prices, with what binary fractions make of them."""
    return abs(float(entry) - float(Decimal(entry) - Decimal(distance)))


@pytest.mark.parametrize(
    "row", QUANTITIES, ids=lambda row: f"{row['entry']}-{row['stop_distance']}"
)
def test_whole_quotient_keeps_its_last_share(row):
    details = {
        "risk": risk_of(row["entry"], row["stop_distance"]),
        "risk_per_trade": float(row["risk_per_trade"]),
    }
    assert quantity(details) == row["expected"]


@pytest.mark.parametrize(("distance", "expected"), [("0.10", 1000), ("0.20", 500), ("0.25", 400)])
def test_every_entry_in_cents_orders_the_same_quantity(distance, expected):
    entries = (f"{cents // 100}.{cents % 100:02d}" for cents in range(100, 60_001))
    found = {quantity({"risk": risk_of(one, distance), "risk_per_trade": 100.0}) for one in entries}
    assert found == {expected}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("symbol", "source", "decimals", "computed", "sent"),
    [
        ("SPY", "simulated", 2, (448.78292962830784, 446.34000000000003), (448.78, 446.34)),
        ("SPY", "simulated", 2, (0.98765, 0.97654), (0.9877, 0.9765)),
        ("PEPE", "import:crypto", 10, (8.2998e-06, 8.2915002e-06), (8.2998e-06, 8.2915e-06)),
        ("ESZ6", "import:cme", 2, (6012.30, 6001.1), (6012.25, 6001.0)),
    ],
)
def test_prices_are_sent_on_the_tick_and_kept_as_computed(
    alice: User, symbol, source, decimals, computed, sent
) -> None:
    alert = make_alert(
        alice, symbol=symbol, data_source=source, price=computed[0], stop_price=computed[1],
        data={"price_decimals": decimals},
    )  # fmt: skip
    values = message_values(alert)
    assert (values["order_price"], values["stop_price"]) == sent
    assert (alert.price, alert.stop_price) == computed


@pytest.mark.django_db
def test_exit_carries_the_quantity_of_its_entry(alice: User) -> None:
    data = {"risk": 446.54 - 446.44, "risk_per_trade": 100.0}
    entry, leaving = (
        make_alert(alice, data=data, **one) for one in ({}, {"alert_type": EXIT.name})
    )
    assert message_values(entry)["quantity"] == message_values(leaving)["quantity"] == 1000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "direction", "side", "signed"),
    [
        (ENTRY, "LONG", "buy", 40), (ENTRY, "SHORT", "sell", -40),
        (EXIT, "LONG", "sell", -40), (EXIT, "SHORT", "buy", 40),
        (BREACH, "LONG", None, 40),
    ],
)  # fmt: skip
def test_side_and_sign_are_those_of_the_order_itself(
    alice: User, kind, direction, side, signed
) -> None:
    data = {"risk": 2.47, "risk_per_trade": 100.0}
    values = message_values(make_alert(alice, alert_type=kind.name, direction=direction, data=data))
    assert (values["order_side"], values["quantity_signed"]) == (side, signed)


@pytest.mark.django_db
def test_exit_tells_its_reason_and_the_price_of_its_entry(alice: User) -> None:
    filled_at = datetime(2026, 1, 5, 14, 31, tzinfo=UTC)
    entry = make_alert(alice, price=512.344, target_price=517.284, fill_at=filled_at)
    values = message_values(entry)
    assert (values["entry_price"], values["target_price"]) == (512.34, 517.28)
    assert (values["exit_reason"], values["timestamp_ms"]) == (None, 1_767_623_460_000)
    data = {"entry_price": 512.344}
    leaving = make_alert(alice, alert_type=EXIT.name, price=517.28, exit_reason="target", data=data)
    values = message_values(leaving)
    assert (values["entry_price"], values["exit_reason"]) == (512.34, "target")
