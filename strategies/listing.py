"""What of the list of strategies is shown: its filters and order, as cards or as a table."""

import math
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django import forms
from django.urls import reverse

from accounts.models import User
from market import clock
from market.sources import label_of
from strategies.models import Run, Strategy
from strategies.periods import LABELS as PERIODS
from strategies.periods import Part, parts_of
from strategies.querysets import StrategyQuerySet

SORT_LABELS = {
    "newest": "Newest",
    "oldest": "Oldest",
    "name": "Name",
    "trades": "Trades",
    "win_rate": "Win rate",
    "profit_factor": "Profit factor",
    "total_r": "Total R",
    "daily_r": "Daily R",
    "max_drawdown": "Max drawdown",
}
LONGEST, MOST_WORDS = 120, 6
# Orders by a figure, the figure's key; a drawdown is negative, so the shallowest comes first.
FIGURES = {
    "trades": "total_trades",
    "win_rate": "win_rate",
    "profit_factor": "profit_factor",
    "total_r": "total_r",
    "daily_r": "daily_r",
    "max_drawdown": "max_r_drawdown",
}
# Marks a message that offers to take a deletion back; the numbers of the strategies follow.
RESTORE = "restore:"


class Choice(NamedTuple):
    """A select of the form: name, label, word for no choice, (value, label) pairs, its value."""

    name: str
    label: str
    all_label: str
    options: list[tuple[str, str]]
    value: str = ""


class Known(NamedTuple):
    """As much of a strategy as choices are made of."""

    symbol: str
    timeframe: str
    data_source: str
    tag_line: str
    archived_at: datetime | None
    deleted_at: datetime | None


class ListForm(forms.Form):
    """Read from the address; a value that can't be is as if it were not there."""

    q = forms.CharField(required=False, max_length=LONGEST)
    symbol = forms.CharField(required=False, max_length=LONGEST)
    direction = forms.ChoiceField(required=False, choices=Strategy.Direction.choices)
    timeframe = forms.CharField(required=False, max_length=LONGEST)
    source = forms.CharField(required=False, max_length=LONGEST)
    tag = forms.CharField(required=False, max_length=LONGEST)
    monitored = forms.ChoiceField(required=False, choices=[("yes", "Yes"), ("no", "No")])
    period = forms.ChoiceField(required=False, choices=list(PERIODS.items()))
    shown = forms.ChoiceField(required=False, choices=[("archive", "Archive")])
    sort = forms.ChoiceField(required=False, choices=list(SORT_LABELS.items()))
    view = forms.ChoiceField(required=False, choices=[("cards", "Cards"), ("table", "Table")])

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        found = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return {**found, "sort": found["sort"] or "newest"}


class Listing:
    """A user's strategies, narrowed as they have chosen."""

    def __init__(self, user: User, chosen: dict[str, str]) -> None:
        self.user = user
        self.mine: StrategyQuerySet = Strategy.objects.for_user(user).listed()
        self.chosen = chosen

    @property
    def is_by_period(self) -> bool:
        """Whether the order is by a figure that only the trades of the period tell."""
        return bool(self.chosen["period"]) and self.chosen["sort"] in FIGURES

    def in_order(self) -> StrategyQuerySet | list[Strategy]:
        """What is cut into pages."""
        rows = self.rows.with_span()
        if not self.is_by_period:
            return rows
        found = list(rows.defer("equity_curve_data"))
        parts = self.parts(found)
        key = FIGURES[self.chosen["sort"]]
        return sorted(found, key=lambda one: _rank(parts[one.pk], key), reverse=True)

    def parts(self, strategies: Iterable[Strategy]) -> dict[int, Part]:
        """By strategy what the period holds; empty for everything."""
        period = self.chosen["period"]
        return parts_of(self.user, strategies, period, self.clocks) if period else {}

    @property
    def rows(self) -> StrategyQuerySet:
        chosen, rows = self.chosen, self._shelf()
        for name, column in (
            ("symbol", "symbol"),
            ("direction", "direction"),
            ("timeframe", "timeframe"),
            ("source", "data_source"),
        ):
            if chosen[name]:
                rows = rows.filter(**{column: chosen[name]})
        for word in chosen["q"].split()[:MOST_WORDS]:
            rows = rows.called(word)
        if chosen["tag"]:
            rows = rows.tagged(chosen["tag"])
        if chosen["monitored"]:
            rows = rows.filter(alert_tracking_enabled=chosen["monitored"] == "yes")
        return rows.sorted_by(chosen["sort"])

    def _shelf(self) -> StrategyQuerySet:
        return self.mine.filter(archived_at__isnull=self.chosen["shown"] != "archive")

    @cached_property
    def _everything(self) -> list[Known]:
        """All of the user's strategies, those in the bin among them."""
        rows = Strategy.objects.with_bin(self.user).listed().order_by()
        return [Known(*row) for row in rows.values_list(*Known._fields)]

    @cached_property
    def _known(self) -> list[Known]:
        return [one for one in self._everything if one.deleted_at is None]

    @property
    def has_any(self) -> bool:
        return bool(self._known)

    @property
    def n_binned(self) -> int:
        return len(self._everything) - len(self._known)

    @cached_property
    def clocks(self) -> dict[str, int]:
        """Market time of every source that a strategy of the user's reads."""
        return clock.now_of({one.data_source for one in self._known})

    def choices(self) -> list[Choice]:
        """What there is to choose from, among all of the user's strategies."""
        found = self._known
        symbols = sorted({one.symbol for one in found})
        timeframes = sorted({one.timeframe for one in found})
        sources = sorted({one.data_source for one in found})
        tags = sorted(
            {tag for one in found for tag in one.tag_line.split(",") if tag}, key=str.casefold
        )
        has_archive = any(one.archived_at is not None for one in found)
        offered = [
            Choice("symbol", "Ticker", "All", [(one, one) for one in symbols]),
            Choice("direction", "Direction", "Both", list(Strategy.Direction.choices)),
            Choice("timeframe", "Timeframe", "All", [(one, one) for one in timeframes]),
            Choice("source", "Bars", "All", [(one, label_of(one)) for one in sources]),
            Choice("monitored", "Monitored", "All", [("yes", "Yes"), ("no", "No")]),
            Choice("tag", "Tag", "All", [(one, one) for one in tags]),
            Choice("period", "Data view", "All", list(PERIODS.items())),
            Choice("shown", "Shelf", "Current", [("archive", "Archive")] if has_archive else []),
        ]
        # Nothing to choose between is no choice.
        fixed = ("direction", "monitored", "shown", "tag", "period")
        kept = [one for one in offered if len(one.options) > (0 if one.name in fixed else 1)]
        return [one._replace(value=self.chosen[one.name]) for one in kept]

    @property
    def n_narrowing(self) -> int:
        """By how many choices the rows are narrowed."""
        apart = ("sort", "view", "period")
        return sum(bool(value) for name, value in self.chosen.items() if name not in apart)


def _rank(part: Part, key: str) -> float:
    """Those without a trade last; a profit factor without a loss first."""
    figures: dict[str, object] = {**part.kpis}
    if not figures["total_trades"]:
        return -math.inf
    value = figures[key]
    return value if isinstance(value, int | float) else math.inf


def refresh_address(runs: Iterable[Run]) -> str:
    """The page on which these runs are watched."""
    ids = ",".join(str(run.pk) for run in runs)
    return f"{reverse('strategies:strategy-refresh')}?runs={ids}"


def restoring(deleted: Iterable[Strategy]) -> str:
    """The mark of a message that tells what was deleted."""
    return RESTORE + ",".join(str(one.pk) for one in deleted)
