"""The reference job beside vectorbt and backtesting.py: same bars, same run, same trades."""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bench import peers
from strategies.engine.program.program import compile_program
from strategies.engine.types import Bars
from strategies.from_file.reading import read_history, read_strategy

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "strategies" / "engine" / "tests" / "data"
JOB = DATA / "reference_job.json"
SERIES = ("REFA", "REFB")
ROUNDS, BLOCK, SLOW_ROUNDS, COLD_ROUNDS = 9, 5, 5, 5
Trade = tuple[int, int, float]
# Runs a script and says its largest size in kB at the end.
TELL_PEAK = """
import atexit, runpy, sys
from bench.memory import peak_kb
atexit.register(lambda: sys.stderr.write(f"\\n{peak_kb()}"))
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def bars_file(name: str) -> Path:
    return DATA / f"{name}_1Min.csv.gz"


def timed(job: Callable[[], Any]) -> float:
    """Milliseconds of one call, without garbage collection inside, as timeit does it."""
    gc.disable()
    try:
        started = time.perf_counter()
        job()
        return (time.perf_counter() - started) * 1e3
    finally:
        gc.enable()


def spread(values: list[float]) -> dict[str, float]:
    return {
        "median_ms": round(statistics.median(values), 3),
        "min_ms": round(min(values), 3),
        "max_ms": round(max(values), 3),
        "runs": len(values),
    }


def engine_trades(advance: Any) -> list[Trade]:
    return [(t.entry_index, t.exit_index, t.exit_price) for t in advance.trades]


def n_different(ours: list[Trade], theirs: list[Trade]) -> int:
    """How many trades differ in bar, or in price by more than 1e-9; missing ones count."""
    differing = sum(
        a[:2] != tuple(b[:2]) or abs(a[2] - b[2]) > 1e-9 for a, b in zip(ours, theirs, strict=False)
    )
    return differing + abs(len(ours) - len(theirs))


def compare(name: str) -> dict[str, Any]:
    """Warm times of the three contestants in turn, and where their trades differ."""
    spec = read_strategy(JOB)
    bars = read_history(bars_file(name), spec).bars
    frame = pd.read_csv(bars_file(name)).drop(columns="ts")
    program = compile_program(spec)

    def engine() -> Any:
        return program.backtest(bars)

    ours = engine_trades(engine())
    result: dict[str, Any] = {"bars": bars.n, "trades": len(ours)}
    result["vectorbt_differences"] = n_different(ours, peers.vectorbt_trades(frame))
    result["backtesting_differences"] = n_different(ours, peers.backtesting_trades(frame))
    jobs: dict[str, Callable[[], Any]] = {
        "engine": engine,
        "engine_with_trades": lambda: engine().trades,
        "vectorbt": lambda: peers.vectorbt_job(frame).trades.records,
        "vectorbt_with_trades": lambda: peers.vectorbt_job(frame).trades.records_readable,
    }
    times: dict[str, list[float]] = {who: [] for who in jobs}
    # In turn, in small blocks: each is warm in its own, and all see the same machine.
    for _ in range(ROUNDS):
        for who, job in jobs.items():
            job()
            times[who] += [timed(job) for _ in range(BLOCK)]
    times["backtesting"] = [timed(lambda: peers.backtesting_job(frame)) for _ in range(SLOW_ROUNDS)]
    result |= {who: spread(values) for who, values in times.items()}
    median = {who: statistics.median(values) for who, values in times.items()}
    result["times_faster_than_vectorbt"] = round(median["vectorbt"] / median["engine"], 1)
    result["times_faster_with_trades"] = round(
        median["vectorbt_with_trades"] / median["engine_with_trades"], 1
    )
    result["times_faster_than_backtesting"] = round(median["backtesting"] / median["engine"], 1)
    result["streamed_ns_per_bar"] = stream_cost(program, bars)
    return result


def part(bars: Bars, start: int, end: int) -> Bars:
    columns: Any = (column[start:end] for column in bars)
    return Bars(*columns)


def stream_cost(program: Any, bars: Bars, n: int = 2000) -> float:
    """Nanoseconds to advance one strategy by one bar, as the monitor does."""
    memory = program.new_memory()
    start = bars.n - n
    program.advance(memory, part(bars, 0, start))
    pieces = [part(bars, t, t + 1) for t in range(start, bars.n)]
    started = time.perf_counter_ns()
    for piece in pieces:
        program.advance(memory, piece)
    return round((time.perf_counter_ns() - started) / n)


def cold() -> dict[str, Any]:
    """A new process from start to JSON, with a warm disk cache: whole-process wall time."""
    command = [sys.executable, "manage.py", "backtest", str(JOB)]
    command += ["--bars", str(bars_file("REFA")), "--json"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "trader.settings"}

    def run() -> None:
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)  # noqa: S603
        json.loads(done.stdout)

    run()
    times = [timed(run) for _ in range(COLD_ROUNDS)]
    told = [sys.executable, "-c", TELL_PEAK, *command[1:]]
    done = subprocess.run(told, cwd=ROOT, env=env, capture_output=True, check=True)  # noqa: S603
    return {**spread(times), "peak_mb": round(int(done.stderr.split()[-1]) / 1024)}


def run() -> dict[str, Any]:
    return {"cold_process": cold(), **{name: compare(name) for name in SERIES}}
