"""Import bars from CSV files."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from market.errors import BarsError
from market.ingest.imports import import_files, import_source


class Command(BaseCommand):
    help = "Import CSV bars (ts,open,high,low,close,volume): all files, or none of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="plain or gzipped CSV")
        parser.add_argument("--symbol", required=True)
        parser.add_argument("--timeframe", required=True, help="1Min or 1Day")
        parser.add_argument("--source", required=True, metavar="NAME", help="stored as import:NAME")

    def handle(
        self, *, files: list[str], symbol: str, timeframe: str, source: str, **options: object
    ) -> None:
        symbol = symbol.upper()
        try:
            source = import_source(source)
            run = import_files(files, symbol, timeframe, source)
        except BarsError as error:
            raise CommandError(str(error), returncode=2) from None
        for warning in run.warnings:
            self.stderr.write(f"warning: {warning}")
        self.stdout.write(
            f"{source} {symbol} {timeframe}: {run.n_rows} rows, "
            f"{run.n_new} new, {run.n_revised} revised."
        )
