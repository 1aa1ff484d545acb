"""Compiled strategies, kept by the process while nothing they are made of changes."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max

from alerts.monitor.group_engine import OtherSeries
from market.models import DataVersion
from strategies.bars import other_anchors
from strategies.checking import stored_spec
from strategies.engine.program.program import Program, compile_program
from strategies.models import Pack, Strategy
from strategies.runs.compute import strategy_anchor_ts

MAX_CACHED = 4_096
PackStamp = tuple[int, datetime | None]
PastStamp = tuple[str | int, ...]


class Compiled(NamedTuple):
    program: Program
    anchor_ts: int


_cache: OrderedDict[tuple[object, ...], Compiled] = OrderedDict()


def pack_stamps(user_ids: Iterable[int]) -> dict[int, PackStamp]:
    """Per user something that changes with every edit of their packs; one query."""
    rows = Pack.objects.filter(user_id__in=set(user_ids)).order_by().values("user_id")
    found = rows.annotate(n=Count("pk"), newest=Max("updated_at"))
    return {row["user_id"]: (row["n"], row["newest"]) for row in found}


def past_stamps(source: str, symbols: Iterable[str]) -> dict[str, PastStamp]:
    """Per symbol something that changes with the past of its bars; one query.

    Which bar is the first to be seen depends on those that are stored before the window.
    """
    rows = DataVersion.objects.filter(source=source, symbol__in=set(symbols)).order_by("timeframe")
    found: dict[str, PastStamp] = {}
    for symbol, timeframe, version in rows.values_list("symbol", "timeframe", "version"):
        found[symbol] = (*found.get(symbol, ()), timeframe, version)
    return found


def compiled(
    strategy: Strategy, stamp: PackStamp | None, past: PastStamp | None = None
) -> Compiled:
    """The program and the first bar it is to see. Raises StrategyError when it can't run."""
    key = (strategy.pk, strategy.version, strategy.fingerprint, stamp, past)
    if key not in _cache:
        _cache[key] = _compile(strategy)
        while len(_cache) > MAX_CACHED:
            _cache.popitem(last=False)
    _cache.move_to_end(key)
    return _cache[key]


def _compile(strategy: Strategy) -> Compiled:
    spec = stored_spec(strategy)
    anchors = other_anchors(strategy.data_source, spec, strategy.window_start_ts)
    series = {timeframe: OtherSeries(timeframe, ts).name for timeframe, ts in anchors.items()}
    return Compiled(compile_program(spec, series), strategy_anchor_ts(strategy, spec))
