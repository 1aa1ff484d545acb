"""Bars and strategies for engine tests: hand-typed tables and seeded wild ones."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np

from strategies.engine.indicators.catalogue import DEFAULT_PACKS, TEMPLATES
from strategies.engine.spec import (
    ConditionRef,
    PackSpec,
    Protection,
    StrategySpec,
    TriggerRef,
)
from strategies.engine.template import Execution, Parameter, Template
from strategies.engine.types import Bars

DATA = Path(__file__).parent / "data"
MINUTE_NS = 60 * 10**9
# 2024-03-04, a Monday, 09:30 in New York.
OPEN_NS = 1_709_562_600 * 10**9
FIRST_DAY = 738_949
OPEN_MINUTE, CLOSE_MINUTE = 570, 960
SESSION_BARS = CLOSE_MINUTE - OPEN_MINUTE
# Bars that random lengths exceed their minimum by, at most.
LONGEST_DRAWN = 20


def bars_of(rows: list[tuple[float, ...]], per_day: int = SESSION_BARS) -> Bars:
    """Consecutive session minutes from rows of open, high, low, close and maybe volume."""
    table = np.array([(*row, 100.0)[:5] for row in rows], np.float64).reshape(-1, 5)
    return minutes(*table.T, per_day=per_day)


def minutes(open_, high, low, close, volume, per_day: int = SESSION_BARS, missing=()) -> Bars:
    """Columns as bars of consecutive dates, `per_day` minutes each from 09:30 on.

    `missing`: by date with bars, how many dates are left out before it; none by default.
    """
    n = len(close)
    place, minute = np.arange(n) // per_day, np.arange(n) % per_day
    skipped = np.zeros(-(-n // per_day), np.int64)
    skipped[: len(missing)] = missing
    day = place + np.cumsum(skipped)[place]
    midnight = OPEN_NS + day * 86_400 * 10**9
    start = midnight + minute * MINUTE_NS
    return Bars(
        start.astype(np.int64),
        (start + MINUTE_NS).astype(np.int64),
        *(np.ascontiguousarray(c, np.float64) for c in (open_, high, low, close, volume)),
        (FIRST_DAY + day).astype(np.int32),
        (OPEN_MINUTE + minute).astype(np.int32),
        midnight.astype(np.int64),
        (midnight + SESSION_BARS * MINUTE_NS).astype(np.int64),
        (day % 7).astype(np.int8),
        np.full(n, CLOSE_MINUTE, np.int32),
        np.where(minute == 0, skipped[place], 0).astype(np.int32),
        np.ones(n, np.int64),
    )


def wild_bars(seed: int, n: int, per_day: int = 40) -> Bars:
    """Random bars with gaps, flat stretches, repeated prices, zero volumes and spikes.

    Between some dates one or more are missing.
    """
    rng = np.random.default_rng(seed)
    steps = rng.choice(
        [0.0, 0.25, -0.25, 1.0, -1.0, 7.5, -7.5], n, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05]
    )
    steps += np.where(rng.random(n) < 0.5, rng.normal(0, 0.4, n), 0.0)
    close = np.maximum(200.0 + np.cumsum(steps), 1.0)
    gap = np.where(rng.random(n) < 0.2, rng.normal(0, 2.0, n), 0.0)
    open_ = np.maximum(np.concatenate([close[:1], close[:-1]]) + gap, 0.5)
    reach = np.where(rng.random(n) < 0.3, 0.0, np.abs(rng.normal(0, 0.8, (2, n))))
    high = np.maximum(open_, close) + reach[0]
    low = np.minimum(open_, close) - reach[1]
    volume = np.where(rng.random(n) < 0.1, 0.0, rng.integers(1, 5000, n).astype(np.float64))
    missing = rng.choice([0, 0, 0, 1, 2, 5], -(-n // per_day)) if n else ()
    return minutes(open_, high, low, close, volume, per_day, missing)


def reference_bars(name: str) -> Bars:
    """A reference series; the files hold full regular sessions, so only dates are derived."""
    with gzip.open(DATA / f"{name}_1Min.csv.gz", "rt") as file:
        rows = [line.rstrip("\n").split(",") for line in file][1:]
    table = np.array([row[1:] for row in rows], np.float64)
    starts = [row[0] for row in rows]
    bars = minutes(*table.T)
    instants = np.array([text[:-1] for text in starts], "datetime64[ns]").astype(np.int64)
    return bars._replace(start_ns=instants, close_ns=instants + MINUTE_NS)


def pack(template: str, pack_id: str = "", **parameters: Any) -> PackSpec:
    """A pack of a template, defaults unless stated."""
    values = TEMPLATES[template].defaults() | parameters
    return PackSpec(pack_id or f"{template}_default", template, "Default", values)


def any_parameters(template: Template, rng: np.random.Generator) -> dict[str, Any]:
    """Random parameters of a template within its limits, periods short enough to warm up."""
    while True:
        values = {p.name: _any_value(p, rng) for p in template.parameters}
        if all(values[small] < values[large] for small, large in template.ordered):
            return values


def _any_value(parameter: Parameter, rng: np.random.Generator) -> Any:
    low, high = parameter.minimum, parameter.maximum
    if parameter.type == "bool":
        return bool(rng.integers(2))
    if parameter.type == "select":
        return parameter.options[rng.integers(len(parameter.options))]
    if low is None or high is None:
        return parameter.default
    if parameter.type == "int":
        reach = min(high, low + LONGEST_DRAWN) if is_length(parameter) else high
        return int(rng.integers(low, reach + 1))
    return float(rng.uniform(low, high))


def is_length(parameter: Parameter) -> bool:
    """Whether the parameter counts bars: then the short end of its range is what tests want."""
    return parameter.type == "int" and parameter.maximum is not None and parameter.maximum > 60


SUFFIXES = {"C": "", "L": "_ib", "LC": "_lc", "CC": "_cc"}
COARSE = {"5Min": (5, "5m"), "15Min": (15, "15m")}


def trigger(pack_spec: PackSpec, base: str, execution: Execution = "C") -> TriggerRef:
    suffix = SUFFIXES[execution]
    return TriggerRef(f"{pack_spec.id}_{base}{suffix}", pack_spec, base, execution)


def condition(pack_spec: PackSpec, state: str, timeframe: str = "") -> ConditionRef:
    label = "GEN" if pack_spec.template.family == "general" else "1M"
    n_minutes, label = COARSE[timeframe] if timeframe else (0, label)
    text = f"{label}-{pack_spec.id.upper()}-{state}"
    return ConditionRef(text, pack_spec, state, timeframe, 60 * n_minutes)


def coarse_bars(bars: Bars, timeframe: str) -> Bars:
    """Bars of several minutes from the open of each date; the last of a date may be short."""
    n_minutes, _ = COARSE[timeframe]
    block = (bars.minute - OPEN_MINUTE) // n_minutes + 1000 * bars.day.astype(np.int64)
    first = np.flatnonzero(np.append(True, block[1:] != block[:-1]))
    last = np.append(first[1:], bars.n) - 1
    start = bars.session_open_ns[first] + (block[first] % 1000) * n_minutes * MINUTE_NS
    whole = bars.take(first)
    return whole._replace(
        start_ns=start,
        close_ns=np.minimum(start + n_minutes * MINUTE_NS, whole.session_close_ns),
        high=np.maximum.reduceat(bars.high, first),
        low=np.minimum.reduceat(bars.low, first),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, first),
    )


def closed_between(bars: Bars, after_ns: int, until_ns: int) -> Bars:
    """The bars that closed after the first instant and at or before the second."""
    return bars.take((bars.close_ns > after_ns) & (bars.close_ns <= until_ns))


def default_packs() -> tuple[PackSpec, ...]:
    return tuple(
        pack(p.base_template, p.id, **p.parameters)
        for p in DEFAULT_PACKS
        if p.family in ("tf", "general")
    )


EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)


def make_spec(**changes: Any) -> StrategySpec:
    """A long strategy on the cross of EMA 1 over EMA 2: it enters on a close above the last."""
    settings: dict[str, Any] = {
        "symbol": "TEST",
        "direction": "LONG",
        "timeframe": "1Min",
        "timeframe_seconds": 60,
        "label": "1M",
        "trading_session": "RTH",
        "entry": trigger(EMA, "cross_bull"),
        "exits": (),
        "bar_count": None,
        "conditions": (),
        "stop": Protection("fixed_dollar", 1.0),
        "target": None,
        "packs": (EMA,),
    }
    return StrategySpec(**{**settings, **changes})


def reference_spec() -> StrategySpec:
    """The reference job: EMA 9/21 cross while MACD is above signal and zero, 1.5 ATR, 2 R."""
    ema = pack("ema_stack", "ema_stack_ref", short_period=9, mid_period=21, long_period=22)
    macd = pack("macd_line")
    return make_spec(
        symbol="REF",
        entry=trigger(ema, "cross_bull"),
        exits=(trigger(ema, "cross_bear"),),
        conditions=(condition(macd, "M>S+"),),
        stop=Protection("atr", 1.5),
        target=Protection("risk_reward", 2.0),
        packs=(*default_packs(), ema),
    )
