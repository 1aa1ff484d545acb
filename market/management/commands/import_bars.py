"""Import bars from CSV files."""

import signal
import sys
from argparse import ArgumentParser
from types import FrameType

from django.core.management.base import BaseCommand, CommandError

from market.errors import BarsError
from market.ingest.imports import import_files, import_source
from market.ingest.runs import request_cancel
from market.models import IngestRun
from market.store.reading import Series
from trader.work.plural import counted


class Command(BaseCommand):
    help = (
        "Import CSV bars (ts,open,high,low,close,volume): all files, or none of them. Nobody waits "
        "for it, and nobody sees any of it before all of it is there. Ctrl-C cancels it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="plain or gzipped CSV")
        parser.add_argument("--symbol", required=True)
        parser.add_argument("--timeframe", required=True, help="1Min or 1Day")
        parser.add_argument("--source", required=True, metavar="NAME", help="stored as import:NAME")
        parser.add_argument(
            "--cancel", action="store_true", help="end the running import of this series instead"
        )

    def handle(
        self,
        *,
        files: list[str],
        symbol: str,
        timeframe: str,
        source: str,
        cancel: bool = False,
        **options: object,
    ) -> None:
        try:
            series = Series(import_source(source), symbol.upper(), timeframe)
            if cancel:
                self._cancel(series)
            elif not files:
                raise BarsError("name at least one FILE")
            else:
                self._import(files, series)
        except BarsError as error:
            raise CommandError(str(error), returncode=2) from None

    def _cancel(self, series: Series) -> None:
        if not request_cancel(series):
            raise BarsError(f"no import of {' '.join(series)} is running")
        self.stdout.write(f"{' '.join(series)}: the import ends; nothing of it is kept.")

    def _import(self, files: list[str], series: Series) -> None:
        source, symbol, timeframe = series
        before = signal.signal(signal.SIGTERM, _as_interrupt)
        try:
            run = import_files(files, symbol, timeframe, source, on_progress=self._show_progress)
        except KeyboardInterrupt:
            raise CommandError("cancelled; nothing was kept", returncode=130) from None
        finally:
            signal.signal(signal.SIGTERM, before)
        self._report(run, series)

    def _show_progress(self, n_staged: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{counted(n_staged, 'bar')} stored, not yet shown ", ending="")

    def _report(self, run: IngestRun, series: Series) -> None:
        for warning in run.warnings:
            self.stderr.write(f"warning: {warning}")
        rows = counted(run.n_rows, "row")
        self.stdout.write(f"{' '.join(series)}: {rows}, {run.n_new} new, {run.n_revised} revised.")


def _as_interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
