"""An instrument has the decimals its bars need, and its prices are written with them."""

import numpy as np
import pytest
from django.utils import timezone

from market.arrays import RawBars
from market.ingest.csv_bars import read_bars_csv
from market.models import Instrument
from market.prices import decimals_apart, decimals_in, decimals_of, price_text
from market.sample import PATH
from market.store.writing import store_bars
from market.testing import raw_bars, right_prices, wave

NOW = timezone.now()


@pytest.mark.parametrize(
    ("prices", "decimals"),
    [
        ([100.0, 101.0], 2),
        ([126.35, 126.3], 2),
        ([126.355, 126.325], 3),
        ([0.9512, 1.0227, 0.9731], 4),
        ([1.08455, 1.08457], 5),
        # A few prices between the cents, as every stock has them.
        ([126.35, 126.3, 126.31, 126.3145], 2),
        # What arithmetic leaves behind is no further decimal.
        ([0.1 + 0.2, 3 * 1.1], 2),
        # Adjusted for splits: on no grid, so the usual ones.
        ([131.123456, 132.987654], 2),
        ([0.123456789], 4),
        ([0.0], 2),
        # Far below a cent, on a grid of ten decimals, and on none.
        ([0.0000082998, 0.0000083164, 0.0000082915], 10),
        ([0.0000082998123, 0.0000083164789], 9),
    ],
)
def test_decimals_are_those_of_the_grid_the_prices_lie_on(prices, decimals) -> None:
    assert decimals_in(np.array(prices)) == decimals


@pytest.mark.parametrize(("price", "decimals", "text"), right_prices("written"))
def test_prices_as_text(price, decimals, text) -> None:
    assert price_text(price, decimals) == text


@pytest.mark.parametrize(("prices", "decimals", "digits"), right_prices("apart"))
def test_prices_of_one_trade_that_differ_never_look_equal(prices, decimals, digits) -> None:
    assert decimals_apart(prices, decimals) == digits
    known = [price for price in prices if price is not None]
    texts = {price_text(price, digits) for price in known}
    assert len(texts) == len({round(price, 12) for price in known})


@pytest.mark.django_db
def test_stored_bars_raise_the_decimals_and_never_lower_them() -> None:
    Instrument.objects.create(symbol="PENNY")
    made = wave(n_days=1, seed=1)
    raw = RawBars(made.start_ts, *(column.round(2) for column in made[1:]))
    fine = RawBars(raw.start_ts, *(column + 0.0001 for column in raw[1:5]), raw.volume)
    store_bars("sample", "PENNY", "1Min", fine, NOW)
    assert decimals_of("PENNY") == 4
    store_bars("sample", "PENNY", "1Min", raw, NOW)
    assert decimals_of("PENNY") == 4


@pytest.mark.django_db
def test_the_recorded_sample_has_cents() -> None:
    """Some of its prices lie between the cents."""
    Instrument.objects.create(symbol="SPY")
    store_bars("sample", "SPY", "1Min", read_bars_csv(PATH).bars.take(slice(0, 2000)), NOW)
    assert decimals_of("SPY") == 2


@pytest.mark.django_db
def test_a_few_bars_tell_nothing() -> None:
    Instrument.objects.create(symbol="SPY")
    odd = raw_bars([(10.0001, 10.0003, 10.0001, 10.0002, 1)] * 19, 1_709_562_600)
    store_bars("sample", "SPY", "1Min", odd, NOW)
    assert decimals_of("SPY") == 2


@pytest.mark.django_db
def test_an_unknown_instrument_has_two_decimals() -> None:
    assert decimals_of("NOBODY") == 2
