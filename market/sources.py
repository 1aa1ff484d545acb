"""The kinds of sources that bars come from: a row each, and all that is asked of a source's name.

A source is named by its kind alone (`sample`) or by its kind and a name of its own
(`replay:<code>`). A new kind is a new row here.
"""

from typing import NamedTuple

SAMPLE = "sample"
SIMULATED = "simulated"
IMPORT = "import"
REPLAY = "replay"
ALPACA = "alpaca"


class SourceKind(NamedTuple):
    """In the label `{source}` is the whole name, `{name}` and `{NAME}` what follows the colon."""

    kind: str
    # How it is called wherever it is named.
    label: str
    is_named: bool = False
    # Everyone may read it; else only whom its row in the database belongs to.
    is_shared: bool = True
    # A feed may write it, so that new bars can come.
    is_fed: bool = False
    # That feed brings every offered symbol, also one of which no bar is stored yet.
    brings_offered: bool = False
    is_simulated: bool = False
    is_replayed: bool = False

    @property
    def prefix(self) -> str:
        """What the names of its sources begin with."""
        return f"{self.kind}:" if self.is_named else self.kind

    @property
    def is_recorded(self) -> bool:
        """Whether its bars have been and no feed brings new ones: nothing live can happen on it."""
        return not self.is_fed

    @property
    def is_real(self) -> bool:
        """Whether its bars came from a market as it happened."""
        return not (self.is_simulated or self.is_replayed)


KINDS = {
    row.kind: row
    for row in (
        SourceKind(
            SAMPLE,
            label="Sample data",
        ),
        SourceKind(
            SIMULATED,
            label="Simulated data",
            is_fed=True,
            brings_offered=True,
            is_simulated=True,
        ),
        SourceKind(
            IMPORT,
            label="Imported: {name}",
            is_named=True,
        ),
        SourceKind(
            REPLAY,
            label="Replay",
            is_named=True,
            is_shared=False,
            is_fed=True,
            is_replayed=True,
        ),
        SourceKind(
            ALPACA,
            label="Alpaca {NAME}",
            is_named=True,
            is_fed=True,
            brings_offered=True,
        ),
    )
}
# Of names that no row knows: rows of the past, and alerts that were never about a market.
UNKNOWN = SourceKind("", "{source}", is_shared=False)


def kind_of(source: str) -> SourceKind:
    """The row of a source; `UNKNOWN` for a name that is of no kind."""
    word, colon, _ = source.partition(":")
    row = KINDS.get(word, UNKNOWN)
    return row if bool(colon) == row.is_named else UNKNOWN


def source_of(kind: str, name: object) -> str:
    """The name of a source: `replay:<code>`."""
    return f"{KINDS[kind].prefix}{name}"


def name_of(source: str) -> str:
    """What follows the kind; empty where nothing does."""
    return source.partition(":")[2]


def label_of(source: str) -> str:
    """How a source is called, in choices, on pages and in the API."""
    name = name_of(source)
    return kind_of(source).label.format(source=source, name=name, NAME=name.upper()).strip()
