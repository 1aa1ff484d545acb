"""Removing bars in turns: those nobody sees, and those of a whole source."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from django.db import connection
from django.db.models import QuerySet

from market.models import Bar, DataVersion
from market.store.reading import Series, version_of
from trader.work.turns import TURN_ROWS, turn

_STARTS = (
    "SELECT id, start_ts FROM bars WHERE source = %s AND symbol = %s AND timeframe = %s "
    "AND start_ts >= %s AND edition <= %s ORDER BY start_ts, edition LIMIT %s"
)
# Numbers that the statement above has just given.
_DELETE = "DELETE FROM bars WHERE id IN ({ids})"


def remove_staged(series: Series, hold: Callable[[int], None]) -> None:
    """Bars of an import that did not come to its switch; only for who may stage the series."""
    known = version_of(series)
    edition = 0 if known is None else known.edition
    rows = Bar.objects.filter(**series._asdict(), edition__gt=edition)
    for first, last in _spans(rows):
        with turn():
            hold(0)
            rows.filter(start_ts__gte=first, start_ts__lte=last).delete()


def remove_superseded(series: Series, from_ts: int = 0) -> None:
    """Bars that a later edition has replaced. May be done by several at once."""
    known = version_of(series)
    if known is None:
        return
    for ids in _superseded(series, known.edition, from_ts):
        with turn(), connection.cursor() as cursor:
            cursor.execute(_DELETE.format(ids=", ".join(map(str, ids))))
    done = DataVersion.objects.filter(pk=known.pk, edition=known.edition)
    done.update(has_superseded=False)


def _superseded(series: Series, edition: int, from_ts: int) -> Iterator[list[int]]:
    """Ids of all but the last edition of each start; of two editions at most `TURN_ROWS` at once.

    Told here: a join would be planned by statistics, and right after a long history came in there
    are none of it.
    """
    is_over, limit = False, 2 * TURN_ROWS
    while not is_over:
        with connection.cursor() as cursor:
            cursor.execute(_STARTS, [*series, from_ts, edition, limit])
            found = cursor.fetchall()
        is_over = len(found) < limit
        ids = [one for (one, start), (_, following) in pairwise(found) if start == following]
        if ids:
            yield ids
        # The last start is looked at again: its next edition may lie beyond.
        from_ts = found[-1][1] if found else from_ts


def _spans(rows: QuerySet[Bar]) -> Iterator[tuple[int, int]]:
    """Ranges of starts, each of at most `TURN_ROWS` rows of one edition."""
    starts, from_ts = rows.order_by("start_ts").values_list("start_ts", flat=True), 0
    while found := list(starts.filter(start_ts__gte=from_ts)[:TURN_ROWS]):
        yield found[0], found[-1]
        from_ts = found[-1] + 1
