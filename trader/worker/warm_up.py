"""Compiles every kernel of the engine once, so that no task spends its time limit on it.

The compiled code goes to the cache on disk, where each worker finds it; when it is there already,
this takes well under a second.
"""

from collections.abc import Mapping
from datetime import date
from types import ModuleType

import numpy as np

from market.eastern import midnight
from market.feeds.simulated import SimulatedFeed
from market.resample import to_engine_bars
from strategies.engine.indicators.catalogue import INTERNAL, TEMPLATES, default_pack_records
from strategies.engine.nodes.groups import Nodes
from strategies.engine.nodes.node import NodeKey, new_node_memory, step_node
from strategies.engine.program.program import Position, Program, compile_program
from strategies.engine.program.squads import walk_many
from strategies.engine.search.combinations import as_rows
from strategies.engine.search.figures import demands
from strategies.engine.search.masks import evaluate
from strategies.engine.search.run import outcomes_of, run_search
from strategies.engine.search.variants import Axes, Variants
from strategies.engine.types import Bars, as_bars
from strategies.record.reading import parse_strategy

# A Monday; long enough for the slowest default pack to warm up.
FIRST_DAY = date(2024, 3, 4)
N_DAYS = 5
# Together they touch what the walk of a position can do; every other node runs by itself.
RECORD: dict[str, object] = {
    "symbol": "SPY",
    "timeframe": "1Min",
    "entry_trigger_confluence_id": "vwap_default_cross_above_lc",
    "exit_trigger_confluence_ids": ["ema_stack_default_cross_bear", "bar_count_default_exit"],
    "confluence": ["5m-EMA_STACK_DEFAULT-SML"],
    "general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"],
    "stop_config": {"method": "swing", "lookback": 5, "padding": 0.05},
    "target_config": {"method": "atr", "atr_mult": 2.0},
}


def warm_up() -> None:
    """Run every node once, and strategies as backtests, live and searches do."""
    bars, others = _bars("1Min"), {"5Min": _bars("5Min")}
    for template in (*TEMPLATES.values(), *INTERNAL.values()):
        if template.run is not None:
            key = NodeKey(template.id, template.vector(template.defaults()))
            step_node(key, new_node_memory(key), bars)
    spec = parse_strategy(RECORD, default_packs=default_pack_records())
    program = compile_program(spec)
    program.advance(program.new_memory(), bars, others)
    _walk_squad(program, bars.take(slice(0, 1)))
    _search(bars)


def _search(bars: Bars) -> None:
    """Try a strategy with and without conditions, and evaluate a combination that is given."""
    bare = {**RECORD, "confluence": [], "general_confluences": []}
    spec, whole = (parse_strategy(r, default_packs=default_pack_records()) for r in (bare, RECORD))
    own = tuple(one for one in whole.conditions if not one.timeframe)
    for axes in (Axes(), Axes(conditions=own, condition_depth=2)):
        run_search(Variants(spec, axes), bars, None, demands("r_squared"), limit=1)
    candidates = outcomes_of(spec, bars)
    evaluate(as_rows([(0,)]), candidates.allowed[None, :], candidates)


def _walk_squad(program: Program, bar: Bars) -> None:
    nodes = Nodes.new(program.keys, program.other_keys)
    walk_many([program, program], [Position(), Position()], nodes.step(bar), [0, 0])


def _bars(timeframe: str) -> Bars:
    start_ts = midnight(FIRST_DAY.toordinal())
    raw = SimulatedFeed().history("SPY", "1Min", start_ts, start_ts + N_DAYS * 86_400)
    now_ts = int(raw.start_ts[-1]) + 60
    bars = to_engine_bars(
        raw, base_timeframe="1Min", timeframe=timeframe, session="RTH", now_ts=now_ts
    )
    return as_bars(bars)


def uncompiled(modules: Mapping[str, ModuleType]) -> list[str]:
    """Names of engine kernels that have not run in this process."""
    found = []
    for module_name, module in modules.items():
        if not module_name.startswith("strategies.engine") or ".tests" in module_name:
            continue
        for name, item in vars(module).items():
            if hasattr(item, "compiled") and getattr(item, "_compiled", np) is None:
                found.append(f"{module_name}.{name}")
    return sorted(set(found))
