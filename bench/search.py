"""The search kernel: combinations of conditions, and stop x target beside vectorbt.

Each contestant of the grid runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from bench import peers
from bench.engine import JOB, ROOT, bars_file, spread, timed
from bench.memory import peak_kb
from strategies.engine.program.advance import condition_texts
from strategies.engine.search.candidates import packed
from strategies.engine.search.conditions import new_tree, search_conditions
from strategies.engine.search.figures import demands
from strategies.engine.search.masks import evaluate
from strategies.engine.search.ranking import new_keeper
from strategies.engine.search.run import outcomes_of, run_search
from strategies.engine.search.variants import Axes, Choice, Variants
from strategies.engine.spec import ConditionRef, Protection, StrategySpec, TriggerRef
from strategies.engine.types import Bars
from strategies.from_file.reading import read_history, read_strategy

SERIES = "REFA"
SIZES = (100, 1000)
# vectorbt takes all columns at once; in parts of this many it is fastest and needs least memory.
PART = 50
ROUNDS, SLOW_ROUNDS, RATE_ROUNDS = 45, 3, 5
N_CONDITIONS, N_COMBINATIONS, DEPTH = 30, 100_000, 3
# Periods of the crosses that trigger: that of the reference job, 2,302 bars, and one of 10,579.
TRIGGERS = ((9, 21), (2, 4))


def run() -> dict[str, Any]:
    return {
        "sweep": {str(n): beside_vectorbt(n) for n in SIZES},
        "conditions": [conditions(*periods) for periods in TRIGGERS],
    }


def loaded() -> tuple[StrategySpec, Bars]:
    spec = read_strategy(JOB)
    return spec, read_history(bars_file(SERIES), spec).bars


def grid(n: int) -> tuple[list[float], list[float]]:
    """Stops in ATR and targets in R, n together."""
    n_stops = 10 if n == 100 else 25
    stops, targets = np.linspace(0.5, 5.0, n_stops), np.linspace(0.5, 10.0, n // n_stops)
    return [round(s, 4) for s in stops.tolist()], [round(t, 4) for t in targets.tolist()]


def beside_vectorbt(n: int) -> dict[str, Any]:
    """Both contestants in turn, their figures of every variant compared."""
    ours, theirs = (_child(who, n) for who in ("engine", "vectorbt"))
    pairs = list(zip(ours.pop("figures"), theirs.pop("figures"), strict=True))
    different = [a[0] != b[0] or abs(a[1] - b[1]) > 1e-6 for a, b in pairs]
    ratio = theirs["per_variant"]["median_ms"] / ours["per_variant"]["median_ms"]
    return {
        "engine": ours,
        "vectorbt": theirs,
        "variants_that_differ": sum(different),
        "times_faster_than_vectorbt": round(ratio, 1),
    }


def _child(who: str, n: int) -> dict[str, Any]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "trader.settings"}
    code = f"import django; django.setup(); from bench import search; search.answer({who!r}, {n})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)  # noqa: S603
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def measured(job: Callable[[], Any], n: int, rounds: int) -> dict[str, float]:
    """Milliseconds per variant, after one round to warm up."""
    job()
    return spread([timed(job) / n for _ in range(rounds)])


def engine(n: int) -> dict[str, Any]:
    spec, bars = loaded()
    stops, targets = grid(n)
    axes = Axes(
        stops=[Choice({}, {"stop": Protection("atr", size)}) for size in stops],
        targets=[Choice({}, {"target": Protection("risk_reward", size)}) for size in targets],
    )
    variants = Variants(spec, axes)

    def job() -> Any:
        return run_search(variants, bars, None, demands(), limit=n)

    result = {"per_variant": measured(job, n, ROUNDS), "peak_mb": round(peak_kb() / 1024)}
    ranked = job().keeper.ranked()
    ranked.sort(order="number")
    return {**result, "figures": ranked["figures"][["trades", "total_r"]].tolist()}


def vectorbt(n: int) -> dict[str, Any]:
    frame = pd.read_csv(bars_file(SERIES)).drop(columns="ts")
    stops, targets = grid(n)
    pairs = np.array([(stop, target) for stop in stops for target in targets])

    def job() -> Any:
        return [_part(frame, pairs[i : i + PART]) for i in range(0, n, PART)]

    result = {"per_variant": measured(job, n, SLOW_ROUNDS), "peak_mb": round(peak_kb() / 1024)}
    atr = peers.signals(frame)[2]
    figures = []
    for begin, records in zip(range(0, n, PART), job(), strict=True):
        for column in range(min(PART, n - begin)):
            own = records[(records["col"] == column) & (records["status"] == 1)]
            risk = pairs[begin + column, 0] * atr[own["entry_idx"]]
            r = (own["exit_price"] - own["entry_price"]) / risk
            figures.append((len(own), float(r.sum())))
    return {**result, "figures": figures}


def _part(frame: pd.DataFrame, pairs: np.ndarray) -> Any:
    """Trade records of some pairs of stop and target, one column each."""
    import vectorbt as vbt  # installed for benchmarks only

    entries, exits, atr = peers.signals(frame)
    stop = np.outer(atr / frame["close"].to_numpy(), pairs[:, 0])
    portfolio = vbt.Portfolio.from_signals(
        frame["close"],
        entries=entries[:, None],
        exits=exits[:, None],
        open=frame["open"],
        high=frame["high"],
        low=frame["low"],
        sl_stop=stop,
        tp_stop=stop * pairs[:, 1],
        size=1.0,
        init_cash=1e9,
        freq="1min",
    )
    return portfolio.trades.records


def conditions(short: int, mid: int) -> dict[str, Any]:
    """Combinations per second: given ones of random conditions, and all states of all packs."""
    spec, bars = loaded()
    ema = replace(
        spec.entry.pack,
        id=f"ema_{short}_{mid}",
        parameters={"short_period": short, "mid_period": mid, "long_period": mid + 1},
    )
    entry = TriggerRef(f"{ema.id}_cross_bull", ema, "cross_bull")
    spec = replace(spec, entry=entry, conditions=())
    candidates = outcomes_of(spec, bars)
    rng = np.random.default_rng(1)
    shares = rng.uniform(0.2, 0.9, (N_CONDITIONS, 1))
    masks = packed(rng.random((N_CONDITIONS, candidates.n)) < shares)
    rows = np.full((N_COMBINATIONS, 4), -1, np.int64)
    for row in rows:
        depth = rng.integers(1, DEPTH + 1)
        row[:depth] = np.sort(rng.choice(N_CONDITIONS, depth, replace=False))
    figures = evaluate(rows, masks, candidates)
    states = _states(spec)
    variants = Variants(spec, Axes(conditions=states, condition_depth=4))
    groups = np.arange(N_CONDITIONS)

    def tree() -> None:
        search_conditions(
            candidates,
            new_tree(masks, groups, candidates.allowed),
            4,
            demands(),
            new_keeper(100),
        )

    tree()
    n_tree = sum(_choose(N_CONDITIONS, depth) for depth in range(5))

    def whole() -> Any:
        return run_search(variants, bars, None, demands(min_trades=10), limit=100)

    whole()
    return {
        "trigger_bars": candidates.n,
        "mean_trades": round(float(figures["trades"].mean()), 1),
        "given_per_s": _rate(lambda: evaluate(rows, masks, candidates), N_COMBINATIONS),
        "all_depth_4_per_s": _rate(tree, n_tree),
        "states": len(states),
        "states_depth_4": variants.n,
        "states_depth_4_per_s": _rate(whole, variants.n),
    }


def _choose(n: int, k: int) -> int:
    return int(np.prod([(n - i) / (i + 1) for i in range(k)]).round())


def _rate(job: Callable[[], Any], n: int) -> int:
    """Combinations per second, the median of several runs."""
    return round(n / statistics.median(timed(job) for _ in range(RATE_ROUNDS)) * 1e3)


def _states(spec: StrategySpec) -> tuple[ConditionRef, ...]:
    """Every state of the enabled packs on the strategy's own timeframe."""
    packs = [p for p in spec.packs if p.enabled and p.template.family == "tf"]
    return tuple(
        ConditionRef(text, pack, state)
        for pack in packs
        for text, state in zip(
            condition_texts(spec, pack), pack.template.state_names(), strict=True
        )
    )


def answer(who: str, n: int) -> None:
    """What a contestant measures in its process, as JSON."""
    contestants: dict[str, Callable[[int], dict[str, Any]]] = {
        "engine": engine,
        "vectorbt": vectorbt,
    }
    sys.stdout.write(json.dumps(contestants[who](n)))
