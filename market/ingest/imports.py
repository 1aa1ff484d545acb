"""One ingest of files or arrays into a series, recorded as an IngestRun, one at a time per job."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone

from market import eastern
from market.arrays import RawBars
from market.errors import BarsError
from market.ingest.csv_bars import CsvBars, instant_text, read_bars_csv
from market.ingest.stamps import check_stamps
from market.models import IngestRun, Instrument
from market.sources import IMPORT, KINDS, source_of
from market.store.writing import Stored, store_bars
from market.timeframes import STORED_TIMEFRAMES, TIMEFRAMES
from trader.work import leases

RUN_LEASE = timedelta(minutes=10)
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
    paths: Sequence[str | Path], symbol: str, timeframe: str, source: str, trigger: str = "command"
) -> IngestRun:
    """Import CSV files into one series: all of them, or none. Raises BarsError."""
    return run_ingest(
        source, symbol, timeframe, lambda: [_read(path, timeframe) for path in paths], trigger
    )


def run_ingest(
    source: str,
    symbol: str,
    timeframe: str,
    fetch: Callable[[], list[Batch]],
    trigger: str,
) -> IngestRun:
    """Fetch, then store in one transaction; the run's row tells how it went either way."""
    _check_target(symbol, timeframe)
    run = _begin(source, symbol, timeframe, trigger)
    try:
        batches = fetch()
        with transaction.atomic():
            received_at = timezone.now()
            Instrument.objects.get_or_create(symbol=symbol, defaults={"name": symbol})
            stored = [store_bars(source, symbol, timeframe, b.bars, received_at) for b in batches]
            _succeed(run, batches, stored)
    except BaseException as error:
        IngestRun.objects.filter(pk=run.pk).update(
            status=IngestRun.Status.FAILED,
            error=str(error) or type(error).__name__,
            finished_at=timezone.now(),
        )
        raise
    return run


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


def _begin(source: str, symbol: str, timeframe: str, trigger: str) -> IngestRun:
    job = f"{source}:{symbol}:{timeframe}"
    now = timezone.now()
    _release_dead(job, now)
    try:
        with transaction.atomic():
            return IngestRun.objects.create(
                job=job,
                trigger=trigger,
                target=f"{source} {symbol} {timeframe}",
                lease_owner=leases.owner(),
                lease_until=now + RUN_LEASE,
            )
    except IntegrityError:
        raise BarsError(f"an import of {symbol} {timeframe} into {source} is running") from None


def _release_dead(job: str, now: datetime) -> None:
    for run in IngestRun.objects.filter(job=job, status=IngestRun.Status.RUNNING):
        if leases.is_dead(run.lease_owner) or (run.lease_until and run.lease_until < now):
            run.status = IngestRun.Status.FAILED
            run.error = "The process ended before the import did; nothing of it was kept."
            run.finished_at = now
            run.save(update_fields=["status", "error", "finished_at"])


def _succeed(run: IngestRun, batches: list[Batch], stored: list[Stored]) -> None:
    filled = [batch.bars for batch in batches if batch.bars.n]
    run.status = IngestRun.Status.SUCCEEDED
    run.n_rows = sum(bars.n for bars in filled)
    run.n_new = sum(one.n_new for one in stored)
    run.n_revised = sum(one.n_revised for one in stored)
    run.first_ts = min((int(bars.start_ts[0]) for bars in filled), default=None)
    run.last_ts = max((int(bars.start_ts[-1]) for bars in filled), default=None)
    run.warnings = [text for batch in batches for text in batch.warnings]
    run.finished_at = timezone.now()
    run.save()
