"""What a user may choose from: data sources and their symbols."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Min

from accounts.models import User
from market.instruments import OFFERED
from market.models import DataVersion, FeedState, Instrument, Replay
from market.sources import kind_of, label_of
from trader.work.instants import full_day_text


class Source(NamedTuple):
    name: str
    label: str
    is_simulated: bool
    is_live: bool


class Symbol(NamedTuple):
    """A symbol of a source and the span of its stored minutes (or days)."""

    symbol: str
    name: str
    price_decimals: int
    first_ts: int
    last_ts: int


def sources_for(user: User | AnonymousUser) -> list[Source]:
    """Sources with bars that this user may use: shared ones, then the user's own replays."""
    stored = set(DataVersion.objects.values_list("source", flat=True).distinct())
    fed = set(FeedState.objects.values_list("source", flat=True))
    shared = sorted(name for name in stored if kind_of(name).is_shared)
    own = [r for r in Replay.objects.for_user(user) if r.source in stored]
    return [
        *(_source(name, label_of(name), name in fed) for name in shared),
        *(_source(r.source, _replay_label(r), kind_of(r.source).is_fed) for r in own),
    ]


def symbols_for(source: str) -> list[Symbol]:
    """Symbols that have bars in a source, offered ones first."""
    return symbols_of([source])[source]


def symbols_of(sources: Iterable[str]) -> dict[str, list[Symbol]]:
    """Symbols of several sources, in two queries."""
    spans: dict[str, dict[str, tuple[int, int]]] = {source: {} for source in sources}
    series = DataVersion.objects.filter(source__in=spans).order_by().values_list("source", "symbol")
    for source, symbol, first, last in series.annotate(Min("first_ts"), Max("last_ts")):
        spans[source][symbol] = (first, last)
    names = {symbol for of_source in spans.values() for symbol in of_source}
    rows = {row.symbol: row for row in Instrument.objects.filter(symbol__in=names)}
    return {source: _symbols(of_source, rows) for source, of_source in spans.items()}


def _symbols(spans: dict[str, tuple[int, int]], rows: dict[str, Instrument]) -> list[Symbol]:
    order = {one.symbol: position for position, one in enumerate(OFFERED)}
    return [
        Symbol(
            name,
            rows[name].name if name in rows else name,
            rows[name].price_decimals if name in rows else 2,
            *spans[name],
        )
        for name in sorted(spans, key=lambda name: (order.get(name, len(order)), name))
    ]


def may_see(user: User | AnonymousUser, source: str) -> bool:
    """Whether a user may read a source's bars; a stranger's replay is as if it didn't exist."""
    if not user.is_authenticated:
        return False
    kind = kind_of(source)
    if kind.is_replayed:
        return Replay.objects.for_user(user).by_source(source).exists()
    return kind.is_shared


def has_symbol(source: str, symbol: str) -> bool:
    return DataVersion.objects.filter(source=source, symbol=symbol).exists()


def last_ts(source: str, symbol: str) -> int | None:
    """Start of the newest stored bar of a symbol."""
    rows = DataVersion.objects.filter(source=source, symbol=symbol)
    newest: int | None = rows.aggregate(newest=Max("last_ts"))["newest"]
    return newest


def is_fed_on_demand(source: str, symbol: str) -> bool:
    """A feed brings the offered symbols even before it has stored a bar of them."""
    kind = kind_of(source)
    if kind.is_replayed:
        return Replay.objects.all().by_source(source).filter(symbol=symbol).exists()
    return kind.brings_offered and symbol in {one.symbol for one in OFFERED}


def _source(name: str, label: str, is_live: bool) -> Source:
    return Source(name, label, kind_of(name).is_simulated, is_live)


def _replay_label(replay: Replay) -> str:
    return f"Replay: {replay.symbol} {full_day_text(replay.day)}"
