"""Walking the positions of a group's strategies over its newest bars, and what has to be told."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from alerts.monitor.decide import NS, Decision, decide
from alerts.monitor.group_bars import decide_by_finer_bars, finer_for
from alerts.monitor.group_engine import GroupMemory
from alerts.monitor.legs import Position
from alerts.monitor.look import Evaluated, Look, Member, Reading, Result
from strategies.engine.nodes.frames import Frame
from strategies.engine.program.advance import Advance
from strategies.engine.program.squads import walk_many
from strategies.engine.walk.hifi import Finer
from trader.work.trouble import PASSING_TROUBLE


def walk(look: Look, reading: Reading) -> Evaluated:
    """Step the shared nodes once, then every position over their outputs."""
    evaluated, memory = Evaluated(look, reading), reading.memory
    frame = memory.advance(reading.bars, reading.others)
    asks = {one.strategy.pk: finer_for(look, one.program, reading.bars) for one in look.members}
    for member, found in _walk_positions(memory, frame, look.members, asks):
        try:
            evaluated.results.append(_result(look, reading, member, found))
        except PASSING_TROUBLE:
            raise
        except Exception as error:  # Only this strategy's; the others go on.
            evaluated.leave_out(member, error)
    # Of those who have left nothing is kept.
    ids = [result.member.strategy.pk for result in evaluated.results]
    memory.positions = {pk: memory.positions[pk] for pk in ids}
    return evaluated


def _walk_positions(
    memory: GroupMemory, frame: Frame, members: list[Member], asks: Mapping[int, Finer | None]
) -> list[tuple[Member, Advance | Exception]]:
    """Everybody in one call; each alone when that fails, for then it shows whose fault it is."""
    ids = [member.strategy.pk for member in members]
    positions = [memory.positions[pk] for pk in ids]
    before = [replace(position, row=position.row.copy()) for position in positions]
    first_visible = [_first_visible(memory, frame, member) for member in members]
    try:
        programs, finer = [member.program for member in members], [asks[pk] for pk in ids]
        found = walk_many(programs, positions, frame, first_visible, finer)
    except Exception as error:
        if len(members) == 1:
            return [(members[0], error)]
        memory.positions |= dict(zip(ids, before, strict=True))
        return [one for member in members for one in _walk_positions(memory, frame, [member], asks)]
    return list(zip(members, found, strict=True))


def _result(look: Look, reading: Reading, member: Member, found: Advance | Exception) -> Result:
    """Raises what the walk failed of."""
    if isinstance(found, Exception):
        raise found
    decide_by_finer_bars(look, found, reading.bars)
    decision: Decision[Position] = decide(
        found.trades,
        found.open_trade,
        member.told,
        leaving=found.leaving,
        is_leaving=found.is_leaving,
    )
    return Result(member, found, decision)


def _first_visible(memory: GroupMemory, frame: Frame, member: Member) -> int:
    """Index of the first bar on which the strategy may enter, at least the next one."""
    visible = np.searchsorted(frame.bars.start_ns, member.strategy.window_start_ts * NS)
    return memory.positions[member.strategy.pk].n_seen + int(visible)
