"""Reading bars from CSV: `ts,open,high,low,close,volume`, plain or gzip. No database.

The file is taken whole or refused with the number of the first bad line (the header is line 1).
"""

import gzip
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from market.arrays import RawBars
from market.eastern import UNCOVERED, is_covered
from market.errors import BarsError
from market.timeframes import TIMEFRAMES, Timeframe, timeframe_of_spacing
from trader.work.plural import counted

HEADER = ("ts", "open", "high", "low", "close", "volume")
MAX_BYTES = 512 * 1024 * 1024
MAX_ROWS = 5_000_000
MAX_WARNINGS = 20
# Wider than any market. Products and sums over a whole file stay finite within them.
LARGEST_PRICE, SMALLEST_PRICE, LARGEST_VOLUME = 1e12, 1e-12, 1e18
_GZIP_MAGIC = b"\x1f\x8b"
_SUFFIX = re.compile(r"_(\w+?)\.csv(?:\.gz)?$", re.IGNORECASE)

__all__ = ["BarsError", "CsvBars", "base_timeframe_of", "read_bars_csv"]


class CsvBars(NamedTuple):
    """Checked bars; `lines` holds the number of the line each came from."""

    bars: RawBars
    warnings: list[str]
    lines: Sequence[int]


def read_bars_csv(source: str | Path | IO[bytes]) -> CsvBars:
    """Read and check a bars file. Raises BarsError; never returns part of a file."""
    lines = _lines(_text(source))
    bars, numbers = _read_plain(lines) or _read_any(lines)
    _check(bars, numbers)
    return CsvBars(bars, _warnings(bars, numbers), numbers)


def base_timeframe_of(path: str | Path, bars: RawBars) -> Timeframe:
    """The timeframe named by the end of the file name, else the smallest spacing of the rows."""
    match = _SUFFIX.search(Path(path).name)
    names = {name.lower(): timeframe for name, timeframe in TIMEFRAMES.items()}
    if match and match.group(1).rsplit("_", 1)[-1].lower() in names:
        return names[match.group(1).rsplit("_", 1)[-1].lower()]
    spacing = int(np.diff(bars.start_ts).min()) if bars.n > 1 else TIMEFRAMES["1Min"].seconds
    timeframe = timeframe_of_spacing(spacing)
    if timeframe is None:
        raise BarsError(
            f"the smallest spacing of the bars, {spacing} s, is no timeframe; "
            "end the file name with one, such as SPY_1Min.csv"
        )
    return timeframe


def _text(source: str | Path | IO[bytes]) -> str:
    try:
        if isinstance(source, str | Path):
            with open(source, "rb") as file:
                data = _bounded(file)
        else:
            data = _bounded(source)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BarsError("the file is not UTF-8 text", line=line) from None
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise BarsError("the gzip file is damaged or cut short") from None
    except OSError as error:
        raise BarsError(f"cannot read the file: {error.strerror or error}") from None


def _bounded(file: IO[bytes]) -> bytes:
    """At most MAX_BYTES of content, unpacked when it is gzip (whatever the file is called)."""
    head = file.read(2)
    if head == _GZIP_MAGIC:
        file.seek(0)
        with gzip.open(file, "rb") as unpacked:
            data = unpacked.read(MAX_BYTES + 1)
    else:
        data = head + file.read(MAX_BYTES - 1)
    if len(data) > MAX_BYTES:
        raise BarsError(f"the file holds more than {MAX_BYTES // 1024**2} MB; split it")
    return data


def _lines(text: str) -> list[str]:
    lines = text.splitlines()
    if not lines:
        raise BarsError("the file is empty")
    header = tuple(name.strip().lower() for name in lines[0].split(","))
    if header != HEADER:
        raise BarsError(f"the header must be {','.join(HEADER)}", line=1)
    if len(lines) - 1 > MAX_ROWS:
        raise BarsError(f"the file has more than {MAX_ROWS:,} rows; split it")
    return lines


def _read_plain(lines: list[str]) -> tuple[RawBars, Sequence[int]] | None:
    """The common form, several times faster; None for whatever deserves a closer look."""
    rows = lines[1:]
    if not rows or not all(row[10:11] == "T" and row[19:21] == "Z," for row in rows):
        return None
    try:
        instants = np.array([row[:19] for row in rows], "datetime64[s]").astype(np.int64)
        values = np.loadtxt((row[21:] for row in rows), delimiter=",", comments=None, ndmin=2)
    except ValueError:
        return None
    if values.shape != (len(rows), len(HEADER) - 1):
        return None
    return RawBars(instants, *np.ascontiguousarray(values.T)), range(2, len(lines) + 1)


def _read_any(lines: list[str]) -> tuple[RawBars, Sequence[int]]:
    """Line by line: accepts every form of UTC instants and names the first bad field."""
    rows = [(n, line.split(",")) for n, line in enumerate(lines[1:], 2) if line.strip()]
    if not rows:
        raise BarsError("the file has a header but no bars")
    table = np.array([_values(number, fields) for number, fields in rows], np.float64).T
    return (
        RawBars(table[0].astype(np.int64), *np.ascontiguousarray(table[1:])),
        [number for number, _ in rows],
    )


def _values(number: int, fields: list[str]) -> list[float]:
    if len(fields) != len(HEADER):
        raise BarsError(f"expected 6 fields, found {len(fields)}", line=number)
    try:
        values: list[float] = [_instant(fields[0])]
    except ValueError:
        raise BarsError(
            f"ts {fields[0]!r} is not an instant such as 2011-01-03T14:30:00Z (UTC)", line=number
        ) from None
    for name, text in zip(HEADER[1:], fields[1:], strict=True):
        try:
            values.append(_number(text))
        except ValueError:
            what = f"{text!r} is not a number" if text.strip() else "is missing"
            raise BarsError(f"{name} {what}", line=number) from None
    return values


def _number(text: str) -> float:
    """What every program reads as the same number; Python alone would take more."""
    if not text.isascii() or "_" in text:
        raise ValueError(text)
    return float(text)


def _instant(text: str) -> int:
    at = datetime.fromisoformat(text.strip())
    if at.tzinfo is None or at.utcoffset() != UTC.utcoffset(None) or at.microsecond:
        raise ValueError(text)
    return int(at.timestamp())


def _check(bars: RawBars, numbers: Sequence[int]) -> None:
    """Refuse the first line that is out of order, a duplicate, not finite or impossible."""
    problems = list(_problems(bars))
    if problems:
        index, message = min(problems, key=lambda problem: problem[0])
        raise BarsError(message, line=numbers[index])


def _number_problems(bars: RawBars) -> Iterator[tuple[int, str]]:
    """The first number of each column that is not finite or beyond all reason."""
    for name, column in zip(HEADER[1:], bars[1:], strict=True):
        bad = np.flatnonzero(~np.isfinite(column))
        if bad.size:
            value = "NaN" if math.isnan(column[bad[0]]) else "infinite"
            yield int(bad[0]), f"{name} is {value}"
        is_price, size = name != "volume", np.abs(column)
        largest, smallest = (LARGEST_PRICE, SMALLEST_PRICE) if is_price else (LARGEST_VOLUME, 0.0)
        bad = np.flatnonzero(size > largest)
        if bad.size:
            yield int(bad[0]), f"{name} {column[bad[0]]:g} is beyond {largest:g}"
        bad = np.flatnonzero((size > 0) & (size < smallest))
        if bad.size:
            yield int(bad[0]), f"{name} {column[bad[0]]:g} is smaller than {smallest:g}"


def _problems(bars: RawBars) -> Iterator[tuple[int, str]]:
    yield from _number_problems(bars)
    bad = np.flatnonzero(~is_covered(bars.start_ts))
    if bad.size:
        at = instant_text(int(bars.start_ts[bad[0]]))
        yield int(bad[0]), f"ts {at}: {UNCOVERED}"
    steps = np.diff(bars.start_ts)
    bad = np.flatnonzero(steps <= 0)
    if bad.size:
        index = int(bad[0]) + 1
        at = instant_text(int(bars.start_ts[index]))
        yield (
            index,
            (
                f"duplicate ts {at}"
                if steps[bad[0]] == 0
                else f"ts {at} is earlier than the row above"
            ),
        )
    bad = np.flatnonzero(bars.high < bars.low)
    if bad.size:
        index = int(bad[0])
        yield index, f"high {bars.high[index]:g} is below low {bars.low[index]:g}"
    bad = np.flatnonzero(bars.volume < 0)
    if bad.size:
        yield int(bad[0]), f"volume {bars.volume[bad[0]]:g} is negative"


def _warnings(bars: RawBars, numbers: Sequence[int]) -> list[str]:
    """Rows that are kept although their open or close lies outside low to high."""
    texts = []
    for name in ("open", "close"):
        column = getattr(bars, name)
        for index in np.flatnonzero((column < bars.low) | (column > bars.high)).tolist():
            texts.append(
                (
                    numbers[index],
                    f"line {numbers[index]}: {name} {column[index]:.10g} lies outside low to high "
                    f"({bars.low[index]:.10g} to {bars.high[index]:.10g})",
                )
            )
    texts.sort()
    shown = [text for _, text in texts[:MAX_WARNINGS]]
    if len(texts) > MAX_WARNINGS:
        shown.append(f"{counted(len(texts) - MAX_WARNINGS, 'more row')} like these")
    return shown


def instant_text(ts: int) -> str:
    """An instant as it appears in files: ISO-8601, UTC, `Z`."""
    return datetime.fromtimestamp(ts, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
