"""The steps in which prices and quantities can be ordered: what brokers take, exactly.

Prices are computed with all their digits. What is sent to a broker has to lie on the tick: a US
stock in cents from one dollar on and in hundredths of a cent below, a future on the tick of its
contract, anything else with its instrument's decimals.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from market.instruments import OFFERED
from market.sources import ALPACA, SAMPLE, SIMULATED, kind_of

CENT, BELOW_ONE_DOLLAR = Decimal("0.01"), Decimal("0.0001")
# No stock trades below it: whatever does keeps its digits, so that no price is rounded away.
LEAST_EQUITY_PRICE = 0.001
# Where no grid is known, below a cent: so many digits, as exchanges of coins take them.
LOW_PRICE, LOW_PRICE_DIGITS = 0.01, 5
# What arithmetic leaves of a whole number, relative to it.
NOISE = 1e-9
# Sources that bring US stocks and funds alone.
EQUITY_SOURCES = {SAMPLE, SIMULATED, ALPACA}
EQUITIES = {one.symbol for one in OFFERED}
# By the root of the contract. Grains are quoted in cents.
FUTURES = {
    root: Decimal(tick)
    for tick, roots in {
        "0.25": "ES MES NQ MNQ ZC ZS ZW",
        "1": "YM MYM",
        "0.1": "RTY M2K GC MGC",
        "0.01": "CL MCL",
        "0.001": "NG",
        "0.005": "SI SIL",
        "0.0005": "HG",
        "0.03125": "ZB",
        "0.015625": "ZN",
        "0.0078125": "ZF",
        "0.00390625": "ZT",
        "0.00005": "6E 6A 6C",
        "0.0001": "M6E 6B",
        "0.0000005": "6J",
        "5": "BTC MBT",
        "0.5": "ETH MET",
    }.items()
    for root in roots.split()
}
_ROOTS = "|".join(sorted(FUTURES, key=len, reverse=True))
# ESZ6, ESZ2026, ES1!, ES=F, /ES, /ESZ26, @ES#. A root alone is a stock's ticker as often.
CONTRACT = re.compile(
    rf"/(?P<slashed>{_ROOTS})(?:[FGHJKMNQUVXZ]\d{{1,4}})?"
    rf"|@?(?P<plain>{_ROOTS})(?:[FGHJKMNQUVXZ]\d{{1,4}}|\d!|=F|#)"
)


def price_tick(symbol: str, source: str, price: float, decimals: int | None) -> Decimal:
    """The step of an order's price. `decimals`: those of the instrument, None when not known."""
    contract = CONTRACT.fullmatch(symbol)
    if contract:
        return FUTURES[contract["slashed"] or contract["plain"]]
    is_equity = symbol in EQUITIES or kind_of(source).kind in EQUITY_SOURCES
    if is_equity and (price == 0 or abs(price) >= LEAST_EQUITY_PRICE):
        return CENT if abs(price) >= 1 else BELOW_ONE_DOLLAR
    return Decimal(1).scaleb(-_decimals(price, decimals))


def _decimals(price: float, decimals: int | None) -> int:
    known = 2 if decimals is None else decimals
    if price == 0 or abs(price) >= 1:
        return known
    known = max(known, 4)
    if abs(price) >= LOW_PRICE:
        return known
    return max(known, LOW_PRICE_DIGITS - 1 - math.floor(math.log10(abs(price))))


def on_tick(price: float, tick: Decimal) -> float:
    """The nearest price that can be ordered; half a tick goes away from zero.

    Decimal all the way, so that the same price is the same number whenever it is asked for.
    """
    if not math.isfinite(price):
        return price
    n_ticks = (Decimal(repr(float(price))) / tick).to_integral_value(ROUND_HALF_UP)
    return float(n_ticks * tick)


def whole_steps(quotient: float) -> int:
    """Rounded down to whole shares or contracts; what is one but for arithmetic counts as it."""
    nearest = round(quotient)
    is_whole = abs(quotient - nearest) <= NOISE * max(1.0, abs(quotient))
    return nearest if is_whole else math.floor(quotient)
