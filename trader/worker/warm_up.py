"""Compiles every kernel of the engine once, so that no task spends its time limit on it.

The compiled code goes to the cache on disk, where each worker finds it; when it is there already,
this takes well under a second.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from market.eastern import midnight
from market.feeds.simulated import SimulatedFeed
from market.resample import to_engine_bars
from strategies.engine.catalogue import default_pack_records
from strategies.engine.program import compile_program
from strategies.engine.search.combinations import as_rows
from strategies.engine.search.figures import demands
from strategies.engine.search.masks import evaluate
from strategies.engine.search.run import outcomes_of, run_search
from strategies.engine.search.variants import Axes, Variants
from strategies.engine.types import Bars, as_bars
from strategies.spec import parse_strategy

# A Monday; long enough for the slowest default pack to warm up.
FIRST_DAY = date(2024, 3, 4)
N_DAYS = 5
ENTRIES = (
    "ema_stack_default_cross_bull",
    "macd_line_default_cross_bull",
    "vwap_default_cross_above",
    "rvol_default_spike",
)
EXITS = ["ema_stack_default_cross_bear", "bar_count_default_exit"]
STOPS: tuple[dict[str, Any], ...] = (
    {"method": "atr", "atr_mult": 1.5},
    {"method": "swing", "lookback": 5, "padding": 0.05},
    {"method": "fixed_dollar", "dollar_amount": 1.0},
    {"method": "percentage", "percentage": 0.5},
)
RECORDS = ["1M-EMA_STACK_DEFAULT-SML", "1M-MACD_LINE_DEFAULT-M>S+", "GEN-TOD_NY_OPEN-IN_WINDOW"]


def warm_up() -> None:
    """Run small backtests that together touch every node, stop and direction."""
    bars = _bars()
    for record in _records():
        spec = parse_strategy(record, default_packs=default_pack_records())
        program = compile_program(spec)
        program.advance(program.new_state(), bars)
    _warm_up_search(bars)


def _warm_up_search(bars: Bars) -> None:
    """Try a strategy with and without conditions, and evaluate a combination that is given."""
    record = {**next(_records()), "confluence": [], "general_confluences": []}
    spec = parse_strategy(record, default_packs=default_pack_records())
    listed = parse_strategy({**record, "confluence": RECORDS}, default_packs=default_pack_records())
    for axes in (Axes(), Axes(conditions=listed.required, condition_depth=2)):
        run_search(Variants(spec, axes), bars, None, demands("r_squared"), limit=1)
    candidates = outcomes_of(spec, bars)
    evaluate(as_rows([(0,)]), candidates.allowed[None, :], candidates)


def _bars() -> Bars:
    start_ts = midnight(FIRST_DAY.toordinal())
    raw = SimulatedFeed().history("SPY", "1Min", start_ts, start_ts + N_DAYS * 86_400)
    now_ts = int(raw.start_ts[-1]) + 60
    bars = to_engine_bars(
        raw, base_timeframe="1Min", timeframe="1Min", session="RTH", now_ts=now_ts
    )
    return as_bars(bars)


def _records() -> Iterator[dict[str, Any]]:
    for entry, stop in zip(ENTRIES, STOPS, strict=True):
        for direction in ("LONG", "SHORT"):
            yield {
                "symbol": "SPY",
                "direction": direction,
                "timeframe": "1Min",
                "trading_session": "RTH",
                "entry_trigger_confluence_id": entry,
                "exit_trigger_confluence_ids": EXITS,
                "confluence": RECORDS[:2] if direction == "LONG" else [],
                "general_confluences": RECORDS[2:] if direction == "LONG" else [],
                "stop_config": stop,
                "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
            }


def uncompiled(modules: dict[str, Any]) -> list[str]:
    """Names of engine kernels that have not run in this process."""
    found = []
    for module_name, module in modules.items():
        if not module_name.startswith("strategies.engine") or ".tests" in module_name:
            continue
        for name, item in vars(module).items():
            if hasattr(item, "compiled") and getattr(item, "_compiled", np) is None:
                found.append(f"{module_name}.{name}")
    return sorted(set(found))
