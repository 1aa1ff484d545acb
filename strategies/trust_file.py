"""Trust checks of a backtest from files: no database, and all the history there is in one file."""

from typing import Any

from strategies.engine.program import Advance
from strategies.engine.trust.document import Document, Subject, document_of
from strategies.engine.trust.history import History, Sample
from strategies.trust_budget import Budget
from strategies.trust_text import headline_of

SECONDS = 120.0
WHOLE_FILE = "the file is all the history there is"
NAMES = {
    "look_ahead": "look-ahead",
    "warm_up": "warm-up",
    "significance": "entries",
    "monte_carlo": "monte carlo",
}


def trust_of_file(advance: Advance, history: History) -> Document:
    """The checks of a result over a whole file; its second half is what warm-up is checked on."""
    subject = Subject(advance.program, history, Sample.of(advance.trades), WHOLE_FILE)
    return document_of(subject, go_on=Budget(SECONDS))


def trust_lines(document: dict[str, Any]) -> list[str]:
    """A line per check for a person."""
    return [
        f"{NAMES[name]}: {document[name]['verdict']}. {headline_of(name, document[name])}"
        for name in NAMES
    ]
