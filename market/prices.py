"""How many decimals an instrument's prices have, and a price as people read it.

An instrument begins with two decimals and gets more when a stretch of its bars that is stored lies
on a finer grid. A few prices between the cents, as stocks have them, make no finer grid: the page
of an alert says those exactly. However low an instrument trades, a price shows at least four
significant digits, and prices of one trade that differ never look equal.

`static/js/prices.js` writes prices likewise; `market/tests/data/prices.json` holds both to it.
"""

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from market.arrays import Floats, RawBars
from market.models import Instrument

MIN_DECIMALS, MAX_DECIMALS = 2, 5
SIGNIFICANT_DIGITS = 4
# The most that browsers write; no price is told apart beyond it.
MOST_SHOWN = 20
# Of low prices the grid is sought this much finer than their significant digits.
FINER_GRID = 2
# Bars from which a grid can be told, and the share of their prices that must lie on it.
ENOUGH_BARS = 20
ON_CENTS, ON_FINER_GRID = 0.5, 0.99
# What arithmetic leaves behind a price, relative to it: no further decimal.
NOISE = 1e-9


def price_text(price: float, decimals: int | None = None) -> str:
    """With thousands separators and a minus sign, in plain decimals.

    `decimals` are the instrument's, or those that tell the prices of its trade apart; None when
    neither is known.
    """
    text = f"{price:,.{decimals_for(price, decimals)}f}"
    is_zero = not text.strip("-0.,")
    return text.lstrip("-") if is_zero else text.replace("-", "−")


def decimals_for(price: float, decimals: int | None = None) -> int:
    """The instrument's decimals, and more where these show less than four significant digits."""
    known = MIN_DECIMALS if decimals is None else decimals
    if not price or not math.isfinite(price):
        return known
    first_digit = math.floor(math.log10(abs(price)))
    return min(MOST_SHOWN, max(known, SIGNIFICANT_DIGITS - 1 - first_digit))


def decimals_apart(prices: Iterable[float | None], decimals: int | None = None) -> int:
    """Decimals with which the prices of one trade are written, so that different ones look so.

    What differs by no more than arithmetic leaves behind is the same price.
    """
    known = sorted(one for one in prices if one is not None and math.isfinite(one))
    digits = max((decimals_for(one, decimals) for one in known), default=decimals or MIN_DECIMALS)
    for low, high in pairwise(known):
        if high - low <= NOISE * max(abs(low), abs(high)):
            continue
        while digits < MOST_SHOWN and f"{low:.{digits}f}" == f"{high:.{digits}f}":
            digits += 1
    return digits


def decimals_in(prices: Floats) -> int:
    """Cents when most prices are whole ones, else those of the finer grid that holds them.

    Prices adjusted for splits and dividends lie on no grid: more digits would tell nothing, so
    it is the usual ones.
    """
    usual = decimals_for(float(np.median(prices)))
    for decimals in range(MIN_DECIMALS, max(MAX_DECIMALS, usual + FINER_GRID) + 1):
        is_on = np.abs(prices - np.round(prices, decimals)) <= NOISE * np.abs(prices)
        if is_on.mean() >= (ON_CENTS if decimals == MIN_DECIMALS else ON_FINER_GRID):
            return decimals
    return usual


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
