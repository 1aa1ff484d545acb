"""Compiled strategies, kept by the process while nothing they are made of changes."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max

from strategies.backtests import program_for, strategy_anchor_ts
from strategies.engine.program import Program
from strategies.models import Pack, Strategy

MAX_CACHED = 4_096
PackStamp = tuple[int, datetime | None]


class Compiled(NamedTuple):
    program: Program
    anchor_ts: int


_cache: OrderedDict[tuple[object, ...], Compiled] = OrderedDict()


def pack_stamps(user_ids: Iterable[int]) -> dict[int, PackStamp]:
    """Per user something that changes with every edit of their packs; one query."""
    rows = Pack.objects.filter(user_id__in=set(user_ids)).order_by().values("user_id")
    found = rows.annotate(n=Count("pk"), newest=Max("updated_at"))
    return {row["user_id"]: (row["n"], row["newest"]) for row in found}


def compiled(strategy: Strategy, stamp: PackStamp | None) -> Compiled:
    """The program and the first bar it is to see. Raises StrategyError when it can't run."""
    key = (strategy.pk, strategy.version, strategy.fingerprint, stamp)
    if key not in _cache:
        spec, program = program_for(strategy)
        _cache[key] = Compiled(program, strategy_anchor_ts(strategy, spec))
        while len(_cache) > MAX_CACHED:
            _cache.popitem(last=False)
    _cache.move_to_end(key)
    return _cache[key]
