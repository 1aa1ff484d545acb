"""What a rich strategy costs, what many cost per bar, and how both grow with the bars."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import numpy as np

from bench.engine import ROOT, bars_file, part, spread, timed
from bench.memory import peak_kb
from market.ingest.csv_bars import read_bars_csv
from market.resample import newest_close, to_engine_bars
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.nodes.groups import Nodes
from strategies.engine.program.program import Position, Program, compile_program
from strategies.engine.program.squads import walk_many
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, as_bars
from strategies.record.reading import parse_strategy

ROUNDS, YEARS = 25, 5
N_PAIRS, N_STRATEGIES, STREAMED_BARS = 50, 1000, 40
# Six packs, two of them on other timeframes.
RICH: dict[str, Any] = {
    "symbol": "REF",
    "timeframe": "1Min",
    "direction": "LONG",
    "entry_trigger_confluence_id": "ema_stack_default_cross_bull",
    "exit_trigger_confluence_ids": [
        "utbot_default_sell",
        "rsi_zones_default_cross_into_overbought",
    ],
    "confluence": [
        "1M-MACD_LINE_DEFAULT-M>S+",
        "5m-SUPERTREND_DEFAULT-BULL_TRENDING",
        "1h-BOLLINGER_BANDS_DEFAULT-UPPER_ZONE",
    ],
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
}
ENTRIES = (
    "ema_stack_default_cross_bull",
    "macd_line_default_cross_bull",
    "macd_line_default_zero_cross_up",
    "utbot_default_buy",
    "rvol_default_spike",
)
CONDITIONS = ("1M-MACD_LINE_DEFAULT-M>S+", "1M-EMA_STACK_DEFAULT-SML", "1M-RVOL_DEFAULT-NORMAL")


def spec_of(record: dict[str, Any]) -> StrategySpec:
    return parse_strategy(record, default_packs=default_pack_records())


def year() -> tuple[Bars, dict[str, Bars], float]:
    """A year of minutes, the bars of the other timeframes, and what forming those took, in ms."""
    path = bars_file("REFA")
    raw, _, _ = read_bars_csv(path)
    now_ts = newest_close(raw, "1Min")

    def formed(timeframe: str) -> Bars:
        bars = to_engine_bars(
            raw, base_timeframe="1Min", timeframe=timeframe, session="RTH", now_ts=now_ts
        )
        return as_bars(bars)

    own = formed("1Min")
    started = time.perf_counter()
    others = {name: formed(name) for name in ("5Min", "1Hour")}
    return own, others, (time.perf_counter() - started) * 1e3


def repeated(bars: Bars, n: int) -> Bars:
    """The same bars n times over, each time later by their own span."""
    span_days = int(bars.day[-1] - bars.day[0]) + 3
    shift_ns = span_days * 86_400 * 10**9
    copies = []
    for i in range(n):
        moved = {
            name: getattr(bars, name) + i * shift_ns
            for name in ("start_ns", "close_ns", "session_open_ns", "session_close_ns")
        }
        copies.append(bars._replace(day=bars.day + np.int32(i * span_days), **moved))
    return Bars._make(np.concatenate(column) for column in zip(*copies, strict=True))


def rich() -> dict[str, Any]:
    bars, others, forming_ms = year()
    program = compile_program(spec_of(RICH))
    advance = program.backtest(bars, others)
    times = [timed(lambda: program.backtest(bars, others)) for _ in range(ROUNDS)]
    return {
        **spread(times),
        "bars": bars.n,
        "trades": int(advance.trade_rows.size),
        "forming_other_bars_ms": round(forming_ms, 2),
    }


def linear() -> dict[str, Any]:
    """One year beside five, of the rich strategy."""
    bars, others, _ = year()
    program = compile_program(spec_of(RICH))
    long = repeated(bars, YEARS)
    long_others = {name: repeated(one, YEARS) for name, one in others.items()}
    program.backtest(long, long_others)
    short_ms, long_ms = [], []
    for _ in range(ROUNDS):
        short_ms.append(timed(lambda: program.backtest(bars, others)))
        long_ms.append(timed(lambda: program.backtest(long, long_others)))
    ratio = float(np.median(long_ms) / np.median(short_ms))
    return {"one_year": spread(short_ms), "five_years": spread(long_ms), "times": round(ratio, 2)}


def many_programs() -> list[Program]:
    """The strategies of one pair: entries, conditions and stops in all combinations."""
    programs = []
    for i in range(N_STRATEGIES // N_PAIRS):
        record = {
            "symbol": "REF",
            "timeframe": "1Min",
            "direction": "LONG",
            "entry_trigger_confluence_id": ENTRIES[i % len(ENTRIES)],
            "exit_trigger_confluence_ids": ["ema_stack_default_cross_bear"],
            "confluence": [CONDITIONS[i % len(CONDITIONS)]],
            "stop_config": {"method": "atr", "atr_mult": 1.0 + 0.1 * i},
            "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
        }
        programs.append(compile_program(spec_of(record)))
    return programs


def streaming() -> dict[str, Any]:
    """Milliseconds of engine time to advance every strategy of every pair by one bar."""
    bars, _, _ = year()
    start = bars.n - STREAMED_BARS - N_PAIRS
    pairs = []
    for i in range(N_PAIRS):
        programs = many_programs()
        nodes = Nodes.new(dict.fromkeys(key for one in programs for key in one.keys))
        positions = [Position() for _ in programs]
        # Every pair ends its history on another bar, so that they are not alike.
        walk_many(programs, positions, nodes.step(part(bars, i, start + i)), [0] * len(programs))
        pairs.append((programs, nodes, positions, start + i))
    times, n_trades = [], 0
    for step in range(STREAMED_BARS):
        pieces = [part(bars, begin + step, begin + step + 1) for *_, begin in pairs]
        began = time.perf_counter()
        for (programs, nodes, positions, _), piece in zip(pairs, pieces, strict=True):
            found = walk_many(programs, positions, nodes.step(piece), [0] * len(programs))
            n_trades += sum(one.trade_rows.size for one in found)
        times.append((time.perf_counter() - began) * 1e3)
    return {
        **spread(times[2:]),
        "strategies": N_STRATEGIES,
        "pairs": N_PAIRS,
        "trades": n_trades,
    }


CHILD = """
import django
django.setup()
from bench import depth
from bench.memory import peak_kb
from strategies.engine.program.program import compile_program
bars, others, _ = depth.year()
program = compile_program(depth.spec_of(depth.RICH))
program.backtest(bars, others)
many = depth.repeated(bars, {n})
others = {{name: depth.repeated(one, {n}) for name, one in others.items()}}
before = peak_kb()
program.backtest(many, others)
print(many.n, peak_kb() - before, before)
"""


def memory() -> dict[str, Any]:
    """Memory that a backtest takes on top of its bars, per million of them."""
    command = [sys.executable, "-c", CHILD.format(n=30)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)  # noqa: S603
    n_bars, grown_kb, _ = map(int, done.stdout.split())
    bars, _, _ = year()
    bytes_per_bar = sum(column.itemsize for column in bars)
    return {
        "bars": n_bars,
        "mb_per_million_bars": round(grown_kb / 1024 / (n_bars / 1e6), 1),
        "mb_per_million_bars_held": round(bytes_per_bar * 1e6 / 2**20, 1),
    }


def run() -> dict[str, Any]:
    return {
        "rich": rich(),
        "linear": linear(),
        "streaming": streaming(),
        "memory": memory(),
        "peak_mb": round(peak_kb() / 1024),
    }
