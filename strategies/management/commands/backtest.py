"""`manage.py backtest STRATEGY.json --bars FILE [--json]`: one backtest, no database."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, NoReturn, cast

from django.core.management.base import BaseCommand, CommandParser

from market.arrays import RawBars
from market.calendar import expected_days
from market.errors import BarsError
from market.ingest.csv_bars import base_timeframe_of, read_bars_csv
from market.ingest.stamps import check_stamps
from market.resample import newest_close, to_engine_bars
from strategies.bars import OtherBars, condition_on, needed_bars, short_history_warnings
from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.engine.program.program import compile_program
from strategies.engine.report import Document, backtest_document
from strategies.engine.spec import StrategySpec
from strategies.engine.trust.outcomes import TrustDocument
from strategies.engine.types import Bars, as_bars
from strategies.engine.walk.hifi import resolve
from strategies.record.reading import parse_strategy
from strategies.record.unknown import unknown_warnings
from strategies.trust.file import trust_lines, trust_of_file
from strategies.words.gaps import gap_warnings
from trader.api.json_text import JsonError, read_json

USER_ERROR_STATUS = 2
NS = 1_000_000_000


class UserError(Exception):
    """Something the caller can put right; the text is one line."""


class Command(BaseCommand):
    help = "Backtest a strategy file over a bars file and print the result."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # argparse would print its usage over several lines.
        parser.error = self._fail  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("strategy", metavar="STRATEGY.json", help="the strategy record")
        parser.add_argument("--bars", required=True, metavar="FILE", help="CSV, plain or gzipped")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--trust", action="store_true", help="check the result as well")

    def handle(self, *args: object, **options: object) -> None:
        try:
            spec = read_strategy(Path(str(options["strategy"])))
            history = read_history(Path(str(options["bars"])), spec)
        except UserError as error:
            self._fail(str(error))
        found = run(spec, history, with_trust=bool(options["trust"]))
        self._print(as_json(*found) if options["json"] else summary(*found))

    def _print(self, text: str) -> None:
        """To stdout, whatever it can show; whoever stops reading early has seen enough."""
        encoding = sys.stdout.encoding or "utf-8"
        try:
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _fail(self, message: str) -> NoReturn:
        line = " ".join(message.split())
        sys.stderr.write(f"backtest: {line}\n")
        raise SystemExit(USER_ERROR_STATUS)


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
    others: OtherBars
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


def run(
    spec: StrategySpec, history: History, *, with_trust: bool = False
) -> tuple[Document, TrustDocument | None]:
    """The result over the whole file, and what trust checks say where they are asked for."""
    bars, others, finer, warnings = history
    advance = compile_program(spec).backtest(bars, others)
    if finer is not None:
        advance.trades = resolve(spec, advance.trades, bars, finer)
    warnings = [*warnings, *short_history_warnings(spec, bars, others)]
    days = expected_days(bars.day, bars.close_ns // NS)
    document = backtest_document(advance, days, warnings, spanning=gap_warnings)
    return document, trust_of_file(advance, bars, others) if with_trust else None


def as_json(document: Document, trust: TrustDocument | None) -> str:
    """The result as it is printed for programs."""
    whole = document if trust is None else {**document, "trust": trust}
    return json.dumps(whole, allow_nan=False)


def summary(document: Document, trust: TrustDocument | None) -> str:
    """The result in a few lines for a person."""
    kpis, bars = document["kpis"], document["bars"]
    factor = "∞" if kpis.get("profit_factor_infinite") else f"{kpis['profit_factor']:.2f}"
    span = f", {bars['first']} to {bars['last']}" if bars["count"] else ""
    lines = [
        f"{document['symbol']} {document['timeframe']}: {bars['count']} bars{span}, "
        f"{kpis['trading_days']} trading days",
        f"trades {kpis['total_trades']}, win rate {kpis['win_rate']:.1f} %, "
        f"profit factor {factor}, total {kpis['total_r']:+.2f} R, "
        f"daily {kpis['daily_r']:+.3f} R, max drawdown {kpis['max_r_drawdown']:.2f} R",
    ]
    if document["open_trade"]:
        held = document["open_trade"]
        lines.append(f"open since {held['entry_fill_ts']} at {held['entry_price']:g}")
    if trust is not None:
        lines += trust_lines(trust)
    lines += [f"rejected {r['bar']}: {r['reason']}" for r in document["rejected"][:10]]
    lines += [f"warning: {text}" for text in document["warnings"]]
    return "\n".join(lines)
