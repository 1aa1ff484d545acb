"""What the builder's page needs of the drill-down: read-back, the six columns, cards, undo."""

from typing import NamedTuple
from urllib.parse import urlsplit

from accounts.ownership import AuthenticatedRequest
from strategies.drilldown.asking import Question
from strategies.drilldown.changing import columns_of
from strategies.drilldown.panel import Panel
from strategies.engine.errors import StrategyError
from strategies.models import Drilldown
from strategies.packs.read_back import read_back

Context = dict[str, object]
LONGEST_TEXT = 200


class Undo(NamedTuple):
    """What was done, and the address before it."""

    text: str
    url: str


def undo_of(request: AuthenticatedRequest) -> Undo | None:
    """The step back from a change that a card or a chip has made."""
    text = request.GET.get("did", "")[:LONGEST_TEXT]
    before = urlsplit(request.headers.get("HX-Current-URL", ""))
    if not text or before.path != request.path:
        return None
    return Undo(text, f"{before.path}?{before.query}" if before.query else before.path)


def drill_context(question: Question, row: Drilldown | None = None, fault: str = "") -> Context:
    """The section as it is now, with the answer where there is one."""
    fault = fault or question.fault
    if question.asked is not None and not fault and row is None:
        try:
            row = question.find()
        except StrategyError as error:
            fault = told(error)
    has_entry = question.has_entry and question.plain is not None
    return {
        "drill": Panel(question, row),
        "drill_fault": fault,
        "drill_columns": columns_of(question),
        "read_back": read_back(question.plain or {}, question.draft.names) if has_entry else "",
    }


def told(error: StrategyError) -> str:
    return " ".join(f"{field}: {message}" for field, message in error.errors)
