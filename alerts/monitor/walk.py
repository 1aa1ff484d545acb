"""Walking the positions of a group's strategies over its newest bars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from alerts.monitor.decide import NS
from alerts.monitor.group_engine import GroupState
from strategies.engine.nodes.frames import Frame
from strategies.engine.program.advance import Advance
from strategies.engine.program.squads import walk_many

if TYPE_CHECKING:
    from alerts.monitor.evaluate import Member


def walk_together(state: GroupState, frame: Frame, members: list[Member]) -> dict[int, Advance]:
    """Everybody in one call; nobody, and nothing has moved, when one of them fails."""
    ids = [member.strategy.pk for member in members]
    positions = [state.positions[pk] for pk in ids]
    before = [replace(position, row=position.row.copy()) for position in positions]
    first_visible = [_first_visible(state, frame, member) for member in members]
    try:
        found = walk_many([member.program for member in members], positions, frame, first_visible)
    except Exception:  # Whose it is shows when each walks alone.
        state.positions |= dict(zip(ids, before, strict=True))
        return {}
    return dict(zip(ids, found, strict=True))


def walk_alone(state: GroupState, frame: Frame, member: Member) -> Advance:
    first_visible = _first_visible(state, frame, member)
    position = state.positions[member.strategy.pk]
    return member.program.walk(position, frame, first_visible_index=first_visible)


def _first_visible(state: GroupState, frame: Frame, member: Member) -> int:
    """Index of the first bar on which the strategy may enter, at least the next one."""
    visible = np.searchsorted(frame.bars.start_ns, member.strategy.window_start_ts * NS)
    return state.positions[member.strategy.pk].n_seen + int(visible)
