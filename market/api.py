"""Bars and data sources for programs."""

from collections.abc import Sequence
from typing import overload

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from market import catalogue, clock
from market.arrays import Bars
from market.bars import load_bars
from market.errors import BarsError
from market.ingest.csv_bars import instant_text
from market.serializers import (
    BarPage,
    BarQuery,
    BarWanted,
    ListedBar,
    ListedSource,
    ListedSymbol,
    SourceRow,
)
from market.timeframes import TIMEFRAMES
from trader.api.pagination import Pages

DEFAULT_DAYS = 7
NS = 1_000_000_000


class BarPages(Pages):
    page_size = 500
    max_page_size = 5_000


PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


@extend_schema(parameters=[BarQuery, *PAGING], responses=BarPage, operation_id="bars_list")
@api_view(["GET"])
def bar_list(request: Request) -> Response:
    """Bars of one series as a strategy sees them: session filtered, nothing after market time."""
    query = BarQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    bars = _bars(request, query.validated_data)
    pages = BarPages()
    page = pages.paginate_queryset(_Rows(bars), request)
    return pages.get_paginated_response(page)


@extend_schema(responses=SourceRow(many=True), operation_id="sources_list")
@api_view(["GET"])
def source_list(request: Request) -> Response:
    """Data sources of the caller with their symbols."""
    sources = catalogue.sources_for(request.user)
    names = [source.name for source in sources]
    clocks, symbols = clock.now_of(names), catalogue.symbols_of(names)
    return Response([_source(one, clocks[one.name], symbols[one.name]) for one in sources])


def _bars(request: Request, wanted: BarWanted) -> Bars:
    source, symbol = wanted["source"], wanted["symbol"].upper()
    if not catalogue.may_see(request.user, source):
        raise NotFound(f"There is no data source {source!r}.")
    if not catalogue.has_symbol(source, symbol):
        raise NotFound(f"{source} has no bars of {symbol}.")
    now_ts = clock.now(source)
    end = int(wanted["to"].timestamp()) if "to" in wanted else now_ts
    start = int(wanted["from"].timestamp()) if "from" in wanted else end - DEFAULT_DAYS * 86_400
    longest = TIMEFRAMES[wanted["timeframe"]].max_range_days * 86_400
    if end - start > longest:
        raise ValidationError(
            {"from": f"At most {longest // 86_400} days of {wanted['timeframe']} at once."}
        )
    try:
        return load_bars(source, symbol, wanted["timeframe"], wanted["session"], start, end, now_ts)
    except BarsError as error:
        raise ValidationError({"timeframe": str(error)}) from None


class _Rows(Sequence[ListedBar]):
    """Bars as JSON rows, formed only for the page that is asked for."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars

    def __len__(self) -> int:
        return self.bars.n

    @overload
    def __getitem__(self, index: int) -> ListedBar: ...
    @overload
    def __getitem__(self, index: slice) -> list[ListedBar]: ...
    def __getitem__(self, index: int | slice) -> ListedBar | list[ListedBar]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        columns = [column.tolist() for column in self.bars.take(index)[:7]]
        return [
            ListedBar(
                ts=instant_text(start // NS),
                close_ts=instant_text(known // NS),
                open=opened,
                high=high,
                low=low,
                close=close,
                volume=volume,
            )
            for start, known, opened, high, low, close, volume in zip(*columns, strict=True)
        ]


def _source(source: catalogue.Source, now_ts: int, symbols: list[catalogue.Symbol]) -> ListedSource:
    return ListedSource(
        name=source.name,
        label=source.label,
        is_simulated=source.is_simulated,
        is_live=source.is_live,
        now_ts=instant_text(now_ts) if now_ts else None,
        symbols=[_symbol(one) for one in symbols],
    )


def _symbol(symbol: catalogue.Symbol) -> ListedSymbol:
    return ListedSymbol(
        symbol=symbol.symbol,
        name=symbol.name,
        price_decimals=symbol.price_decimals,
        first_ts=instant_text(symbol.first_ts),
        last_ts=instant_text(symbol.last_ts),
    )
