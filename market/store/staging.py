"""A whole history at once, without holding anybody up.

Its bars are stored in turns beside those they will replace, under the next edition of their series,
where nobody sees them. One short transaction then moves the series to that edition: from there on
everybody sees all of them. What they replaced is removed in turns afterwards. A process that dies
before the switch has changed nothing, and the next to stage the series removes what it left; one
that dies after it leaves bars that nobody sees, and the nightly clean-up removes those.

One process at a time stages a series: `hold` is called in every transaction and raises when the
caller's right to it is gone.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction

from market.arrays import RawBars
from market.models import DataVersion
from market.store.changes import Changes, changes_of, insert, rows_of
from market.store.days import are_delivered, days_of, made_days
from market.store.reading import Series, locked_version_of, version_of
from market.store.removing import remove_staged, remove_superseded
from market.store.writing import build_days
from trader.work.turns import TURN_ROWS, turn

# Bars compared with the stored ones at once.
SLICE_ROWS = 50_000

# Given the number of bars staged so far.
Hold = Callable[[int], None]


class Staged(NamedTuple):
    """What waits for the switch. `first_ts` and `last_ts` are the extent of all bars given."""

    series: Series
    edition: int
    first_ts: int
    last_ts: int
    is_derived: bool = False
    n: int = 0
    n_revised: int = 0
    first_changed_ts: int | None = None
    first_new_ts: int | None = None
    # The newest minute that the days were made from.
    made_until_ts: int | None = None

    def and_also(self, changes: Changes) -> "Staged":
        """With further bars, later than those before."""
        first = int(changes.bars.start_ts[0]) if changes.n else None
        return self._replace(
            n=self.n + changes.n,
            n_revised=self.n_revised + changes.n_revised,
            first_changed_ts=first if self.first_changed_ts is None else self.first_changed_ts,
            first_new_ts=changes.first_new_ts if self.first_new_ts is None else self.first_new_ts,
        )


def store_in_turns(series: Series, bars: RawBars, received_at: datetime, hold: Hold) -> None:
    """A history that nothing else has to be stored with."""
    if not bars.n:
        return
    staged = stage(series, bars, received_at, hold)
    with transaction.atomic():
        hold(staged[0].n)
        switch(staged, received_at)
    remove_replaced(staged)


def stage(series: Series, bars: RawBars, received_at: datetime, hold: Hold) -> list[Staged]:
    """Store what is new or different where nobody sees it, and the days made from it."""
    minutes = _stage(_begun(series, bars, hold), bars, received_at, hold)
    if series.timeframe != "1Min" or not minutes.n:
        return [minutes]
    days = _stage_days(minutes, received_at, hold)
    return [minutes] if days is None else [minutes, days]


def switch(staged: list[Staged], received_at: datetime) -> None:
    """Show what was staged, in the caller's transaction."""
    for one in staged:
        _switch(one)
    minutes, *days = staged
    known = version_of(minutes.series)
    for one in days:
        # Minutes that a feed has added since the days were made.
        if known and one.made_until_ts is not None and known.last_ts > one.made_until_ts:
            build_days(*minutes.series[:2], one.made_until_ts, received_at)


def discard(series: Series, hold: Hold) -> None:
    """Remove what was staged; nobody has seen any of it."""
    for one in (series, days_of(series)) if series.timeframe == "1Min" else (series,):
        remove_staged(one, hold)


def remove_replaced(staged: list[Staged]) -> None:
    """After the commit of the switch."""
    for one in staged:
        if one.n_revised:
            remove_superseded(one.series, one.first_changed_ts or 0)


def _begun(series: Series, bars: RawBars, hold: Hold, *, is_derived: bool = False) -> Staged:
    """The next edition of a series, empty of what a dead process may have left of it."""
    remove_staged(series, hold)
    known = version_of(series)
    edition = 1 if known is None else known.edition + 1
    first, last = int(bars.start_ts[0]), int(bars.start_ts[-1])
    return Staged(series, edition, first, last, is_derived)


def _stage(
    staged: Staged, bars: RawBars, received_at: datetime, hold: Hold, n_before: int = 0
) -> Staged:
    for begin in range(0, bars.n, SLICE_ROWS):
        changes = changes_of(staged.series, bars.take(slice(begin, begin + SLICE_ROWS)))
        for part in _parts(changes):
            rows = rows_of(staged.series, part, staged.edition, received_at)
            with turn():
                hold(n_before + staged.n + part.n)
                insert(rows)
            staged = staged.and_also(part)
    return staged


def _parts(changes: Changes) -> Iterator[Changes]:
    for begin in range(0, changes.n, TURN_ROWS):
        yield changes.take(slice(begin, begin + TURN_ROWS))


def _stage_days(minutes: Staged, received_at: datetime, hold: Hold) -> Staged | None:
    """The days of changed minutes, and those that newer minutes complete."""
    series, known = days_of(minutes.series), version_of(minutes.series)
    if are_delivered(version_of(series)) or minutes.first_changed_ts is None:
        return None
    first, last = minutes.first_changed_ts, minutes.last_ts
    if known is not None:
        first, last = min(first, known.last_ts), max(last, known.last_ts)
    made = made_days(minutes.series, first, last, minutes.edition)
    if not made.n:
        return None
    begun = _begun(series, made, hold, is_derived=True)
    staged = _stage(begun, made, received_at, hold, minutes.n)
    return staged._replace(made_until_ts=last)


def _switch(staged: Staged) -> None:
    known = locked_version_of(staged.series) or _created(staged)
    if known is None:
        return
    if not staged.n:
        _say_whose(staged, known)
        return
    known.extend(staged.first_ts, staged.last_ts, staged.n_revised, staged.first_new_ts)
    known.edition, known.is_derived = staged.edition, staged.is_derived
    known.has_superseded |= staged.n_revised > 0
    known.save()


def _created(staged: Staged) -> DataVersion | None:
    """None when the series is new; a feed may have begun it in this instant, then its row."""
    try:
        with transaction.atomic():
            DataVersion.objects.create(
                **staged.series._asdict(),
                first_ts=staged.first_ts,
                last_ts=staged.last_ts,
                is_derived=staged.is_derived,
                edition=staged.edition,
            )
    except IntegrityError:
        return locked_version_of(staged.series)
    return None


def _say_whose(staged: Staged, known: DataVersion) -> None:
    """Days that are delivered just as they were made before are the source's own from now on."""
    if known.is_derived != staged.is_derived:
        known.is_derived = staged.is_derived
        known.save(update_fields=["is_derived", "updated_at"])
