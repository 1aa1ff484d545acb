"""What missing data did to a result, in words: trades it cut off, and those held over it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from strategies.engine.walk.trades import Trade, left_out
from strategies.record.lookback import EASTERN
from strategies.words.figures import written
from trader.work.plural import counted

NS = 1_000_000_000
# More of them are told by the first and the last.
MOST_NAMED = 3
LEFT_OUT = "left out"


class CutOff(NamedTuple):
    """A trade that missing data ended: when it was left, in epoch seconds, and its net R."""

    exit_ts: int
    r: float


def gap_warnings(trades: Sequence[Trade]) -> list[str]:
    """One sentence that counts what spans missing data; none where nothing does."""
    cut = [CutOff(trade.exit_fill_ns // NS, trade.r_multiple) for trade in left_out(trades)]
    n_held = sum(_is_held_over(trade) for trade in trades)
    held = (
        f"{counted(n_held, 'trade was', 'trades were')} held over one missing session"
        if n_held
        else ""
    )
    text = "; ".join(part for part in (cut_off_text(cut), held) if part)
    return [text] if text else []


def _is_held_over(trade: Trade) -> bool:
    return any(text.startswith("held over a gap") for text in trade.warnings)


def cut_off_text(cut: Sequence[CutOff]) -> str:
    """`1 trade cut off by missing data at 2011-01-31 16:00 is left out: +0.38 R`."""
    if not cut:
        return ""
    total = written("r", sum(one.r for one in cut)).replace("−", "-")
    if len(cut) == 1:
        return f"1 trade cut off by missing data at {_instant(cut[0])} is {LEFT_OUT}: {total}"
    return f"{len(cut)} trades cut off by missing data, {_places(cut)}, are {LEFT_OUT}: {total}"


def _places(cut: Sequence[CutOff]) -> str:
    if len(cut) > MOST_NAMED:
        return f"the first at {_instant(cut[0])} and the last at {_instant(cut[-1])}"
    return "at " + _listed(map(_instant, cut))


def _listed(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}"


def _instant(one: CutOff) -> str:
    """New York time, as sessions are told."""
    return datetime.fromtimestamp(one.exit_ts, EASTERN).strftime("%Y-%m-%d %H:%M")
