"""An instrument has the decimals its bars need, and its prices are written with them."""

import numpy as np
import pytest
from django.utils import timezone

from market.arrays import RawBars
from market.models import Instrument
from market.prices import decimals_in, decimals_of, price_text
from market.store import Minute, append_minutes, store_bars
from market.testing import wave


@pytest.mark.parametrize(
    ("prices", "decimals"),
    [
        ([100.0, 101.0], 2),
        ([126.35, 126.3], 2),
        ([126.355, 126.3], 3),
        ([0.9512, 1.02], 4),
        ([1.08455], 5),
        # What arithmetic leaves behind is no further decimal.
        ([0.1 + 0.2, 3 * 1.1], 2),
        # Adjusted for splits: on no grid, so the usual ones.
        ([131.123456789, 132.987654321], 2),
        ([0.123456789], 4),
        ([0.0], 2),
    ],
)
def test_decimals_are_as_many_as_say_the_prices_exactly(prices, decimals) -> None:
    assert decimals_in(np.array(prices)) == decimals


@pytest.mark.parametrize(
    ("price", "decimals", "text"),
    [
        (1234.5, 2, "1,234.50"),
        (0.9512, 4, "0.9512"),
        (1.02, 4, "1.0200"),
        (-0.5, 2, "−0.50"),
        (-0.001, 2, "0.00"),
        (101.256, None, "101.26"),
        (0.9512, None, "0.9512"),
        (0, None, "0.00"),
    ],
)
def test_prices_as_text(price, decimals, text) -> None:
    assert price_text(price, decimals) == text


@pytest.mark.django_db
def test_stored_bars_raise_the_decimals_and_never_lower_them() -> None:
    Instrument.objects.create(symbol="PENNY")
    made = wave(n_days=1, seed=1)
    raw = RawBars(made.start_ts, *(column.round(2) for column in made[1:]))
    fine = raw._replace(close=raw.close + 0.0001)
    store_bars("sample", "PENNY", "1Min", fine, timezone.now())
    assert decimals_of("PENNY") == 4
    store_bars("sample", "PENNY", "1Min", raw, timezone.now())
    assert decimals_of("PENNY") == 4


@pytest.mark.django_db
def test_a_live_minute_raises_the_decimals_of_its_instrument_only() -> None:
    Instrument.objects.bulk_create([Instrument(symbol="PENNY"), Instrument(symbol="SPY")])
    minutes = [
        Minute("PENNY", 1_709_562_600, 0.9512, 0.953, 0.95, 0.95, 100.0),
        Minute("SPY", 1_709_562_600, 101.0, 101.5, 100.5, 101.25, 100.0),
    ]
    append_minutes("simulated", minutes, timezone.now())
    assert (decimals_of("PENNY"), decimals_of("SPY")) == (4, 2)


@pytest.mark.django_db
def test_an_unknown_instrument_has_two_decimals() -> None:
    assert decimals_of("NOBODY") == 2
