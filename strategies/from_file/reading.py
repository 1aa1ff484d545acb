"""A strategy file and a bars file, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, cast

from market.arrays import RawBars
from market.errors import BarsError
from market.ingest.csv_bars import base_timeframe_of, read_bars_csv
from market.ingest.stamps import check_stamps
from market.resample import newest_close, to_engine_bars
from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, as_bars
from strategies.record.other_timeframes import condition_on, needed_bars
from strategies.record.reading import parse_strategy
from strategies.record.unknown import unknown_warnings
from trader.api.json_text import JsonError, read_json


class UserError(Exception):
    """Something the caller can put right; the text is one line."""

    status = 2


def json_of(path: Path) -> object:
    """What a file says; a key that it gives twice is a fault like any other. Raises UserError."""
    try:
        return read_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except JsonError as error:
        raise UserError(f"{path}{'' if error.field else ' is not JSON'}: {error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not JSON: {error}") from error


def read_strategy(path: Path) -> StrategySpec:
    """The strategy of a JSON file. Raises UserError."""
    record = json_of(path)
    try:
        spec = parse_strategy(record, default_packs=default_pack_records())
    except StrategyError as error:
        raise UserError(f"{path}: {error}") from error
    # What could be read is an object.
    unknown = unknown_warnings(cast(Mapping[str, object], record))
    return replace(spec, warnings=(*spec.warnings, *unknown))


class History(NamedTuple):
    """Everything a strategy reads from one file; `finer` are the file's own bars, or none."""

    bars: Bars
    others: dict[str, Bars]
    finer: Bars | None
    warnings: list[str]


def read_history(path: Path, spec: StrategySpec) -> History:
    """The strategy's bars from a file; 'now' is the close of its last row. Raises UserError."""
    try:
        read = read_bars_csv(path)
        base = base_timeframe_of(path, read.bars)
        raw, warnings, _ = check_stamps(read, base)
        derive = _Derivation(raw, base.name, spec.trading_session)
        bars = derive.bars(spec.timeframe)
        others = {timeframe: derive.other(timeframe, spec) for timeframe in needed_bars(spec)}
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except BarsError as error:
        raise UserError(f"{path}: {error}") from error
    has_finer = spec.hifi and base.seconds < spec.timeframe_seconds
    return History(bars, others, derive.bars(base.name) if has_finer else None, warnings)


class _Derivation(NamedTuple):
    """One file, from which bars of several timeframes are made."""

    raw: RawBars
    base: str
    session: str

    def bars(self, timeframe: str) -> Bars:
        bars = to_engine_bars(
            self.raw,
            base_timeframe=self.base,
            timeframe=timeframe,
            session=self.session,
            now_ts=newest_close(self.raw, self.base),
        )
        return as_bars(bars)

    def other(self, timeframe: str, spec: StrategySpec) -> Bars:
        """Raises BarsError naming the condition that needs these bars."""
        try:
            return self.bars(timeframe)
        except BarsError as error:
            raise BarsError(
                f"the condition {condition_on(spec, timeframe)}: {error}; "
                "give a file of finer bars, or remove the condition"
            ) from None
