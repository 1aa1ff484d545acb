"""What brokers take: prices on the tick, whole quantities. Right values typed by hand."""

from decimal import Decimal

import pytest

from market.instruments.ticks import on_tick, price_tick, whole_steps


@pytest.mark.parametrize(
    ("symbol", "source", "price", "decimals", "tick"),
    [
        ("SPY", "simulated", 448.78292962830784, 2, "0.01"),
        ("SPY", "sample", 1.0, 2, "0.01"),
        ("SPY", "sample", 0.99999, 2, "0.0001"),
        # Bars that print finer than a cent do not make an order finer.
        ("F", "alpaca:sip", 12.3456, 4, "0.01"),
        ("SIRI", "alpaca:iex", 0.8765, 2, "0.0001"),
        ("AAPL", "import:mine", 187.3, 4, "0.01"),
        ("SPY", "replay:1b2c", 512.0, 2, "0.01"),
        ("EURUSD", "import:fx", 1.08123, 5, "0.00001"),
        ("PEPE", "import:crypto", 0.0000082998, 10, "1E-10"),
        # No stock, whatever its source brings else: nothing is rounded to nothing.
        ("PEPE", "simulated", 0.0000082998, 10, "1E-10"),
        ("PENNY", "alpaca:sip", 0.001, 4, "0.0001"),
        # Nothing is known of its grid: five digits.
        ("PEPE", "import:crypto", 0.0000082998, 2, "1E-10"),
        ("DOGE", "import:crypto", 0.1234, 2, "0.0001"),
        ("BTCUSD", "import:crypto", 97_000.5, 2, "0.01"),
        ("BTCUSD", "import:crypto", 97_000.5, None, "0.01"),
        ("ESZ6", "import:cme", 6012.3, 2, "0.25"),
        ("ESZ2026", "import:cme", 6012.3, 2, "0.25"),
        ("/ES", "import:cme", 6012.3, 2, "0.25"),
        ("/MNQH27", "import:cme", 21000.1, 2, "0.25"),
        ("CL=F", "import:cme", 71.234, 2, "0.01"),
        ("6J1!", "import:cme", 0.0064321, 7, "0.0000005"),
        ("ZN1!", "import:cme", 110.5, 4, "0.015625"),
        # A root alone names a stock as well.
        ("ES", "import:stocks", 62.345, 2, "0.01"),
        ("ANYTHING", "", 10.0, 3, "0.001"),
    ],
)
def test_tick_of_an_order(symbol, source, price, decimals, tick):
    assert price_tick(symbol, source, price, decimals) == Decimal(tick)


@pytest.mark.parametrize(
    ("price", "tick", "expected"),
    [
        (448.78292962830784, "0.01", 448.78),
        (446.34000000000003, "0.01", 446.34),
        (446.74000000000007, "0.01", 446.74),
        (456.8689880856508, "0.01", 456.87),
        # Half a tick goes away from zero, at entries, stops and targets alike.
        (10.005, "0.01", 10.01),
        (10.015, "0.01", 10.02),
        (-10.005, "0.01", -10.01),
        (10.0049999, "0.01", 10.0),
        (0.98765, "0.0001", 0.9877),
        (0.0000082915002, "1E-10", 0.0000082915),
        (6012.30, "0.25", 6012.25),
        (6012.375, "0.25", 6012.5),
        (6012.125, "0.25", 6012.25),
        (110.51, "0.015625", 110.515625),
        (0.0, "0.01", 0.0),
    ],
)
def test_price_goes_to_the_nearest_tick(price, tick, expected):
    assert on_tick(price, Decimal(tick)) == expected
    assert on_tick(on_tick(price, Decimal(tick)), Decimal(tick)) == expected


def test_what_is_no_number_stays_so():
    assert on_tick(float("inf"), Decimal("0.01")) == float("inf")


@pytest.mark.parametrize(
    ("quotient", "expected"),
    [
        (999.9999999999991, 1000),
        (1000.0000000000009, 1000),
        (1.9999999999999998, 2),
        (0.9999999999, 1),
        (0.999999, 0),
        (2.5, 2),
        (147.99, 147),
        # The tolerance grows with the number, as arithmetic's error does.
        (999_999_999.9999, 1_000_000_000),
        (0.0, 0),
    ],
)
def test_quantity_is_whole_and_loses_no_share(quotient, expected):
    assert whole_steps(quotient) == expected
