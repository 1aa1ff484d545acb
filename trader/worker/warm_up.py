"""The parts of which the engine is compiled: each runs, once, kernels that Python calls.

Nothing here needs Django or a database, since `make dev` compiles while packages are still being
installed. What counts is which types of arguments a kernel is called with; the bars are made up.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from types import ModuleType
from typing import NamedTuple

import numpy as np

from market.arrays import RawBars
from market.eastern import midnight
from market.resample import to_engine_bars
from strategies.engine.evidence.luck import LEAST_DATES, Luck
from strategies.engine.indicators.catalogue import INTERNAL, TEMPLATES, default_pack_records
from strategies.engine.jit import Kernel
from strategies.engine.nodes.groups import Nodes
from strategies.engine.nodes.node import NodeKey, new_node_memory, step_node
from strategies.engine.program.program import Position, Program, compile_program
from strategies.engine.program.squads import walk_many
from strategies.engine.search.combinations import as_rows
from strategies.engine.search.figures import demands
from strategies.engine.search.masks import evaluate
from strategies.engine.search.run import outcomes_of, run_search
from strategies.engine.search.variants import Axes, Variants
from strategies.engine.spec import Limits, StrategySpec
from strategies.engine.template import Template
from strategies.engine.types import Bars, as_bars
from strategies.record.reading import parse_strategy
from strategies.record.shape import Unread

# A Monday; long enough for the slowest default pack to warm up.
FIRST_DAY = date(2024, 3, 4)
N_DAYS = 5
OPEN_SECONDS, MINUTES_A_DAY = 34_200, 390
# Together they touch what the walk of a position can do; every other node runs by itself.
RECORD: Unread = {
    "symbol": "SPY",
    "timeframe": "1Min",
    "entry_trigger_confluence_id": "vwap_default_cross_above_lc",
    "exit_trigger_confluence_ids": ["ema_stack_default_cross_bear", "bar_count_default_exit"],
    "confluence": ["5m-EMA_STACK_DEFAULT-SML"],
    "general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"],
    "stop_config": {"method": "swing", "lookback": 5, "padding": 0.05},
    "target_config": {"method": "atr", "atr_mult": 2.0},
}
# The nodes it reads are compiled with it.
READ_BY_RECORD = {"vwap", "ema_stack", "time_of_day", "swing", "atr"}


class Part(NamedTuple):
    """A name, and what compiles everything it stands for."""

    name: str
    run: Callable[[], object]


def first_parts() -> dict[str, Part]:
    """What every backtest and every look of the monitor needs: walks, and the node of each pack."""
    nodes = [
        Part(template.id, partial(_step, template))
        for template in (*TEMPLATES.values(), *INTERNAL.values())
        if template.run is not None and template.id not in READ_BY_RECORD
    ]
    return {part.name: part for part in (Part("walks", _walk), Part("luck", _luck), *nodes)}


def later_parts() -> dict[str, Part]:
    """What only searches and drill-downs need."""
    parts = (
        Part("luck", _luck),
        Part("search", _search),
        Part("search within limits", _search_within_limits),
    )
    return {part.name: part for part in parts}


def _step(template: Template) -> None:
    key = NodeKey(template.id, template.vector(template.defaults()))
    step_node(key, new_node_memory(key), _bars("1Min"))


def _walk() -> None:
    """A strategy as a backtest, and two as the monitor walks them."""
    bars, others = _bars("1Min"), {"5Min": _bars("5Min")}
    program = _program(RECORD)
    program.advance(program.new_memory(), bars, others)
    nodes = Nodes.new(program.keys, program.other_keys)
    frame = nodes.step(bars.take(slice(0, 1)))
    walk_many([program, program], [Position(), Position()], frame, [0, 0])


def _luck() -> None:
    """Variants weighed against what chance does."""
    days = np.arange(FIRST_DAY.toordinal(), FIRST_DAY.toordinal() + LEAST_DATES)
    Luck.over(days).add(np.ones((LEAST_DATES, 1)))


def _search() -> None:
    """Try a strategy with and without conditions, and evaluate a combination that is given."""
    spec = _try_variants(Limits())
    candidates = outcomes_of(spec, _bars("1Min"))
    evaluate(as_rows([(0,)]), candidates.allowed[None, :], candidates)


def _search_within_limits() -> None:
    """The same kernels in the form that asks limits."""
    _try_variants(Limits(max_trades_per_day=2))


def _try_variants(limits: Limits) -> StrategySpec:
    """Try a strategy with and without conditions; answers it."""
    bare = {**RECORD, "confluence": [], "general_confluences": []}
    spec, whole = replace(_program(bare).spec, limits=limits), _program(RECORD).spec
    own = tuple(one for one in whole.conditions if not one.timeframe)
    for axes in (Axes(), Axes(conditions=own, condition_depth=2)):
        variants = Variants(spec, axes)
        run_search(variants, _bars("1Min"), None, demands("r_squared"), limit=1)
    return spec


def _program(record: Unread) -> Program:
    return compile_program(parse_strategy(record, default_packs=default_pack_records()))


@cache
def _bars(timeframe: str) -> Bars:
    raw = _minutes()
    now_ts = int(raw.start_ts[-1]) + 60
    bars = to_engine_bars(
        raw, base_timeframe="1Min", timeframe=timeframe, session="RTH", now_ts=now_ts
    )
    return as_bars(bars)


def _minutes() -> RawBars:
    """Regular minutes of some days that swing often enough to enter and to leave."""
    days = [midnight(FIRST_DAY.toordinal() + day) + OPEN_SECONDS for day in range(N_DAYS)]
    starts = np.concatenate([day + 60 * np.arange(MINUTES_A_DAY) for day in days]).astype(np.int64)
    t = np.arange(starts.shape[0])
    close = 400 + 3 * np.sin(t / 40) + np.sin(t / 5) + 0.2 * np.sin(t * 2.0)
    before = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(close, before) + 0.1, np.minimum(close, before) - 0.1
    volume = (1000 + 10 * (t % 7)).astype(np.float64)
    return RawBars(starts, before, high, low, close, volume)


def uncompiled(modules: Mapping[str, ModuleType]) -> list[str]:
    """Names of engine kernels that nothing called in this process has run."""
    kernels = {
        f"{module_name}.{name}": item
        for module_name, module in modules.items()
        if module_name.startswith("strategies.engine") and ".tests" not in module_name
        for name, item in vars(module).items()
        if isinstance(item, Kernel)
    }
    pending = [one for one in kernels.values() if one.is_called]
    reached = set(pending)
    while pending:
        more = set(pending.pop().taken_in()) - reached
        reached |= more
        pending += more
    return sorted(name for name, item in kernels.items() if item not in reached)
