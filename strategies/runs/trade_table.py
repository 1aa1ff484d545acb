"""The trades of a run as a table: narrowed, in any order, in pages, with one of them marked.

Of every trade a few columns are read, so that all of them can be put in order, added up and
counted; only those of one page are read whole.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Page, Paginator
from django.http import QueryDict

from strategies.engine.walk.trades import is_counted
from strategies.models import Run, Trade
from strategies.runs.trade_sizes import Beside, Result, Sizing, running_r
from strategies.words.exits import reason_text

TRADES_PER_PAGE = 50
LONGEST = 40
NEWEST = "-number"
RESULTS = {"win": "Wins", "loss": "Losses"}
# What the address says of the table; `trade` is the number of the one that is marked.
NAMES = ("sort", "reason", "segment", "result", "side", "page", "trade")

Order = float | str | None
Chosen = dict[str, str | int]


class Line(NamedTuple):
    """What is read of every trade."""

    number: int
    r_multiple: float | None
    exit_reason: str
    pnl: float | None
    risk: float
    segment: str
    direction: str
    win: bool
    # The column by which the table is in order, where that is none of the others.
    column: Order


class Column(NamedTuple):
    """A way of putting trades in order; `field` is None where it is made of others."""

    label: str
    field: str | None = None
    # Which way comes first: the largest, or the first of the alphabet.
    is_text: bool = False
    note: str = ""


COLUMNS = {
    "number": Column("Time", "number"),
    "r": Column("R", "r_multiple"),
    "money": Column("Net $", note="What these shares earned, costs taken off."),
    "running": Column("Running R", note="Sum of R up to this trade, in the order of time."),
    "shares": Column(
        "Shares",
        note="At the risk per trade; whole ones where the costs have a minimum per order.",
    ),
    "entry": Column("Entry price", "entry_price"),
    "exit": Column("Exit price", "exit_price"),
    "reason": Column("Reason", is_text=True),
    "stop": Column("Stop", "initial_stop_price"),
    "target": Column("Target", "target_price"),
    "mae": Column("MAE", "mae_r", note="How far it was behind at worst, in R."),
    "mfe": Column("MFE", "mfe_r", note="How far it was ahead at best, in R."),
    "bars": Column("Bars held", "bars_held"),
    "segment": Column("Segment", "segment", is_text=True),
}
SORT_CHOICES = [(f"{sign}{key}", key) for key in COLUMNS for sign in ("-", "")]
SEGMENTS = list(Trade.Segment.choices)
SIDES = {"LONG": "Long", "SHORT": "Short"}


class TableForm(forms.Form):
    """Read from the address; a value that can't be is as if it were not there."""

    sort = forms.ChoiceField(required=False, choices=SORT_CHOICES)
    reason = forms.CharField(required=False, max_length=LONGEST)
    segment = forms.ChoiceField(required=False, choices=SEGMENTS)
    result = forms.ChoiceField(required=False, choices=list(RESULTS.items()))
    side = forms.ChoiceField(required=False, choices=list(SIDES.items()))
    page = forms.IntegerField(required=False, min_value=1, max_value=10**6)
    trade = forms.IntegerField(required=False, min_value=1, max_value=10**9)


class Choice(NamedTuple):
    """A filter with the (value, label) pairs to choose from, and its value."""

    name: str
    label: str
    all_label: str
    options: list[tuple[str, str]]
    value: str


class Head(NamedTuple):
    """A column's head: which order its link asks for, and which it is in now."""

    key: str
    label: str
    note: str
    sort: str
    direction: str


class Row(NamedTuple):
    trade: Trade
    beside: Beside
    is_marked: bool


class TradeTable:
    """The trades of one run as an address asks for them."""

    def __init__(self, run: Run, asked: QueryDict, page_url: str, *, is_tab: bool = False) -> None:
        """`page_url` is the page it stands on, with what its address says beside the table."""
        form = TableForm(asked)
        form.is_valid()
        self.page_url, self.is_tab = page_url, is_tab
        self.chosen: Chosen = {name: form.cleaned_data.get(name) or "" for name in NAMES}
        self.sort = str(self.chosen["sort"]) or NEWEST
        self.run = run
        self.sizing = Sizing.of(run.config)
        self.lines = self._read()
        results = (Result(one.number, one.r_multiple, one.exit_reason) for one in self.lines)
        self.running = running_r(results)
        self.kept = self._in_order([one for one in self.lines if self._is_kept(one)])
        self.pages = Paginator([one.number for one in self.kept], TRADES_PER_PAGE)
        self.page: Page[int] = self.pages.get_page(self._page_asked_for())

    def _read(self) -> list[Line]:
        field = COLUMNS[self.sort.removeprefix("-")].field or "number"
        columns = (*Line._fields[:-1], field)
        return [Line(*row) for row in self.run.trades.order_by("number").values_list(*columns)]

    def _is_kept(self, line: Line) -> bool:
        chosen = self.chosen
        return (
            chosen["reason"] in ("", line.exit_reason)
            and chosen["segment"] in ("", line.segment)
            and chosen["side"] in ("", line.direction)
            and chosen["result"] in ("", "win" if line.win else "loss")
        )

    def _in_order(self, lines: list[Line]) -> list[Line]:
        """Equal ones newest first, those without a value last."""
        value = self._value()
        known: list[tuple[Any, Line]] = []
        missing = []
        for line in reversed(lines):
            found = value(line)
            if found is None:
                missing.append(line)
            else:
                known.append((found, line))
        known.sort(key=itemgetter(0), reverse=self.sort.startswith("-"))
        return [line for _, line in known] + missing

    def _value(self) -> Callable[[Line], Order]:
        made: dict[str, Callable[[Line], Order]] = {
            "money": lambda line: self.sizing.amount(line.pnl, line.risk),
            "running": lambda line: self.running[line.number],
            "shares": lambda line: self.sizing.shares(line.risk),
            "reason": lambda line: reason_text(line.exit_reason),
        }
        return made.get(self.sort.removeprefix("-"), lambda line: line.column)

    def _page_asked_for(self) -> int:
        """That of the marked trade, when it is among them."""
        numbers = [one.number for one in self.kept]
        marked = int(self.chosen["trade"] or 0)
        if marked in numbers:
            return numbers.index(marked) // TRADES_PER_PAGE + 1
        return int(self.chosen["page"] or 1)

    @property
    def rows(self) -> list[Row]:
        """Those of the page."""
        numbers = list(self.page)
        found = {one.number: one for one in self.run.trades.filter(number__in=numbers)}
        return [self._row(found[number]) for number in numbers if number in found]

    def _row(self, trade: Trade) -> Row:
        sizing = self.sizing
        made = Beside(
            sizing.shares(trade.risk),
            sizing.amount(trade.pnl, trade.risk),
            self.running[trade.number],
        )
        return Row(trade, made, trade.number == self.chosen["trade"])

    @property
    def heads(self) -> dict[str, Head]:
        return {key: self._head(key, column) for key, column in COLUMNS.items()}

    def _head(self, key: str, column: Column) -> Head:
        is_sorted = self.sort.removeprefix("-") == key
        ways = (key, f"-{key}") if column.is_text else (f"-{key}", key)
        wanted = ways[1] if self.sort == ways[0] else ways[0]
        now = "descending" if self.sort.startswith("-") else "ascending"
        return Head(key, column.label, column.note, wanted, now if is_sorted else "")

    @property
    def choices(self) -> list[Choice]:
        """Filters that tell trades of this run apart."""
        reasons = sorted({one.exit_reason for one in self.lines}, key=reason_text)
        segments = {one.segment for one in self.lines}
        sides = {one.direction for one in self.lines}
        offered = [
            ("reason", "Reason", [(one, reason_text(one)) for one in reasons]),
            ("segment", "Segment", [one for one in SEGMENTS if one[0] in segments]),
            ("result", "Result", list(RESULTS.items()) if self.lines else []),
            ("side", "Side", [one for one in SIDES.items() if one[0] in sides]),
        ]
        return [
            Choice(name, label, "All", options, str(self.chosen[name]))
            for name, label, options in offered
            if len(options) > 1 or self.chosen[name]
        ]

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """Every order with words, for where the heads are out of sight."""
        words = {True: (", A to Z", ", Z to A"), False: (", smallest first", ", largest first")}
        named = {"number": (", oldest first", ", newest first")}
        found = []
        for key, column in COLUMNS.items():
            up, down = named.get(key, words[column.is_text])
            both = [(key, f"{column.label}{up}"), (f"-{key}", f"{column.label}{down}")]
            found += both if column.is_text else both[::-1]
        return found

    @property
    def best(self) -> int | None:
        """The number of the best of the trades that are kept and count."""
        return self._extreme(max)

    @property
    def worst(self) -> int | None:
        return self._extreme(min)

    def _extreme(self, pick: Callable[..., Line]) -> int | None:
        counted = [one for one in self.kept if _counts(one)]
        return pick(counted, key=lambda one: one.r_multiple).number if len(counted) > 1 else None

    @property
    def is_narrowed(self) -> bool:
        return any(self.chosen[name] for name in ("reason", "segment", "result", "side"))

    @property
    def is_as_usual(self) -> bool:
        """Whether the address says nothing of the table."""
        return not any(self.chosen.values())

    @property
    def query(self) -> str:
        """What the address says of the table."""
        return _encoded(self.chosen)

    def address(self, **changes: str | int) -> str:
        """Its page with changes; without others it is the first one, with no trade marked."""
        query = _encoded({**self.chosen, "page": "", "trade": "", **changes})
        joint = "&" if "?" in self.page_url else "?"
        return f"{self.page_url}{joint}{query}" if query else self.page_url


def without_place(query: str) -> str:
    """The same order and filters for the trades of another result: no page, none of them marked."""
    asked = QueryDict(query, mutable=True)
    for name in ("page", "trade"):
        asked.pop(name, None)
    return asked.urlencode()


def _encoded(chosen: Chosen) -> str:
    address = QueryDict(mutable=True)
    address.update({name: str(value) for name, value in chosen.items() if value})
    return address.urlencode()


def _counts(line: Line) -> bool:
    return line.r_multiple is not None and is_counted(line.exit_reason)
