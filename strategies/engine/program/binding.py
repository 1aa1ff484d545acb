"""A strategy's rules as rows, and its triggers and states as places in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from strategies.engine.indicators.risk import STOP_METHODS, TARGET_METHODS, TRAILING_METHODS
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.engine.nodes.frames import FrameLayout
from strategies.engine.nodes.node import NodeKey
from strategies.engine.spec import ConditionRef, Protection, StrategySpec, TimeExit, TriggerRef
from strategies.engine.template import Level, Relation
from strategies.engine.types import Int64s, Rows
from strategies.engine.walk.costs import COSTS, cost_rows
from strategies.engine.walk.positions import (
    BASES,
    ENTRY,
    FIRST_EXIT,
    LIMITS,
    N_TRIGGERS,
    OPPOSITE,
    REQUIRED_COLUMNS,
    RULES,
    TRIGGER,
    Execution,
    Pending,
    TimeRule,
)

ATR_KEY = NodeKey("atr", ())
_ANY_STATE = -1
_NO_ROW = -1
_CLOSE = "close"


class Binding(NamedTuple):
    """What the walk reads of one strategy in frames of one layout."""

    rules: Rows
    triggers: Rows
    required: Int64s
    bases: Int64s
    limits: Rows
    costs: Rows


class Reader(NamedTuple):
    """Where a strategy's packs are found: their own nodes, and series of other timeframes."""

    pack_keys: Mapping[str, NodeKey]
    # By timeframe: the name of its series in frames, and the nodes by pack id.
    series: Mapping[str, str]
    other_keys: Mapping[str, Mapping[str, NodeKey]]


def swing_key(protection: Protection) -> NodeKey:
    """The node of a swing stop or target."""
    return NodeKey("swing_levels", (float(protection.lookback),))


def protection_keys(spec: StrategySpec) -> list[NodeKey]:
    """Nodes that stop, target and trailing stop read."""
    parts = [part for part in (spec.stop, spec.target) if part is not None]
    keys = [swing_key(part) for part in parts if part.method == "swing"]
    methods = [part.method for part in parts]
    if "atr" in methods or (spec.trailing is not None and spec.trailing.method == "atr"):
        keys.insert(0, ATR_KEY)
    return keys


def column_keys(spec: StrategySpec, pack_keys: Mapping[str, NodeKey]) -> list[NodeKey]:
    """Nodes whose columns the walk reads: of protection, of levels and of confirmations."""
    triggers = [one for one in (spec.entry, *spec.exits) if one.execution != "C"]
    keys = [pack_keys[one.pack.id] for one in triggers if one.pack.id in pack_keys]
    return [*protection_keys(spec), *keys]


def rules_of(spec: StrategySpec) -> Rows:
    """The (1,) RULES of a strategy."""
    rules = np.zeros(1, RULES)
    row = rules[0]
    row["side"] = 1.0 if spec.is_long else -1.0
    row["entry_execution"] = Execution[spec.entry.execution]
    row["confirm_offset"] = spec.confirmation.bar_offset
    is_market = spec.confirmation.on_failure == "exit_market"
    row["on_failure"] = Pending.MARKET if is_market else Pending.LIMIT
    row["n_exits"] = len(spec.exits)
    row["has_opposite"] = spec.opposite is not None
    row["bar_count"] = spec.bar_count or 0
    row["time_exit_bars"] = spec.time_exit_bars or 0
    _set_protection(row, "stop", spec.stop, STOP_METHODS[spec.stop.method].code)
    row["target_execution"] = Execution.L
    if spec.target is not None:
        _set_protection(row, "target", spec.target, TARGET_METHODS[spec.target.method].code)
    if spec.trailing is not None:
        row["trailing_method"] = TRAILING_METHODS[spec.trailing.method].code
        row["trailing_size"] = spec.trailing.size
        row["trailing_activation"] = spec.trailing.activation_r
    if spec.breakeven is not None:
        row["has_breakeven"] = 1
        row["breakeven_activation"] = spec.breakeven.activation_r
        row["breakeven_offset"] = spec.breakeven.offset
    if spec.time_exit is not None:
        _set_time_exit(row, spec.time_exit)
    return rules


def _set_protection(row: np.void, name: str, part: Protection, code: int) -> None:
    row[f"{name}_method"] = code
    row[f"{name}_size"], row[f"{name}_padding"] = part.size, part.padding
    row[f"{name}_execution"] = Execution[part.execution]


def _set_time_exit(row: np.void, time_exit: TimeExit) -> None:
    rule = TIME_METHODS[time_exit.method].code
    row["time_rule"] = rule
    is_before_close = rule == TimeRule.BEFORE_CLOSE
    minutes = time_exit.minutes_before_close if is_before_close else time_exit.start_minute
    row["time_start"], row["time_end"] = minutes, time_exit.end_minute
    row["time_bars"] = time_exit.bars


def limits_of(spec: StrategySpec) -> Rows:
    """The (1,) LIMITS of a strategy."""
    limits, costs = spec.limits, spec.costs
    rows = np.zeros(1, LIMITS)
    row = rows[0]
    if not limits.are_set:
        return rows
    row["is_set"], row["counts_r"] = 1, limits.counts_r
    row["awaits_finer"] = awaits_finer(spec)
    row["max_trades"] = limits.max_trades_per_day or 0
    row["max_losses"] = limits.stop_after_losses or 0
    row["loss_r"] = limits.stop_after_loss_r or 0.0
    row["profit_r"] = limits.stop_after_profit_r or 0.0
    row["cooldown"] = limits.cooldown_bars or 0
    row["is_within"], row["are_units_whole"] = spec.entry.is_within_bar, costs.are_units_whole
    for name in ("commission_per_share", "commission_per_order"):
        row[name] = getattr(costs, name)
    row["slippage_bps"], row["slippage_per_share"] = costs.slippage_bps, costs.slippage_per_share
    row["risk_per_trade"] = spec.risk_per_trade
    return rows


def awaits_finer(spec: StrategySpec) -> bool:
    """Whether finer bars may change the R of a trade that later entries are judged by."""
    are_levels = spec.target is not None and spec.stop.execution == "L" == spec.target.execution
    return spec.hifi and are_levels and spec.limits.counts_r


def bind(spec: StrategySpec, rules: Rows, reader: Reader, layout: FrameLayout) -> Binding:
    """Look up everything a strategy reads in frames of this layout."""
    triggers = np.zeros(N_TRIGGERS, TRIGGER)
    _set_trigger(triggers[ENTRY], spec.entry, reader, layout)
    if spec.opposite is not None:
        _set_trigger(triggers[OPPOSITE], spec.opposite, reader, layout)
    for place, trigger in enumerate(spec.exits, start=FIRST_EXIT):
        _set_trigger(triggers[place], trigger, reader, layout)
    required = [_required(one, reader, layout) for one in spec.conditions]
    table = np.array(required, np.int64).reshape(-1, REQUIRED_COLUMNS)
    limits = limits_of(spec)
    costs = cost_rows(spec.costs) if limits["counts_r"].item() else np.empty(0, COSTS)
    return Binding(rules, triggers, table, _bases(spec, layout), limits, costs)


def _set_trigger(row: np.void, trigger: TriggerRef, reader: Reader, layout: FrameLayout) -> None:
    key = reader.pack_keys.get(trigger.pack.id)
    if key is None:  # No node on this timeframe: a mask that nothing matches.
        row["is_level"] = False
        return
    own, template = layout.own, trigger.pack.template
    row["row"], row["mask"] = own.rows[key], 1 << trigger.bit
    if trigger.execution == "C":
        return
    level, relation = trigger.trigger.level, trigger.trigger.holds
    row["is_level"] = trigger.is_within_bar
    if level is not None:
        row["level_row"] = own.column(key, level.output)
        row["confirm_row"] = own.column(key, level.confirmed_by)
        row["cross"] = 1.0 if level.cross == "above" else -1.0
        row["from_states"] = _states(level, template.state_names())
        row["resets"] = template.resets_daily
    if relation is None and level is not None:
        relation = Relation(_CLOSE, ">" if level.cross == "above" else "<", level.output)
    if relation is not None:
        _set_relation(row, relation, trigger, key, layout)


def _states(level: Level, names: tuple[str, ...]) -> int:
    if not level.from_states:
        return _ANY_STATE
    return sum(1 << names.index(name) for name in level.from_states)


def _set_relation(
    row: np.void, relation: Relation, trigger: TriggerRef, key: NodeKey, layout: FrameLayout
) -> None:
    row["has_relation"] = 1
    row["direction"] = 1.0 if relation.operator[0] == ">" else -1.0
    row["or_equal"] = relation.operator.endswith("=")
    is_close = relation.left == _CLOSE
    row["left_row"] = _NO_ROW if is_close else layout.own.column(key, relation.left)
    row["right_row"] = _NO_ROW
    right = relation.right
    if isinstance(right, str) and right.startswith("@"):
        row["right_value"] = float(trigger.pack.parameters[right[1:]])
    elif isinstance(right, str):
        row["right_row"] = layout.own.column(key, right)
    else:
        row["right_value"] = right


def _required(
    condition: ConditionRef, reader: Reader, layout: FrameLayout
) -> tuple[int, int, int, int]:
    """See `positions.REQUIRED_COLUMNS`; a pack without a node here is never in any state."""
    if condition.timeframe:
        key = reader.other_keys[condition.timeframe].get(condition.pack.id)
        if key is None:
            return 0, 0, 0, _NEVER
        row = layout.other_rows[reader.series[condition.timeframe], key]
        return row, row + 1, 0, condition.code
    own_key = reader.pack_keys.get(condition.pack.id)
    if own_key is None:
        return 0, 0, 0, _NEVER
    row = layout.own.rows[own_key]
    lag = 0 if condition.pack.template.family == "general" else 1
    return row, row, lag, condition.code


# No state has this code.
_NEVER = 999


def _bases(spec: StrategySpec, layout: FrameLayout) -> Int64s:
    """Rows that stop, target and trailing stop read: the ATR or one of the swing levels."""
    bases = np.full(BASES, _NO_ROW, np.int64)
    for place, part in enumerate((spec.stop, spec.target, spec.trailing)):
        if part is None:
            continue
        if part.method == "atr":
            bases[place] = layout.own.column(ATR_KEY, "atr")
        elif part.method == "swing" and isinstance(part, Protection):
            is_low = spec.is_long == (place == 0)
            output = "lowest" if is_low else "highest"
            bases[place] = layout.own.column(swing_key(part), output)
    return bases
