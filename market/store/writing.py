"""Writing bars: new ones are added, changed ones become revisions, equal ones stay untouched.

Every function runs in the caller's transaction, so a batch is there as a whole or not at all. That
is for the bars of a day or so; a history goes by `market.store.staging`.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Greatest

from market.arrays import RawBars
from market.models import DataVersion
from market.prices import learn_decimals
from market.store.changes import INSERT, Changes, changes_of, insert, rows_of
from market.store.days import are_delivered, days_of, made_days
from market.store.reading import Series, locked_version_of, version_of

# A bar of the same minute is the same bar: a feed that starts again may offer it once more.
_APPEND = f"{INSERT} ON CONFLICT (source, symbol, timeframe, start_ts, edition) DO NOTHING"
# Earlier editions of the bar are never seen again, so all of them may be written.
_REVISE = (
    "UPDATE bars SET open = %s, high = %s, low = %s, close = %s, volume = %s, revision = %s, "
    "received_at = %s "
    "WHERE source = %s AND symbol = %s AND timeframe = %s AND start_ts = %s AND edition <= %s"
)
LIVE_EDITION = 0


class Stored(NamedTuple):
    n_new: int
    n_revised: int


class Minute(NamedTuple):
    """One closed minute of one symbol, as a feed delivers it."""

    symbol: str
    start_ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float


def store_bars(
    source: str, symbol: str, timeframe: str, raw: RawBars, received_at: datetime
) -> Stored:
    """Add or revise a range of bars of one series; builds its days when it is minutes."""
    if not raw.n:
        return Stored(0, 0)
    series = Series(source, symbol, timeframe)
    with transaction.atomic():
        previous = locked_version_of(series)
        stored = _store(series, raw, previous, received_at)
        learn_decimals(symbol, raw)
        if timeframe == "1Min" and (stored.n_new or stored.n_revised):
            first = int(raw.start_ts[0]) if previous is None else previous.last_ts
            build_days(source, symbol, min(first, int(raw.start_ts[0])), received_at)
    return stored


def append_minutes(source: str, minutes: list[Minute], received_at: datetime) -> None:
    """The way of live bars: one statement for all symbols of a closed minute."""
    stamp = connection.ops.adapt_datetimefield_value(received_at)
    with connection.cursor() as cursor:
        cursor.executemany(
            _APPEND,
            [(source, m[0], "1Min", *m[1:], 0, stamp, LIVE_EDITION) for m in minutes],
        )
    newest = max(m.start_ts for m in minutes)
    symbols = {m.symbol for m in minutes}
    series = DataVersion.objects.filter(source=source, timeframe="1Min", symbol__in=symbols)
    # An import may have brought later bars than these.
    if series.update(last_ts=Greatest("last_ts", newest)) < len(symbols):
        known = set(series.values_list("symbol", flat=True))
        DataVersion.objects.bulk_create(
            [
                DataVersion(
                    source=source,
                    symbol=m.symbol,
                    timeframe="1Min",
                    first_ts=m.start_ts,
                    last_ts=newest,
                )
                for m in minutes
                if m.symbol not in known
            ],
            # The first import of the series may have been faster.
            ignore_conflicts=True,
        )


def build_days(
    source: str, symbol: str, from_ts: int, received_at: datetime, now_ts: int | None = None
) -> Stored:
    """Make 1Day bars from the regular session's minutes since `from_ts`.

    A day is built once its session has closed; a source that delivers days keeps its own.
    """
    minutes = Series(source, symbol, "1Min")
    known, days = version_of(minutes), locked_version_of(days_of(minutes))
    if known is None or are_delivered(days):
        return Stored(0, 0)
    made = made_days(minutes, from_ts, known.last_ts, now_ts=now_ts)
    if not made.n:
        return Stored(0, 0)
    return _store(days_of(minutes), made, days, received_at, is_derived=True)


def _store(
    series: Series,
    bars: RawBars,
    previous: DataVersion | None,
    received_at: datetime,
    is_derived: bool = False,
) -> Stored:
    changes = changes_of(series, bars)
    is_revised = changes.revision > 0
    insert(rows_of(series, changes.take(~is_revised), LIVE_EDITION, received_at))
    edition = LIVE_EDITION if previous is None else previous.edition
    _revise(series, changes.take(is_revised), edition, received_at)
    _record_extent(series, bars, previous, changes, is_derived)
    return Stored(changes.n - changes.n_revised, changes.n_revised)


def _revise(series: Series, revised: Changes, edition: int, received_at: datetime) -> None:
    stamp = connection.ops.adapt_datetimefield_value(received_at)
    starts, *prices = (column.tolist() for column in revised.bars)
    rows = zip(starts, revised.revision.tolist(), zip(*prices, strict=True), strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(
            _REVISE,
            [(*of_bar, n, stamp, *series, start, edition) for start, n, of_bar in rows],
        )


def _record_extent(
    series: Series,
    bars: RawBars,
    previous: DataVersion | None,
    changes: Changes,
    is_derived: bool,
) -> None:
    first, last = int(bars.start_ts[0]), int(bars.start_ts[-1])
    if previous is None:
        DataVersion.objects.create(
            **series._asdict(), first_ts=first, last_ts=last, is_derived=is_derived
        )
        return
    previous.extend(first, last, changes.n_revised, changes.first_new_ts)
    previous.is_derived = is_derived
    previous.save()
