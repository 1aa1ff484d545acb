"""`manage.py backtest STRATEGY.json --bars FILE [--json]`: one backtest, no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from market.calendar import expected_days
from strategies.engine.program.program import compile_program
from strategies.engine.report import Document, backtest_document
from strategies.engine.spec import StrategySpec
from strategies.engine.trust.outcomes import TrustDocument
from strategies.engine.walk.hifi import finer_of, resolve
from strategies.from_file.command import FileCommand
from strategies.from_file.reading import History, read_history, read_strategy
from strategies.record.other_timeframes import short_history_warnings
from strategies.trust.file import trust_lines, trust_of_file
from strategies.words.gaps import gap_warnings
from trader.work.plural import counted

NS = 1_000_000_000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("strategy", metavar="STRATEGY.json", help="the strategy record")
    parser.add_argument("--bars", required=True, metavar="FILE", help="CSV, plain or gzipped")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--trust", action="store_true", help="check the result as well")


def answer(options: Namespace) -> str:
    """The result as text or JSON. Raises UserError."""
    spec = read_strategy(Path(options.strategy))
    history = read_history(Path(options.bars), spec)
    found = run(spec, history, with_trust=options.trust)
    return as_json(*found) if options.json else summary(*found)


def run(
    spec: StrategySpec, history: History, *, with_trust: bool = False
) -> tuple[Document, TrustDocument | None]:
    """The result over the whole file, and what trust checks say where they are asked for."""
    bars, others, finer, warnings = history
    decide = finer_of(spec, bars, finer)
    advance = compile_program(spec).backtest(bars, others, finer=decide)
    if finer is not None:
        advance.trades = resolve(spec, advance.trades, bars, finer)
    warnings = [*warnings, *short_history_warnings(spec, bars, others)]
    days = expected_days(bars.day, bars.close_ns // NS)
    document = backtest_document(advance, days, warnings, spanning=gap_warnings)
    checked = trust_of_file(advance, bars, others, decide) if with_trust else None
    return document, checked


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
        f"{document['symbol']} {document['timeframe']}: {counted(bars['count'], 'bar')}{span}, "
        f"{counted(kpis['trading_days'] or 0, 'trading day')}",
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


COMMAND = FileCommand(
    "backtest",
    "Backtest a strategy file over a bars file and print the result.",
    add_arguments,
    answer,
)
