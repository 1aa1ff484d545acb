"""What trading costs at brokers, as data: plans, spreads by class of instrument, fees by date.

Every figure names where it comes from, since when it holds and how sure it is; each is a
beginning that the user may change. They are written into new strategies by the builder's form; a
record that names no costs has none. Amounts carry the names of the fields of `costs`.
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

Amounts = dict[str, float]
Confidence = Literal["high", "medium", "low"]
CHECKED_ON = "2026-11-30"


class Plan(NamedTuple):
    """What a broker takes; `has_us_fees` adds what is taken of sales in the USA."""

    label: str
    amounts: Amounts
    has_us_fees: bool
    valid_from: str
    source: str
    confidence: Confidence


# FINRA's audit trail, on both sides.
CAT = 0.000003
NO_PLAN, OWN_PLAN = "none", "own"
PLANS: dict[str, Plan] = {
    "alpaca": Plan(
        "Commission-free (Alpaca and alike)",
        {"both_sides_fee_per_share": CAT},
        True,
        "2026-09-17",
        "Alpaca's brokerage fee schedule, revised 2026-09-17, as quoted by third parties. Alpaca "
        "rounds the fees of a day up to the cent, which is left out.",
        "medium",
    ),
    "ibkr_fixed": Plan(
        "IBKR Fixed, by share",
        {
            "commission_per_share": 0.005,
            "minimum_per_order": 1.0,
            "maximum_bps_per_order": 100.0,
            "both_sides_fee_per_share": CAT,
        },
        True,
        "2024-01-01",
        "Interactive Brokers, commissions of stocks: $0.005 a share, at least $1, at most 1 % of "
        "the order.",
        "high",
    ),
    "ibkr_tiered": Plan(
        "IBKR Tiered, by share",
        {
            "commission_per_share": 0.0035,
            "minimum_per_order": 0.35,
            "maximum_bps_per_order": 100.0,
            # Passed on of the commission: 0.000175 and 0.000563.
            "commission_surcharge": 0.000738,
            # Exchange 0.003, clearing 0.0002.
            "both_sides_fee_per_share": 0.0032 + CAT,
        },
        True,
        "2024-01-01",
        "Interactive Brokers, commissions of stocks, first tier (up to 300,000 shares a month); "
        "the exchange's fee of $0.003 is an estimate.",
        "medium",
    ),
    "per_order": Plan(
        "Flat fee by order",
        {"commission_per_order": 1.0, "both_sides_fee_per_share": CAT},
        True,
        "2026-01-01",
        "A round figure: put in what your broker takes.",
        "low",
    ),
    NO_PLAN: Plan("No costs", {}, False, "", "", "high"),
}
PLAN_FIELDS = (
    "commission_per_share",
    "commission_per_order",
    "commission_bps",
    "minimum_per_order",
    "maximum_bps_per_order",
    "commission_surcharge",
    "both_sides_fee_per_share",
    "sell_fee_bps",
    "sell_fee_per_share",
    "sell_fee_cap",
)


class Spread(NamedTuple):
    """What a market order loses to the middle of bid and ask, by class of instrument.

    Slippage is the usual loss of a side less the half-spread.
    """

    label: str
    amounts: Amounts
    source: str
    confidence: Confidence = "low"


_OPEN = {"slippage_open_factor": 3.0, "slippage_open_minutes": 15.0}
_JUDGED = "Our judgement between published spreads and measured fills of retail orders."
NO_SPREAD, AUTO_SPREAD = "none", "auto"
SPREADS: dict[str, Spread] = {
    "index": Spread(
        "Index ETF (SPY, QQQ, IWM)",
        {"half_spread_per_share": 0.005, "slippage_per_share": 0.010, **_OPEN},
        f"{_JUDGED} $0.015 a side.",
    ),
    "large": Spread(
        "Large company",
        {"half_spread_bps": 0.5, "slippage_bps": 0.5, **_OPEN},
        f"{_JUDGED} 1 bp a side.",
    ),
    "mid": Spread(
        "Mid-size company",
        {"half_spread_bps": 3.0, "slippage_bps": 2.0, **_OPEN},
        f"{_JUDGED} 5 bps a side.",
    ),
    "small": Spread(
        "Small company",
        {"half_spread_bps": 15.0, "slippage_bps": 5.0, **_OPEN, "slippage_open_factor": 2.0},
        f"{_JUDGED} 20 bps a side.",
    ),
    NO_SPREAD: Spread("None", {}, ""),
}
SPREAD_FIELDS = (
    "half_spread_per_share",
    "half_spread_bps",
    "slippage_per_share",
    "slippage_bps",
    "slippage_open_factor",
    "slippage_open_minutes",
)
INDEX_FUNDS = frozenset(("SPY", "QQQ", "IWM"))
_LARGE = """
    AAPL ABBV ABT ACN ADBE AMAT AMD AMGN AMZN AVGO AXP BA BAC BLK BMY BRK.B C CAT CMCSA COP COST
    CRM CSCO CVX DE DHR DIS GE GILD GOOG GOOGL GS HD HON IBM INTC INTU ISRG JNJ JPM KO LIN LLY LMT
    LOW MA MCD META MRK MS MSFT MU NEE NFLX NKE NOW NVDA ORCL PEP PFE PG PLTR PM QCOM RTX SBUX SCHW
    SPGI T TGT TMO TMUS TSLA TXN UBER UNH UNP UPS V VZ WFC WMT XOM
"""
LARGE_COMPANIES = frozenset(_LARGE.split())
_US_SYMBOL = re.compile(r"[A-Z]{1,5}(\.[A-Z])?")


class SaleFees(NamedTuple):
    """What is taken of sales from a date on: SEC section 31, and FINRA's trading activity fee."""

    valid_from: str
    sec_bps: float
    taf_per_share: float
    taf_cap: float
    source: str
    confidence: Confidence


US_SALE_FEES = (
    SaleFees("2024-05-22", 0.278, 0.000166, 8.30, "SEC $27.80 per million; TAF 2024-25", "medium"),
    SaleFees("2025-05-14", 0.0, 0.000166, 8.30, "SEC $0.00 from this date", "high"),
    SaleFees("2026-01-01", 0.0, 0.000195, 9.79, "TAF of 2026", "medium"),
    SaleFees("2026-04-04", 0.206, 0.000195, 9.79, "SEC $20.60 per million", "medium"),
    SaleFees(
        "2026-10-01",
        0.206,
        0.0,
        0.0,
        "TAF holiday until 2026-12-31; that brokers pass it on is not confirmed",
        "medium",
    ),
    SaleFees("2027-01-01", 0.206, 0.000195, 9.79, "TAF as before; sources differ", "low"),
)


def us_schedule() -> list[dict[str, object]]:
    """The fees on sales by date, as `costs` has them."""
    return [
        {
            "valid_from": step.valid_from,
            "fields": {
                "sell_fee_bps": step.sec_bps,
                "sell_fee_per_share": step.taf_per_share,
                "sell_fee_cap": step.taf_cap,
            },
        }
        for step in US_SALE_FEES
    ]


def spread_of(symbol: str) -> str:
    """The class of an instrument; what is not known is no large company and no fund."""
    if symbol in INDEX_FUNDS:
        return "index"
    if not _US_SYMBOL.fullmatch(symbol):
        return NO_SPREAD
    return "large" if symbol in LARGE_COMPANIES else "mid"


def default_config() -> dict[str, object]:
    """What new strategies of somebody begin with who has said nothing else."""
    return {"plan": "alpaca", "spread": AUTO_SPREAD}


def costs_of(config: Mapping[str, object], symbol: str) -> dict[str, object]:
    """The `costs` of a new strategy by its user's defaults; empty for none.

    Plans and spreads are those of shares in the USA: anything else begins without costs.
    """
    plan = str(config.get("plan") or NO_PLAN)
    if plan == NO_PLAN or not _US_SYMBOL.fullmatch(symbol):
        return {}
    spread = str(config.get("spread") or NO_SPREAD)
    spread = spread_of(symbol) if spread == AUTO_SPREAD else spread
    own = config.get("own")
    known = PLANS.get(plan, PLANS[NO_PLAN])
    amounts, has_fees = known.amounts, known.has_us_fees
    if plan == OWN_PLAN:
        amounts = dict(own) if isinstance(own, Mapping) else {}
        has_fees = bool(config.get("us_fees"))
    costs: dict[str, object] = {**amounts, **SPREADS.get(spread, SPREADS[NO_SPREAD]).amounts}
    return {**costs, "schedule": us_schedule()} if has_fees else costs
