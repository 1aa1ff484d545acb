"""The newest price of a symbol: what an open position is worth now."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from market import clock
from market.models import Bar, DataVersion


class Newest(NamedTuple):
    """A price and the market time at which it was known, epoch seconds."""

    close_ts: int
    price: float


# Source and symbol.
Address = tuple[str, str]


def newest_prices(wanted: Iterable[Address]) -> dict[Address, Newest]:
    """Close of the newest stored bar of each, of whichever timeframe; two queries."""
    last = _last_bars(set(wanted))
    if not last:
        return {}
    is_wanted = reduce(or_, (_is_bar(row) for row in last.values()))
    # Of one start the last edition decides, and comes last.
    bars = Bar.objects.filter(is_wanted).order_by("edition")
    found: dict[Address, Newest] = {}
    for source, symbol, timeframe, start_ts, close in bars.values_list(
        "source", "symbol", "timeframe", "start_ts", "close"
    ):
        found[source, symbol] = Newest(clock.close_of(timeframe, start_ts), close)
    return found


def _last_bars(wanted: set[Address]) -> dict[Address, DataVersion]:
    """Per address the series whose newest bar was known last; of equals the first stored."""
    if not wanted:
        return {}
    sources, symbols = zip(*wanted, strict=True)
    rows = DataVersion.objects.filter(source__in=sources, symbol__in=symbols, is_derived=False)
    found: dict[Address, DataVersion] = {}
    for row in rows.order_by("pk"):
        address = row.source, row.symbol
        if address in wanted and (address not in found or _known(row) > _known(found[address])):
            found[address] = row
    return found


def _known(row: DataVersion) -> int:
    return clock.close_of(row.timeframe, row.last_ts)


def _is_bar(row: DataVersion) -> Q:
    return Q(
        source=row.source,
        symbol=row.symbol,
        timeframe=row.timeframe,
        start_ts=row.last_ts,
        edition__lte=row.edition,
    )
