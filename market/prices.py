"""How many decimals an instrument's prices have, and a price as people read it.

An instrument begins with two decimals and gets more as soon as bars that are stored need them, so
that every price of a bar is shown exactly. `static/js/prices.js` writes prices likewise.
"""

from collections.abc import Iterable

import numpy as np

from market.arrays import Floats
from market.models import Instrument

MIN_DECIMALS, MAX_DECIMALS = 2, 6
# Below one dollar prices move in hundredths of a cent.
DECIMALS_BELOW_ONE = 4
# What arithmetic leaves behind a price, relative to it: no further decimal.
NOISE = 1e-9


def price_text(price: float, decimals: int | None = None) -> str:
    """With thousands separators and a minus sign; `decimals` None when nothing is known."""
    digits = usual_decimals(price) if decimals is None else decimals
    text = f"{price:,.{digits}f}"
    is_zero = not text.strip("-0.,")
    return text.lstrip("-") if is_zero else text.replace("-", "−")


def usual_decimals(price: float) -> int:
    """For a price of an instrument nothing is known of."""
    return DECIMALS_BELOW_ONE if 0 < abs(price) < 1 else MIN_DECIMALS


def decimals_in(prices: Floats) -> int:
    """The fewest decimals that say all of these prices exactly; the usual ones when none do.

    Prices adjusted for splits and dividends lie on no grid: more digits would tell nothing.
    """
    for decimals in range(MIN_DECIMALS, MAX_DECIMALS + 1):
        if np.all(np.abs(prices - np.round(prices, decimals)) <= NOISE * np.abs(prices)):
            return decimals
    return usual_decimals(float(np.median(prices)))


def learn_decimals(stored: Iterable[tuple[str, Floats]]) -> None:
    """Raise the decimals of instruments whose prices, just stored, need more than they have."""
    for symbol, prices in sorted(stored, key=lambda one: one[0]):
        needed = decimals_in(prices)
        if needed > MIN_DECIMALS:
            rows = Instrument.objects.filter(symbol=symbol, price_decimals__lt=needed)
            rows.update(price_decimals=needed)


def decimals_of(symbol: str) -> int:
    found = Instrument.objects.filter(symbol=symbol).values_list("price_decimals", flat=True)
    decimals: int | None = found.first()
    return MIN_DECIMALS if decimals is None else decimals
