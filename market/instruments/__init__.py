"""The symbols offered by default."""

from typing import NamedTuple

from market.models import Instrument


class Offered(NamedTuple):
    symbol: str
    name: str
    base_price: float
    volume_per_minute: float


# Base price and volume shape the simulated bars only.
OFFERED = (
    Offered("SPY", "SPDR S&P 500 ETF", 480.0, 180_000),
    Offered("AAPL", "Apple", 185.0, 140_000),
    Offered("QQQ", "Invesco QQQ Trust", 420.0, 110_000),
    Offered("TSLA", "Tesla", 250.0, 260_000),
    Offered("NVDA", "NVIDIA", 720.0, 120_000),
    Offered("MSFT", "Microsoft", 410.0, 60_000),
    Offered("AMD", "Advanced Micro Devices", 160.0, 150_000),
    Offered("META", "Meta Platforms", 480.0, 45_000),
)


def ensure_instruments() -> None:
    """Create the rows of the offered symbols where they are missing."""
    Instrument.objects.bulk_create(
        (Instrument(symbol=one.symbol, name=one.name) for one in OFFERED), ignore_conflicts=True
    )
