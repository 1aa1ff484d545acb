"""The recorded bars that come with the project, as source `sample`."""

from pathlib import Path

from market.ingest.csv_bars import read_bars_csv
from market.ingest.imports import Batch, run_ingest
from market.instruments import ensure_instruments
from market.models import DataVersion, IngestRun
from market.sources import SAMPLE

SYMBOL = "SPY"
PATH = Path(__file__).parent / "SPY_1Min.csv.gz"


def load_sample() -> IngestRun | None:
    """Store the sample bars. Costs nothing when they are already there (then None)."""
    ensure_instruments()
    if DataVersion.objects.filter(source=SAMPLE, symbol=SYMBOL, timeframe="1Min").exists():
        return None
    return run_ingest(SAMPLE, SYMBOL, "1Min", _fetch, trigger="seed")


def _fetch() -> list[Batch]:
    read = read_bars_csv(PATH)
    return [Batch(PATH.name, read.bars, read.warnings)]
