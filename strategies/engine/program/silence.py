"""Packs that a strategy needs and that say nothing over a whole history, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from strategies.engine.nodes.frames import Frame
from strategies.engine.program.compiled import Compiled
from strategies.engine.spec import PackSpec, StrategySpec
from strategies.engine.types import Bars


class Needed(NamedTuple):
    """A pack as a strategy reads it; the timeframe is empty for its own."""

    timeframe: str
    pack: PackSpec
    # Without it there are no entries; an exit that never fires stops none.
    is_for_entries: bool


def needed_packs(spec: StrategySpec) -> list[Needed]:
    """The packs of entry, conditions and exits that have states, each once."""
    found: dict[tuple[str, str], Needed] = {}
    parts = [
        Needed("", spec.entry.pack, True),
        *(Needed(one.timeframe, one.pack, True) for one in spec.conditions),
        *(Needed("", one.pack, False) for one in spec.exits),
    ]
    for part in parts:
        if part.pack.template.states:
            found.setdefault((part.timeframe, part.pack.id), part)
    return list(found.values())


def speaking(program: Compiled, frame: Frame) -> set[tuple[str, str]]:
    """Timeframe and id of the packs that have a state on any of these bars."""
    found = set()
    for timeframe, pack, _ in needed_packs(program.spec):
        row = _row(program, frame, timeframe, pack)
        if row is not None and (frame.codes[row] >= 0).any():
            found.add((timeframe, pack.id))
    return found


def _row(program: Compiled, frame: Frame, timeframe: str, pack: PackSpec) -> int | None:
    if timeframe:
        key = program.reader.other_keys[timeframe].get(pack.id)
        place = (program.reader.series[timeframe], key)
        return None if key is None else frame.layout.other_rows[place]  # type: ignore[index]
    key = program.pack_keys.get(pack.id)
    return None if key is None else frame.layout.own.rows[key]


def silence_warnings(spec: StrategySpec, bars: Bars, spoke: set[tuple[str, str]]) -> list[str]:
    """A sentence for each pack that never had a state on these bars, with the cause."""
    return list(_sentences(spec, bars, spoke)) if bars.n else []


def _sentences(spec: StrategySpec, bars: Bars, spoke: set[tuple[str, str]]) -> Iterator[str]:
    for timeframe, pack, is_for_entries in needed_packs(spec):
        if (timeframe, pack.id) in spoke:
            continue
        end = "the strategy can't trade" if is_for_entries else "its exit never fires"
        where = f" on {timeframe}" if timeframe else ""
        cause = _cause(spec, bars, timeframe, pack)
        yield f"{cause}, so {pack.display}{where} never has a value and {end}"


def _cause(spec: StrategySpec, bars: Bars, timeframe: str, pack: PackSpec) -> str:
    template = pack.template
    if template.reads_volume and not bars.volume.any():
        return "no bar of this series has volume"
    if template.is_intraday_only and spec.is_daily and not timeframe:
        return "bars of a day or longer say nothing about a trading day"
    if timeframe:
        return f"there are too few {timeframe} bars"
    return f"{bars.n} {'bar is' if bars.n == 1 else 'bars are'} not enough"
