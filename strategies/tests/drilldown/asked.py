"""Drill-downs asked and computed at once, for tests."""

from typing import Any

from accounts.models import User
from strategies import tasks
from strategies.drilldown.asking import start_for_record
from strategies.drilldown.cards import Card
from strategies.drilldown.choices import Asked
from strategies.models import Drilldown
from strategies.packs.library import create_default_packs
from strategies.testing import make_record


def make_drilldown(
    owner: User, tab: str, depth: int = 0, on: str = "", **changes: Any
) -> Drilldown:
    create_default_packs(owner)
    asked = Asked(Drilldown.Tab(tab), depth, on)
    row = start_for_record(owner, asked, make_record(**changes))
    tasks.drill_down(row.pk)
    row.refresh_from_db()
    return row


def cards_of(row: Drilldown) -> dict[str, Card]:
    return {card["key"]: card for part in row.parts.all() for card in part.cards}


def changes_of(row: Drilldown) -> dict[str, dict[str, Any]]:
    return {str(choice["key"]): choice["change"] for choice in row.shown_choices}
