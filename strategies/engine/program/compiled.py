"""A compiled strategy: which nodes it reads, its rules as a row, and where frames hold both.

Nothing here moves: `program` steps nodes and walks positions by it, `advance` reads back what was
found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from strategies.engine.nodes.frames import MAX_BINDINGS, FrameLayout
from strategies.engine.nodes.node import NodeKey
from strategies.engine.program.binding import (
    Binding,
    Reader,
    awaits_finer,
    bind,
    protection_keys,
    rules_of,
)
from strategies.engine.spec import DAY_SECONDS, PackSpec, StrategySpec
from strategies.engine.types import Rows
from strategies.engine.version import ENGINE_VERSION


def node_key(pack_spec: PackSpec, is_daily: bool) -> NodeKey | None:
    """The node a pack reads; None when it has none on this timeframe."""
    template = pack_spec.template
    if template.run is None or (is_daily and template.is_intraday_only):
        return None
    return NodeKey(template.id, template.vector(pack_spec.parameters))


@dataclass(frozen=True, eq=False)
class Compiled:
    """A strategy resolved to nodes, masks and rules. Immutable and shareable."""

    spec: StrategySpec
    # The node of every pack that is used or observed, by pack id.
    pack_keys: dict[str, NodeKey]
    # What entries, exits, stop and target read.
    decision_keys: tuple[NodeKey, ...]
    # Only the conditions stored with trades need these.
    observer_keys: tuple[NodeKey, ...]
    observed_packs: tuple[PackSpec, ...]
    # Nodes on other timeframes, by the name of their series; see `of`.
    other_keys: dict[str, tuple[NodeKey, ...]]
    reader: Reader
    rules: Rows

    @classmethod
    def of(cls, spec: StrategySpec, series: Mapping[str, str] | None = None) -> Self:
        """Resolve a strategy to its nodes.

        `series` names the series in which frames hold a timeframe; by default it is the
        timeframe's own name. Strategies share the nodes of a series only when they read it from
        the same bar on.
        """
        used = spec.own_packs()
        if spec.opposite is not None and spec.opposite.pack not in used:
            used.append(spec.opposite.pack)
        observed = [p for p in spec.packs if p.enabled and p.template.states]
        observed += [c.pack for c in spec.conditions if not c.timeframe and c.pack not in observed]
        pack_keys = _pack_keys([*used, *observed], spec.is_daily)
        used_keys = [pack_keys[p.id] for p in used if p.id in pack_keys]
        decision = dict.fromkeys([*used_keys, *protection_keys(spec)])
        observers = dict.fromkeys(key for key in pack_keys.values() if key not in decision)
        other_keys = _other_keys(spec)
        names = {timeframe: (series or {}).get(timeframe, timeframe) for timeframe in other_keys}
        return cls(
            spec=spec,
            pack_keys=pack_keys,
            decision_keys=tuple(decision),
            observer_keys=tuple(observers),
            observed_packs=tuple(dict.fromkeys(observed)),
            other_keys={
                names[timeframe]: tuple(dict.fromkeys(keys.values()))
                for timeframe, keys in other_keys.items()
            },
            reader=Reader(pack_keys, names, other_keys),
            rules=rules_of(spec),
        )

    @property
    def keys(self) -> tuple[NodeKey, ...]:
        """All nodes on the own timeframe, each once."""
        return self.decision_keys + self.observer_keys

    @cached_property
    def awaits_finer(self) -> bool:
        """Whether its walk has to ask finer bars before it goes on."""
        return awaits_finer(self.spec)

    @cached_property
    def warm_up_bars(self) -> int:
        return self.spec.warm_up_bars

    @cached_property
    def fingerprint(self) -> str:
        """Changes when a stored position of this strategy would no longer mean the same."""
        spec = self.spec
        triggers = [one for one in (spec.entry, spec.opposite, *spec.exits) if one is not None]
        content = [
            ENGINE_VERSION,
            [spec.direction, spec.timeframe, spec.trading_session, spec.warm_up_bars],
            [[trigger.id, trigger.bit, trigger.execution] for trigger in triggers],
            [[one.text, one.code] for one in spec.conditions],
            _listed(self.decision_keys),
            {name: _listed(keys) for name, keys in self.other_keys.items()},
            self.rules.tobytes().hex(),
        ]
        if spec.limits.are_set:
            content.append([repr(spec.limits), repr(spec.costs), spec.risk_per_trade, spec.hifi])
        text = json.dumps(content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def binding(self, layout: FrameLayout) -> Binding:
        """Where this strategy finds what it reads in frames of a layout."""
        known = layout.bindings.get(self)
        if isinstance(known, Binding):
            return known
        if len(layout.bindings) >= MAX_BINDINGS:
            layout.bindings.clear()
        binding = bind(self.spec, self.rules, self.reader, layout)
        layout.bindings[self] = binding
        return binding


def _listed(keys: tuple[NodeKey, ...]) -> list[list[object]]:
    return sorted([key.template, list(key.vector)] for key in keys)


def _pack_keys(packs: list[PackSpec], is_daily: bool) -> dict[str, NodeKey]:
    """The node of each pack that has one, by pack id."""
    pairs = [(pack_spec.id, node_key(pack_spec, is_daily)) for pack_spec in packs]
    return {pack_id: key for pack_id, key in pairs if key is not None}


def _other_keys(spec: StrategySpec) -> dict[str, dict[str, NodeKey]]:
    """By other timeframe: the node of each pack that a condition reads there."""
    found: dict[str, dict[str, NodeKey]] = {}
    for one in spec.conditions:
        if not one.timeframe:
            continue
        keys = found.setdefault(one.timeframe, {})
        key = node_key(one.pack, one.timeframe_seconds >= DAY_SECONDS)
        if key is not None:
            keys[one.pack.id] = key
    return found
