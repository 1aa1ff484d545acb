"""`manage.py search SPEC.json --bars FILE [--json]`: try many variants of a strategy, no database.

Progress goes to stderr. Ctrl-C ends the search and prints what was found until then.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strategies.engine.errors import StrategyError
from strategies.engine.evidence.luck import LEAST_DATES
from strategies.engine.figures.metrics import Kpis
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.from_file.command import FileCommand
from strategies.from_file.reading import UserError, json_of, read_history
from strategies.search.compute import search, size_document, variants_of
from strategies.search.plan import SearchPlan, parse_search
from strategies.search.results import (
    LuckDocument,
    SearchDocument,
    SearchMismatchError,
    SearchResult,
)
from trader.work.plural import counted

SECONDS_BETWEEN_LINES = 0.5
SHOWN_RESULTS = 20


class MismatchError(UserError):
    """A result that its own run does not repeat: ours to put right, not the caller's."""

    status = 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC.json", help="a strategy with a search block")
    parser.add_argument("--bars", required=True, metavar="FILE", help="CSV, plain or gzipped")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def answer(options: Namespace) -> str:
    """The result as text or JSON. Raises UserError."""
    plan = read_plan(Path(options.spec))
    spec = variants_of(plan).with_every_condition
    bars, others, _, warnings = read_history(Path(options.bars), spec)
    size = size_document(variants_of(plan))
    parts = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in size.items())
    sys.stderr.write(f"search: {parts}\n")
    with interruptible() as meter:
        meter.n_variants = size["variants"]
        try:
            document = search(plan, bars, others, meter)
        except SearchMismatchError as error:
            sys.stderr.write("\n")
            raise MismatchError(str(error)) from error
    meter.finish()
    document["warnings"] = [*warnings, *document["warnings"]]
    return json.dumps(document, allow_nan=False) if options.json else summary(document)


class Meter:
    """Counts what was tried, says so from time to time, and knows when to stop."""

    def __init__(self) -> None:
        self.n_variants = self.n_tried = 0
        self.is_interrupted = False
        self.started = self.written = time.monotonic()

    def __call__(self, n_more: int) -> bool:
        self.n_tried += n_more
        if time.monotonic() - self.written >= SECONDS_BETWEEN_LINES:
            self.write()
        return not self.is_interrupted

    def write(self) -> None:
        self.written = time.monotonic()
        rate = self.n_tried / max(self.written - self.started, 1e-9)
        share = 100 * self.n_tried // max(self.n_variants, 1)
        end = "\r" if sys.stderr.isatty() else "\n"
        sys.stderr.write(f"search: {self.n_tried:,} tried ({share} %), {rate:,.0f} a second{end}")
        sys.stderr.flush()

    def finish(self) -> None:
        self.write()
        if sys.stderr.isatty():
            sys.stderr.write("\n")

    def interrupt(self, *_: object) -> None:
        """Once ends the search; twice, the process."""
        if self.is_interrupted:
            raise KeyboardInterrupt
        self.is_interrupted = True


@contextmanager
def interruptible() -> Iterator[Meter]:
    """A meter that Ctrl-C makes end the search instead of the process."""
    meter = Meter()
    before = signal.signal(signal.SIGINT, meter.interrupt)
    try:
        yield meter
    finally:
        signal.signal(signal.SIGINT, before)


def read_plan(path: Path) -> SearchPlan:
    """The plan of a search file. Raises UserError."""
    data = json_of(path)
    try:
        return parse_search(data, default_packs=default_pack_records())
    except StrategyError as error:
        raise UserError(f"{path}: {error}") from error


def summary(document: SearchDocument) -> str:
    """The result in a few lines for a person."""
    days = document["in_sample"]["trading_days"], document["held_back"]["trading_days"]
    lines = [
        f"{document['symbol']} {document['timeframe']}: {document['n_tried']:,} of "
        f"{counted(document['size']['variants'], 'variant')} tried, {document['status']}; "
        f"searched {counted(days[0], 'trading day')}, held back {days[1]}",
    ]
    lines.append(_luck(document["luck"]))
    lines += [_line(result) for result in document["results"][:SHOWN_RESULTS]]
    if not document["results"]:
        lines.append("no variant reaches what is required")
    lines += [f"warning: {text}" for text in document["warnings"]]
    return "\n".join(lines)


def _luck(found: LuckDocument) -> str:
    """How far luck alone reaches among what was tried."""
    p, reached = found["luck_p"], found["luck_sharpe"]
    if p is None or reached is None:
        return f"luck: not judged on {counted(found['n_dates'], 'date')} ({LEAST_DATES} are needed)"
    apart = found["luck_sharpe_if_different"] or 0.0
    return (
        f"luck: tries as alike as these reach a Sharpe of {reached:.1f} by luck alone"
        f" ({apart:.1f} if they were all different); the best has {found['best_sharpe']:.1f}:"
        f" luck p {p:.3f}"
    )


def _line(result: SearchResult) -> str:
    changes = json.dumps(result["changes"], ensure_ascii=False)
    deflated = result["in_sample"]["dsr"]
    words = [
        f"{result['rank']:>3}.",
        _figures("searched", result["in_sample"]),
        _figures("held back", result["held_back"]) if result["held_back"] else "",
        f"luck p {result['luck_p']:.3f}" if result["luck_p"] is not None else "",
        f"deflated Sharpe {deflated:.2f}" if deflated is not None else "",
        "small sample" if result["is_small_sample"] else "",
    ]
    return " | ".join(filter(None, words)) + f"\n     {changes}"


def _figures(name: str, kpis: Kpis) -> str:
    factor = "∞" if kpis.get("profit_factor_infinite") else f"{kpis['profit_factor']:.2f}"
    return (
        f"{name}: {counted(kpis['total_trades'] or 0, 'trade')}, {kpis['win_rate']:.0f} % wins, "
        f"PF {factor}, {kpis['total_r']:+.2f} R"
    )


COMMAND = FileCommand(
    "search",
    "Try the variants of a search file over a bars file and print the best.",
    add_arguments,
    answer,
)
