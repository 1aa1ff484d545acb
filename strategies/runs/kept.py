"""Trades in short: the columns that comparisons need, of rows or of what was kept of them."""

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from strategies.engine.types import Floats, Int64s
from strategies.models import KeptTrades, Run, Strategy, StrategyVersion, Trade

_COLUMNS = ("entry_bar_ts", "entry_fill_ts", "exit_fill_ts", "r_multiple", "direction")
_TYPES = ("<i8", "<i8", "<i8", "<f8", "<i8")
_BYTES = 8
LONG = Strategy.Direction.LONG.value


class ShortTrades(NamedTuple):
    """Closed trades that count, in the order in which they were traded; seconds and net R."""

    entry_bar_ts: Int64s
    entry_ts: Int64s
    exit_ts: Int64s
    r: Floats
    # 1 for long, -1 for short.
    side: Int64s

    @property
    def n(self) -> int:
        return int(self.r.size)

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, float, str]]) -> "ShortTrades":
        """From the columns of rows, as `_COLUMNS` names them."""
        bars, entries, exits, r, sides = zip(*rows, strict=True) if rows else ((),) * 5
        return cls(
            np.array(bars, np.int64),
            np.array(entries, np.int64),
            np.array(exits, np.int64),
            np.array(r, np.float64),
            np.array([1 if side == LONG else -1 for side in sides], np.int64),
        )

    def between(self, first_ts: int, last_ts: int) -> "ShortTrades":
        """Those that were entered and left within both instants."""
        inside = (self.entry_ts >= first_ts) & (self.exit_ts <= last_ts)
        return ShortTrades(
            self.entry_bar_ts[inside],
            self.entry_ts[inside],
            self.exit_ts[inside],
            self.r[inside],
            self.side[inside],
        )


def short_trades(run: Run) -> ShortTrades | None:
    """Of its rows, else of what was kept; None where neither is there any more."""
    rows = _of_rows(run)
    if rows.n or not run.result.get("kpis", {}).get("total_trades"):
        return rows
    kept = KeptTrades.objects.filter(run=run).first()
    return None if kept is None else unpack(bytes(kept.payload))


def _of_rows(run: Run) -> ShortTrades:
    rows = Trade.objects.filter(run=run).counted().closed().order_by("number")
    return ShortTrades.of(list(rows.values_list(*_COLUMNS)))


def keep_trades(run: Run) -> None:
    """Before the rows of a run go: what a version of its strategy shows of them. May run again."""
    if not StrategyVersion.objects.filter(run=run).exists():
        return
    short = _of_rows(run)
    kept = {"n_trades": short.n, "payload": pack(short)}
    KeptTrades.objects.get_or_create(run=run, defaults=kept)


def pack(short: ShortTrades) -> bytes:
    """To the last bit; column by column, which compresses best."""
    columns = zip(short, _TYPES, strict=True)
    return zlib.compress(b"".join(column.astype(kind).tobytes() for column, kind in columns), 6)


def unpack(payload: bytes) -> ShortTrades:
    content = zlib.decompress(payload)
    size = len(content) // len(_TYPES)
    parts = (
        np.frombuffer(content, kind, count=size // _BYTES, offset=place * size)
        for place, kind in enumerate(_TYPES)
    )
    return ShortTrades(*parts)
