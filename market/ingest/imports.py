"""One ingest of files or arrays into a series: all of it, or nothing.

It never holds up anybody: `market.store.staging` says how.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone

from market import eastern
from market.arrays import RawBars, concatenate_raw
from market.errors import BarsError
from market.ingest import runs
from market.ingest.csv_bars import CsvBars, instant_text, read_bars_csv
from market.ingest.runs import OnProgress, ignore_progress
from market.ingest.stamps import check_stamps
from market.models import IngestRun, Instrument
from market.prices import learn_decimals
from market.sources import IMPORT, KINDS, source_of
from market.store.reading import Series
from market.store.staging import Hold, Staged, remove_replaced, stage, switch
from market.timeframes import STORED_TIMEFRAMES, TIMEFRAMES

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9./-]{0,23}")


class Batch(NamedTuple):
    """Checked bars of one file, ready to be stored."""

    name: str
    bars: RawBars
    warnings: list[str]


def import_source(name: str) -> str:
    """The source under which imported bars appear: `import:<name>`."""
    plain = name.removeprefix(KINDS[IMPORT].prefix)
    if not _NAME.fullmatch(plain):
        raise BarsError(
            f"source name {name!r} is not usable: 1 to 40 letters, digits, '.', '_' or '-'"
        )
    return source_of(IMPORT, plain)


def import_files(
    paths: Sequence[str | Path],
    symbol: str,
    timeframe: str,
    source: str,
    trigger: str = "command",
    on_progress: OnProgress = ignore_progress,
) -> IngestRun:
    """Import CSV files into one series: all of them, or none. Raises BarsError."""

    def fetch() -> list[Batch]:
        return [_read(path, timeframe) for path in paths]

    return run_ingest(source, symbol, timeframe, fetch, trigger, on_progress)


def run_ingest(
    source: str,
    symbol: str,
    timeframe: str,
    fetch: Callable[[], list[Batch]],
    trigger: str,
    on_progress: OnProgress = ignore_progress,
) -> IngestRun:
    """Fetch, store, show; the run's row tells how it went either way."""
    _check_target(symbol, timeframe)
    series = Series(source, symbol, timeframe)
    run = runs.begin(series, trigger)
    hold = runs.holder(run, on_progress)
    try:
        batches = fetch()
        staged = _stage(series, batches, hold) if any(b.bars.n for b in batches) else []
        _show(run, batches, staged)
    except BaseException as error:
        runs.give_up(run, series, error)
        raise
    remove_replaced(staged)
    return run


def _stage(series: Series, batches: list[Batch], hold: Hold) -> list[Staged]:
    bars = _merged(batches)
    Instrument.objects.get_or_create(symbol=series.symbol, defaults={"name": series.symbol})
    staged = stage(series, bars, timezone.now(), hold)
    learn_decimals(series.symbol, bars)
    return staged


def _merged(batches: list[Batch]) -> RawBars:
    """The bars of all files in one row; of a start in several files, the last one's."""
    bars = concatenate_raw([batch.bars for batch in batches if batch.bars.n])
    # The first place of each start, counted from the end.
    _, places = np.unique(bars.start_ts[::-1], return_index=True)
    return bars.take(bars.n - 1 - places)


def _show(run: IngestRun, batches: list[Batch], staged: list[Staged]) -> None:
    """The switch and the end of the run, together."""
    with transaction.atomic():
        runs.hold(run, run.n_staged)
        # No hint: the sweep of the monitor finds the new version, and rebuilds in one worker only.
        if staged:
            switch(staged, timezone.now())
        runs.succeed(run, [batch.bars for batch in batches], staged)
        run.warnings = [text for batch in batches for text in batch.warnings]
        run.save()


def _check_target(symbol: str, timeframe: str) -> None:
    if not _SYMBOL.fullmatch(symbol):
        raise BarsError(f"symbol {symbol!r} is not usable: capital letters, digits, '.', '/', '-'")
    if timeframe not in TIMEFRAMES:
        raise BarsError(f"unknown timeframe {timeframe!r}")
    if timeframe not in STORED_TIMEFRAMES:
        raise BarsError(
            f"{timeframe} bars are derived, not stored; import 1Min or 1Day bars instead"
        )


def _read(path: str | Path, timeframe: str) -> Batch:
    name = Path(path).name
    try:
        read = check_stamps(read_bars_csv(path), TIMEFRAMES[timeframe])
        _check_starts(read, timeframe)
    except BarsError as error:
        raise BarsError(f"{name}: {error}") from None
    return Batch(name, read.bars, [f"{name}: {text}" for text in read.warnings])


def _check_starts(read: CsvBars, timeframe: str) -> None:
    """Starts must be whole minutes, or midnights in New York."""
    bars = read.bars
    if timeframe == "1Min":
        odd = np.flatnonzero(bars.start_ts % 60)
        where = "a 1Min bar starts on a whole minute"
    else:
        odd = np.flatnonzero(eastern.local_seconds(bars.start_ts) % eastern.DAY)
        where = "a 1Day bar starts at midnight in New York (05:00Z in winter, 04:00Z in summer)"
    if odd.size:
        at = instant_text(int(bars.start_ts[odd[0]]))
        raise BarsError(f"ts {at}: {where}", line=read.lines[int(odd[0])])
