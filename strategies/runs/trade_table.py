"""The trades of a run as a table: narrowed, in any order, in pages, with one of them marked.

Trades are counted, put in order and cut into pages by the database, however many there are. Where
the order is by what is made of several columns, those of every trade are read; whole rows are read
of one page only.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, cast

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.http import QueryDict

from strategies.models import Run, Trade
from strategies.querysets import TradeQuerySet
from strategies.runs.trade_order import made_order
from strategies.runs.trade_sizes import Beside, Sizing, running_of
from strategies.words.exits import reason_text

TRADES_PER_PAGE = 50
LONGEST = 40
NEWEST = "-number"
RESULTS = {"win": "Wins", "loss": "Losses"}
# What the address says of the table; `trade` is the number of the one that is marked.
NAMES = ("sort", "reason", "segment", "result", "side", "page", "trade")

Chosen = dict[str, str | int]


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
# Filters by the column that they are about.
FILTERED = {"reason": "exit_reason", "segment": "segment", "side": "direction"}


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


class Kind(NamedTuple):
    """What filters tell apart, and how many trades are of this kind."""

    exit_reason: str
    segment: str
    direction: str
    win: bool
    n: int


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
        self.trades: TradeQuerySet = run.trades.all()
        self.pages = Paginator(self._numbers, TRADES_PER_PAGE)
        # Known already, so that nothing is counted twice.
        self.pages.count = self.n_kept
        self.page: Page[int] = self.pages.get_page(self._page_asked_for())

    @cached_property
    def kept(self) -> TradeQuerySet:
        """Those that the filters leave."""
        chosen, kept = self.chosen, self.trades
        for name, column in FILTERED.items():
            if chosen[name]:
                kept = kept.filter(**{column: chosen[name]})
        return kept.filter(win=chosen["result"] == "win") if chosen["result"] else kept

    @cached_property
    def _field(self) -> str | None:
        key = self.sort.removeprefix("-")
        if key == "money" and not self.sizing.costs.are_units_whole:
            # As many shares as the risk allows: dollars are R times that risk.
            return "r_multiple"
        return COLUMNS[key].field

    @property
    def _is_down(self) -> bool:
        return self.sort.startswith("-")

    @cached_property
    def _numbers(self) -> Sequence[int]:
        """Numbers of the trades in order: equal ones newest first, those without a value last."""
        if self._field is None:
            return made_order(self.trades, self.kept, self.sort, self.sizing)
        value = F(self._field)
        first = value.desc(nulls_last=True) if self._is_down else value.asc(nulls_last=True)
        rows = self.kept.order_by(first, "-number").values_list("number", flat=True)
        return cast(Sequence[int], rows)

    @cached_property
    def kinds(self) -> list[Kind]:
        """Which kinds of trades there are, and how many of each."""
        rows = self.trades.order_by().values_list(*Kind._fields[:-1])
        return [Kind(*row) for row in rows.annotate(n=Count("pk"))]

    @property
    def n_all(self) -> int:
        return sum(one.n for one in self.kinds)

    @property
    def n_kept(self) -> int:
        return sum(one.n for one in self.kinds if self._is_kept(one))

    def _is_kept(self, kind: Kind) -> bool:
        chosen = self.chosen
        asked = all(
            chosen[name] in ("", getattr(kind, column)) for name, column in FILTERED.items()
        )
        return asked and chosen["result"] in ("", "win" if kind.win else "loss")

    def _page_asked_for(self) -> int:
        """That of the marked trade, when it is among them."""
        marked = int(self.chosen["trade"] or 0)
        place = self._place_of(marked) if marked else None
        return int(self.chosen["page"] or 1) if place is None else place // TRADES_PER_PAGE + 1

    def _place_of(self, number: int) -> int | None:
        """How many trades come before one in this order; None when it is not among them."""
        if self._field is None:
            return self._numbers.index(number) if number in self._numbers else None
        found = self.kept.filter(number=number).values_list(self._field).first()
        return None if found is None else self.kept.filter(self._before(found[0], number)).count()

    def _before(self, value: float | str | None, number: int) -> Q:
        assert self._field is not None
        if self._field == "number":
            return Q(number__gt=number) if self._is_down else Q(number__lt=number)
        is_null = {f"{self._field}__isnull": True}
        if value is None:
            return Q(**is_null, number__gt=number) | ~Q(**is_null)
        beyond = {f"{self._field}__{'gt' if self._is_down else 'lt'}": value}
        return Q(**beyond) | Q(**{self._field: value}, number__gt=number)

    @cached_property
    def rows(self) -> list[Row]:
        """Those of the page."""
        numbers = list(self.page)
        found = {one.number: one for one in self.trades.filter(number__in=numbers)}
        shown = [found[number] for number in numbers if number in found]
        running = running_of(shown).get(self.run.pk, {})
        return [self._row(trade, running.get(trade.number)) for trade in shown]

    def _row(self, trade: Trade, running: float | None) -> Row:
        sizing = self.sizing
        shares, amount = sizing.shares(trade.risk), sizing.amount(trade.pnl, trade.risk)
        is_marked = trade.number == self.chosen["trade"]
        return Row(trade, Beside(shares, amount, running), is_marked)

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
        reasons = sorted({one.exit_reason for one in self.kinds}, key=reason_text)
        segments = {one.segment for one in self.kinds}
        sides = {one.direction for one in self.kinds}
        offered = [
            ("reason", "Reason", [(one, reason_text(one)) for one in reasons]),
            ("segment", "Segment", [one for one in SEGMENTS if one[0] in segments]),
            ("result", "Result", list(RESULTS.items()) if self.kinds else []),
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

    @cached_property
    def best(self) -> int | None:
        """The number of the best of the trades that are kept and count."""
        return self._extreme("-r_multiple")

    @cached_property
    def worst(self) -> int | None:
        return self._extreme("r_multiple")

    def _extreme(self, order: str) -> int | None:
        """None where there is only one; of equal ones the newest in this order."""
        counted = self.kept.counted().filter(r_multiple__isnull=False)
        first = list(counted.order_by(order, "-number").values_list("number", flat=True)[:2])
        return first[0] if len(first) > 1 else None

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
