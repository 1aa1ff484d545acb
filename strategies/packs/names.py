"""What ids mean to a page: the pack, trigger or condition behind them, and how it reads.

`PackNames` is built once for a request. Packs that strategies of files may name by default are
known to it whether or not the user has them.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Execution, Template, Trigger
from strategies.models import Pack
from strategies.packs.display import pack_label, place_of, state_text, words_of
from strategies.packs.implied import default_packs, more_packs
from strategies.record import ids
from strategies.words import exits, fills

IMPLIED_DEFAULTS, IMPLIED_MORE = default_packs(), more_packs()
IMPLIED = (*IMPLIED_DEFAULTS, *IMPLIED_MORE)


class PackTrigger(NamedTuple):
    """A trigger of a pack: what it is called and what it allows."""

    pack: Pack
    template: Template
    trigger: Trigger

    @property
    def label(self) -> str:
        """`EMA Stack (Default): Short > Mid Cross`."""
        return f"{pack_label(self.pack)}: {self.trigger.name}"

    @property
    def entry_executions(self) -> tuple[Execution, ...]:
        """How an entry by this trigger may be filled, as offered."""
        return tuple(one for one in fills.OFFERED if one in self.trigger.executions)

    @property
    def exit_executions(self) -> tuple[Execution, ...]:
        return tuple(one for one in fills.EXIT_EXECUTIONS if one in self.trigger.executions)

    @property
    def level_label(self) -> str:
        """The line whose value is the level of this trigger; empty without one."""
        level = self.trigger.level
        if level is None:
            return ""
        outputs = self.template.outputs
        return next((one.label for one in outputs if one.name == level.output), level.output)

    @property
    def opposite_label(self) -> str:
        """The exit by the opposite of this trigger; empty when it has none."""
        if not self.trigger.opposite:
            return ""
        opposite = self.template.trigger(self.trigger.opposite)
        name = opposite.name if opposite else self.trigger.opposite
        return f"{exits.text_without_trigger(ids.OPPOSITE)}: {name}"


class PackNames:
    """The user's packs by what records call them; rows are read when the first is asked for."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._rows = packs

    @cached_property
    def packs(self) -> list[Pack]:
        return list(self._rows)

    @cached_property
    def offered(self) -> list[Pack]:
        """What pickers show, in the order of the catalogue.

        Those enabled, for a template without a pack of the user's own the one that it implies, and
        those of set-ups.
        """
        known = {pack.base_template for pack in self.packs}
        enabled = [pack for pack in self.packs if pack.enabled]
        mine = {pack.pack_id for pack in self.packs}
        implied = [pack for pack in IMPLIED_DEFAULTS if pack.base_template not in known]
        more = [pack for pack in IMPLIED_MORE if pack.pack_id not in mine]
        return sorted([*enabled, *implied, *more], key=place_of)

    @cached_property
    def _triggers(self) -> dict[str, PackTrigger]:
        """By plain id; where two packs could be meant, the user's own before an implied one."""
        found: dict[str, PackTrigger] = {}
        for pack in (*self.packs, *IMPLIED):
            template = TEMPLATES.get(pack.base_template)
            for trigger in template.triggers if template else ():
                plain = ids.trigger_id(pack.pack_id, trigger.base)
                found.setdefault(plain, PackTrigger(pack, TEMPLATES[pack.base_template], trigger))
        return found

    @cached_property
    def _keys(self) -> dict[str, Pack]:
        """By the key under which conditions name them."""
        found: dict[str, Pack] = {}
        for pack in (*self.packs, *IMPLIED):
            found.setdefault(pack.pack_id.upper(), pack)
        return found

    def pack(self, pack_id: object) -> Pack | None:
        """One of the user's own."""
        return next((pack for pack in self.packs if pack.pack_id == pack_id), None)

    def trigger(self, plain: str) -> PackTrigger | None:
        """What an id without a suffix names."""
        return self._triggers.get(plain)

    def trigger_text(self, trigger: str) -> str:
        """`EMA Stack (Default): Short > Mid Cross [LC]` for `ema_stack_default_cross_bull_lc`."""
        plain, execution = ids.split(trigger)
        found = self.trigger(plain)
        if found is None:
            return exits.text_without_trigger(trigger)
        return f"{found.label} {fills.short(execution)}"

    def kept_text(self, trigger: str) -> str:
        """A stored trigger that is no longer offered, and why."""
        text = self.trigger_text(trigger)
        return text if exits.is_without_trigger(trigger) else f"{text} (disabled)"

    def exit_text(self, trigger: str, entry: str) -> str:
        """A trigger that ends trades; the opposite of the entry by its name."""
        found = self.trigger(ids.split(entry)[0]) if trigger == ids.OPPOSITE else None
        return (found.opposite_label if found else "") or self.trigger_text(trigger)

    def condition_text(self, condition: str) -> str:
        """`EMA Stack (Default) on 5Min: SML – …` for `5m-EMA_STACK_DEFAULT-SML`."""
        parts = ids.split_condition(condition)
        pack = self._keys.get(parts.key) if parts else None
        if parts is None or pack is None or not parts.state:
            return condition
        timeframe = ids.other_timeframe(parts.label)
        where = f" on {timeframe.name}" if timeframe else ""
        words = words_of(pack)
        hint = f" ({words})" if words else ""
        return f"{pack_label(pack)}{where}: {state_text(pack, parts.state)}{hint}"
