"""How many decimals an instrument's prices have, and a price as people read it.

An instrument begins with two decimals and gets more when a stretch of its bars that is stored lies
on a finer grid. A few prices between the cents, as stocks have them, make no finer grid: the page
of an alert says those exactly. `static/js/prices.js` writes prices likewise.
"""

import numpy as np

from market.arrays import Floats, RawBars
from market.models import Instrument

MIN_DECIMALS, MAX_DECIMALS = 2, 5
# Below one dollar prices move in hundredths of a cent.
DECIMALS_BELOW_ONE = 4
# Bars from which a grid can be told, and the share of their prices that must lie on it.
ENOUGH_BARS = 20
ON_CENTS, ON_FINER_GRID = 0.5, 0.99
# What arithmetic leaves behind a price, relative to it: no further decimal.
NOISE = 1e-9


def price_text(price: float, decimals: int | None = None) -> str:
    """With thousands separators and a minus sign.

    `decimals` are the instrument's, None when they are not known; below one there are never less
    than usual.
    """
    digits = max(decimals or MIN_DECIMALS, usual_decimals(price))
    text = f"{price:,.{digits}f}"
    is_zero = not text.strip("-0.,")
    return text.lstrip("-") if is_zero else text.replace("-", "−")


def usual_decimals(price: float) -> int:
    """For a price of an instrument nothing is known of."""
    return DECIMALS_BELOW_ONE if 0 < abs(price) < 1 else MIN_DECIMALS


def decimals_in(prices: Floats) -> int:
    """Cents when most prices are whole ones, else those of the finer grid that holds them.

    Prices adjusted for splits and dividends lie on no grid: more digits would tell nothing, so
    it is the usual ones.
    """
    for decimals in range(MIN_DECIMALS, MAX_DECIMALS + 1):
        is_on = np.abs(prices - np.round(prices, decimals)) <= NOISE * np.abs(prices)
        if is_on.mean() >= (ON_CENTS if decimals == MIN_DECIMALS else ON_FINER_GRID):
            return decimals
    return usual_decimals(float(np.median(prices)))


def learn_decimals(symbol: str, raw: RawBars) -> None:
    """Raise the decimals of an instrument whose bars, just stored, lie on a finer grid."""
    if raw.n < ENOUGH_BARS:
        return
    needed = decimals_in(np.concatenate((raw.open, raw.high, raw.low, raw.close)))
    if needed > MIN_DECIMALS:
        rows = Instrument.objects.filter(symbol=symbol, price_decimals__lt=needed)
        rows.update(price_decimals=needed)


def decimals_of(symbol: str) -> int:
    found = Instrument.objects.filter(symbol=symbol).values_list("price_decimals", flat=True)
    decimals: int | None = found.first()
    return MIN_DECIMALS if decimals is None else decimals
