"""Trust checks of a backtest from files: no database, and all the history there is in one file."""

from collections.abc import Mapping

from strategies.engine.program.advance import Advance
from strategies.engine.program.program import compile_program
from strategies.engine.trust.document import Subject, document_of
from strategies.engine.trust.history import History, Sample
from strategies.engine.trust.outcomes import CheckName, TrustDocument
from strategies.engine.types import Bars
from strategies.engine.walk.hifi import Finer
from strategies.trust.budget import Budget
from strategies.trust.words import headline_of

SECONDS = 120.0
WHOLE_FILE = "the file is all the history there is"
NAMES: dict[CheckName, str] = {
    "look_ahead": "look-ahead",
    "warm_up": "warm-up",
    "significance": "entries",
    "monte_carlo": "monte carlo",
}


def trust_of_file(
    advance: Advance,
    bars: Bars,
    others: Mapping[str, Bars] | None = None,
    finer: Finer | None = None,
) -> TrustDocument:
    """The checks of a result over a whole file; its second half is what warm-up is checked on."""
    history = History(bars, others or {}, finer=finer)
    program = compile_program(advance.program.spec)
    subject = Subject(program, history, Sample.of(advance.trades), WHOLE_FILE)
    return document_of(subject, go_on=Budget(SECONDS))


def trust_lines(document: TrustDocument) -> list[str]:
    """A line per check for a person."""
    return [
        f"{NAMES[name]}: {document[name]['verdict']}. {headline_of(name, document[name])}"
        for name in NAMES
    ]
