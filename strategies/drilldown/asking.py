"""What the address asks of a drill-down, and the question that it is to the draft beside it.

Names that begin with `drill_` are of the drill-down; the others are the builder's.
"""

import uuid
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from accounts.models import User
from market.timeframes import TIMEFRAMES
from strategies.builder.draft import Draft
from strategies.checking import check_record
from strategies.drilldown import queue
from strategies.drilldown.choices import (
    ENTRY_KEY,
    Asked,
    Choice,
    Tab,
    choices_of,
    with_a_way_out,
    without_entry,
)
from strategies.drilldown.sets import emptied
from strategies.engine.errors import StrategyError
from strategies.models import Drilldown, Pack, Strategy
from strategies.packs.names import PackNames
from strategies.record.lookback import visible_window
from strategies.record.shape import Unread
from strategies.runs.queue import market_now

PREFIX = "drill_"
ENTRY = "entry"
SHOWN, MORE = 12, 12
SORTS = {
    "profit_factor": "Profit factor",
    "win_rate": "Win rate",
    "daily_r": "R per day",
    "r_squared": "R²",
    "total_trades": "Trades",
    "avg_r": "Mean R",
    "effect": "Effect",
}
ORDERS = {"down": "Best first", "up": "Worst first"}
USUAL = {"sort": "profit_factor", "order": "down", "trades": 3, "shown": SHOWN}
DEPTHS = {Tab.EXITS: 3, Tab.CONDITIONS: 4, Tab.GENERAL: 4}


class DrillForm(forms.Form):
    """What is shown of a tab; whatever does not fit is as if it were not said."""

    tab = forms.ChoiceField(choices=Tab.choices, required=False)
    depth = forms.IntegerField(min_value=0, max_value=4, required=False)
    on = forms.ChoiceField(
        choices=[("", "Own bars"), *((name, name) for name in TIMEFRAMES)], required=False
    )
    sort = forms.ChoiceField(choices=list(SORTS.items()), required=False)
    order = forms.ChoiceField(
        choices=[("down", "Best first"), ("up", "Worst first")], required=False
    )
    words = forms.CharField(max_length=60, required=False, strip=True)
    trades = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    win_rate = forms.FloatField(min_value=0, max_value=100, required=False)
    profit_factor = forms.FloatField(min_value=0, max_value=1000, required=False)
    daily_r = forms.FloatField(min_value=-1000, max_value=1000, required=False)
    r_squared = forms.FloatField(min_value=0, max_value=1, required=False)
    shown = forms.IntegerField(min_value=SHOWN, max_value=1000, required=False)

    def add_prefix(self, field_name: str) -> str:
        return f"{PREFIX}{field_name}"


class DrillQuery:
    """The part of an address that speaks of the drill-down."""

    def __init__(self, query: QueryDict) -> None:
        said = QueryDict(mutable=True)
        for name in [one for one in query if one.startswith(PREFIX)]:
            said[name] = str(query[name])
        self.form = DrillForm(said)
        self.form.is_valid()
        given = {
            name: value for name, value in self.form.cleaned_data.items() if value not in ("", None)
        }
        self.values: dict[str, object] = {**USUAL, **given}

    @property
    def tab(self) -> Drilldown.Tab | None:
        said = self.text("tab")
        return Drilldown.Tab(said) if said else None

    @property
    def depth(self) -> int:
        """How many at most are combined; 0 where each choice is looked at alone."""
        most = DEPTHS.get(self.tab, 0) if self.tab else 0
        return min(self.number("depth"), most)

    def number(self, name: str) -> int:
        value = self.values.get(name)
        return int(value) if isinstance(value, int | float) else 0

    def bound(self, name: str) -> float | None:
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) else None

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "")

    def encoded(self, **change: object) -> str:
        """As the address has it, with some of it changed; what is usual is left out."""
        values = {**self.values, **change}
        return urlencode(
            {
                f"{PREFIX}{name}": value
                for name, value in values.items()
                if value not in ("", None) and value != USUAL.get(name)
            }
        )


class Question:
    """A tab asked about what a draft holds; `fault` says why it can't be."""

    def __init__(self, user: User, query: QueryDict, strategy: Strategy | None = None) -> None:
        self.user, self.strategy = user, strategy
        self.drill = DrillQuery(query)
        plain = query.copy()
        for name in [one for one in plain if one.startswith(PREFIX)]:
            del plain[name]
        self.query = plain
        self.draft = Draft(user, plain, strategy)

    @property
    def has_entry(self) -> bool:
        return bool(self.draft.state.get(ENTRY))

    @property
    def asked(self) -> Asked | None:
        tab = self.drill.tab
        return None if tab is None else Asked(tab, self.drill.depth, self.drill.text("on"))

    @cached_property
    def read(self) -> Draft:
        """The draft; while it has no entry yet with one that stands for it."""
        if self.has_entry:
            return self.draft
        draft = self.draft
        state, names = draft.state, draft.names
        entry = without_entry(names, str(state.get("direction")), str(state.get("timeframe")))
        query = self.query.copy()
        query[ENTRY] = entry
        return Draft(self.user, query, self.strategy, beside=draft)

    @cached_property
    def record(self) -> Unread | None:
        """The record to change; None while the form can't be read."""
        return None if self.plain is None else with_a_way_out(self.plain)

    @cached_property
    def plain(self) -> Unread | None:
        """The record as the form says it."""
        form = self.read.form
        return form.as_record() if form.is_valid() else None

    @cached_property
    def choices(self) -> list[Choice]:
        asked, record = self.asked, self.record
        if asked is None or record is None:
            return []
        return _choices(asked, record, self.draft.names, has_entry=self.has_entry)

    @property
    def fault(self) -> str:
        """Why nothing can be asked now, and what to do."""
        if self.asked is None:
            return ""
        if not self.has_entry and self.asked.tab != Tab.ENTRY:
            return "Choose an entry trigger first: what opens a trade decides what all else does."
        if self.record is None:
            errors = [
                f"{self.read.form.fields[name].label or name}: {' '.join(map(str, found))}"
                for name, found in self.read.form.errors.items()
                if name in self.read.form.fields
            ]
            return " ".join(errors) or "Complete the strategy first."
        if not self.choices:
            return "Nothing is offered here. Enable a pack under Packs."
        return ""

    def find(self) -> Drilldown | None:
        """The answer that is known or being computed. Raises StrategyError."""
        if self.asked is None or self.record is None:
            return None
        checked = check_record(self.user, self.record)
        window = visible_window(checked.record, market_now(checked.record["data_source"]))
        wanted = queue.digest_of(self.asked, checked, self.choices, window.start_ts)
        return queue.find(self.user, wanted)

    def start(self, replaces: uuid.UUID | None = None) -> Drilldown:
        """Queue it. Raises StrategyError and RunLimitError."""
        if self.asked is None or self.record is None or self.fault:
            raise StrategyError([("drill_tab", self.fault or "Choose a tab.")])
        return queue.start(
            self.user,
            self.asked,
            self.record,
            self.choices,
            has_base=self.has_entry,
            replaces=replaces,
        )

    def address(self, **change: object) -> str:
        """Where the builder shows this draft with the drill-down."""
        drill = self.drill.encoded(**change)
        return f"{self.draft.address}&{drill}" if drill else self.draft.address


def start_for_record(user: User, asked: Asked, given: Unread) -> Drilldown:
    """Ask about a record as files and the API have it. Raises StrategyError and RunLimitError."""
    names, key = PackNames(Pack.objects.for_user(user)), ENTRY_KEY
    has_entry = bool(given.get(key))
    if not has_entry:
        if asked.tab != Tab.ENTRY:
            raise StrategyError([(key, "Choose what opens a trade before you vary the rest.")])
        direction, timeframe = given.get("direction") or "LONG", given.get("timeframe") or "1Min"
        given = {**given, key: without_entry(names, str(direction), str(timeframe))}
    # Packs that come with the record are read by it and no part of it.
    record = {**with_a_way_out(dict(check_record(user, given).record)), "packs": given.get("packs")}
    choices = _choices(asked, record, names, has_entry=has_entry)
    return queue.start(user, asked, record, choices, has_base=has_entry)


def _choices(asked: Asked, record: Unread, names: PackNames, *, has_entry: bool) -> list[Choice]:
    """Combinations take the place of what is chosen; what stands for an entry is none yet."""
    subject = emptied(asked.tab, record) if asked.depth else record
    return choices_of(asked, subject if has_entry else {**subject, ENTRY_KEY: ""}, names)
