"""What of the list of strategies is shown: its filters and order, as cards or as a table."""

from collections.abc import Iterable
from typing import NamedTuple

from django import forms

from accounts.models import User
from market.sources import label_of
from strategies.models import Strategy
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
# Marks a message that offers to take a deletion back; the numbers of the strategies follow.
RESTORE = "restore:"


class Choice(NamedTuple):
    """A select of the form: name, label, word for no choice, (value, label) pairs, its value."""

    name: str
    label: str
    all_label: str
    options: list[tuple[str, str]]
    value: str = ""


class ListForm(forms.Form):
    """Read from the address; a value that can't be is as if it were not there."""

    q = forms.CharField(required=False, max_length=LONGEST)
    symbol = forms.CharField(required=False, max_length=LONGEST)
    direction = forms.ChoiceField(required=False, choices=Strategy.Direction.choices)
    timeframe = forms.CharField(required=False, max_length=LONGEST)
    source = forms.CharField(required=False, max_length=LONGEST)
    tag = forms.CharField(required=False, max_length=LONGEST)
    monitored = forms.ChoiceField(required=False, choices=[("yes", "Yes"), ("no", "No")])
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
        self.mine: StrategyQuerySet = Strategy.objects.for_user(user).listed()
        self.chosen = chosen

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

    def choices(self) -> list[Choice]:
        """What there is to choose from, among all of the user's strategies; one query."""
        columns = ("symbol", "timeframe", "data_source", "tag_line", "archived_at")
        found = list(self.mine.order_by().values_list(*columns))
        symbols, timeframes, sources = (sorted({row[at] for row in found}) for at in range(3))
        tags = sorted({tag for row in found for tag in row[3].split(",") if tag}, key=str.casefold)
        has_archive = any(row[4] is not None for row in found)
        offered = [
            Choice("symbol", "Ticker", "All", [(one, one) for one in symbols]),
            Choice("direction", "Direction", "Both", list(Strategy.Direction.choices)),
            Choice("timeframe", "Timeframe", "All", [(one, one) for one in timeframes]),
            Choice("source", "Bars", "All", [(one, label_of(one)) for one in sources]),
            Choice("monitored", "Monitored", "All", [("yes", "Yes"), ("no", "No")]),
            Choice("tag", "Tag", "All", [(one, one) for one in tags]),
            Choice("shown", "Shelf", "Current", [("archive", "Archive")] if has_archive else []),
        ]
        # Nothing to choose between is no choice.
        fixed = ("direction", "monitored", "shown", "tag")
        kept = [one for one in offered if len(one.options) > (0 if one.name in fixed else 1)]
        return [one._replace(value=self.chosen[one.name]) for one in kept]

    @property
    def n_narrowing(self) -> int:
        """By how many choices the rows are narrowed."""
        apart = ("sort", "view")
        return sum(bool(value) for name, value in self.chosen.items() if name not in apart)


def restoring(deleted: Iterable[Strategy]) -> str:
    """The mark of a message that tells what was deleted."""
    return RESTORE + ",".join(str(one.pk) for one in deleted)
