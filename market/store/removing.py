"""Removing bars in turns: those nobody sees, and those of a whole source."""

from collections.abc import Callable, Iterator

from django.db import connection
from django.db.models import QuerySet

from market.models import Bar, DataVersion
from market.store.reading import Series, version_of
from trader.work.turns import TURN_ROWS, turn

_SUPERSEDED = (
    "DELETE FROM bars AS old "
    "WHERE old.source = %s AND old.symbol = %s AND old.timeframe = %s "
    "AND old.start_ts >= %s AND old.start_ts <= %s AND old.edition < %s "
    "AND EXISTS (SELECT 1 FROM bars AS newer WHERE newer.source = old.source "
    "AND newer.symbol = old.symbol AND newer.timeframe = old.timeframe "
    "AND newer.start_ts = old.start_ts AND newer.edition > old.edition AND newer.edition <= %s)"
)


def remove_staged(series: Series, hold: Callable[[int], None]) -> None:
    """Bars of an import that did not come to its switch; only for who may stage the series."""
    known = version_of(series)
    edition = 0 if known is None else known.edition
    rows = Bar.objects.filter(**series._asdict(), edition__gt=edition)
    for first, last in _spans(rows, 0):
        with turn():
            hold(0)
            rows.filter(start_ts__gte=first, start_ts__lte=last).delete()


def remove_superseded(series: Series, from_ts: int = 0) -> None:
    """Bars that a later edition has replaced. May be done by several at once."""
    known = version_of(series)
    if known is None:
        return
    rows = Bar.objects.filter(**series._asdict())
    for first, last in _spans(rows, from_ts):
        with turn(), connection.cursor() as cursor:
            edition = known.edition
            cursor.execute(_SUPERSEDED, [*series, first, last, edition, edition])
    done = DataVersion.objects.filter(pk=known.pk, edition=known.edition)
    done.update(has_superseded=False)


def remove_bars(rows: QuerySet[Bar]) -> int:
    """All of these, in turns: one long delete would hold up the feed."""
    total = 0
    while keys := list(rows.values_list("pk", flat=True)[:TURN_ROWS]):
        with turn():
            total += Bar.objects.filter(pk__in=keys).delete()[0]
    return total


def _spans(rows: QuerySet[Bar], from_ts: int) -> Iterator[tuple[int, int]]:
    """Ranges of starts, each of at most `TURN_ROWS` rows and a few."""
    starts = rows.order_by("start_ts").values_list("start_ts", flat=True)
    while found := list(starts.filter(start_ts__gte=from_ts)[:TURN_ROWS]):
        yield found[0], found[-1]
        from_ts = found[-1] + 1
