"""Computing a drill-down: a card a choice, stored as they become known. Only workers come here."""

import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from market import clock
from market.errors import BarsError
from strategies.checking import spec_of
from strategies.drilldown import queue
from strategies.drilldown.cards import Card, Dates, card_of
from strategies.drilldown.reading import History, Read, Reader, read_choices
from strategies.engine.errors import StrategyError
from strategies.engine.figures.coverage import session_dates
from strategies.engine.search.changes import Taken
from strategies.engine.spec import StrategySpec
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Drilldown, DrilldownPart
from trader.work.life import NotYetError

# Between two looks at the row: what is known is stored, and seen.
STEP_SECONDS = 0.15
# So many cards are shown as soon as they are there.
FIRST_CARDS = 4
FEED_PATIENCE = timedelta(minutes=10)


def execute(row: Drilldown) -> None:
    """Compute a claimed drill-down and store what came of it, good or bad."""
    with queue.life.settling(row):
        now_ts = clock.now(row.data_source)
        if not now_ts and timezone.now() - row.created_at < FEED_PATIENCE:
            raise NotYetError("Waiting for the first bars of the feed")
        _Tab(row, now_ts).compute()


class _Tab:
    def __init__(self, row: Drilldown, now_ts: int) -> None:
        self.row, self.now_ts = row, now_ts
        self.reader = Reader(row, now_ts)
        self.total, self.n_done, self.n_parts = len(row.choices), 0, 0
        self.waiting: list[Card] = []
        self.stored_at = time.monotonic()

    def compute(self) -> None:
        # A row computed before, by a worker that died, begins anew.
        self.row.parts.all().delete()
        found = list(read_choices(self.row))
        first = self._first_spec(found)
        history = self._history(first)
        self.dates = Dates(session_dates(history.visible))
        self.base = next(self.reader.trades([first])) if self.row.has_base else None
        for card in self._cards(found):
            self._add(card)
        self._store()
        self._finish()

    def _first_spec(self, found: list[Read]) -> StrategySpec:
        """The strategy itself, else what stands for it where it has no entry yet."""
        if self.row.has_base:
            return spec_of(*self.row.recorded())
        spec = next((one.spec for one in found if one.spec is not None), None)
        if spec is None:
            raise StrategyError([("entry", "Nothing is offered here. Enable a pack.")])
        return spec

    def _history(self, spec: StrategySpec) -> History:
        history = self.reader.history(spec)
        if history.first_visible >= history.bars.n:
            row = self.row
            raise BarsError(
                f"{row.data_source} has no bars of {row.symbol} in this window. "
                "Choose another lookback or other bars."
            )
        return history

    def _cards(self, found: list[Read]) -> Iterator[Card]:
        for one in found:
            if one.spec is None:
                yield {"key": one.choice["key"], "fault": one.fault}
        for group in self.reader.together(found):
            specs = [one.spec for one in group if one.spec is not None]
            for one, taken in zip(group, self.reader.trades(specs), strict=True):
                yield self._card(one.choice["key"], taken)

    def _card(self, key: str, taken: Taken) -> Card:
        return card_of(key, taken, self.dates)

    def _add(self, card: Card) -> None:
        self.waiting.append(card)
        self.n_done += 1
        is_first = not self.n_parts and self.n_done >= FIRST_CARDS
        if is_first or time.monotonic() - self.stored_at > STEP_SECONDS:
            self._store()

    def _store(self) -> None:
        """Put what is known in sight. Raises WorkLostError when nobody wants it any more."""
        label = f"{self.n_done:,} of {self.total:,} cards"
        with transaction.atomic():
            queue.life.move_on(self.row, self.n_done / max(1, self.total), label)
            if self.waiting:
                DrilldownPart.objects.create(
                    drilldown=self.row, number=self.n_parts, cards=self.waiting
                )
                self.n_parts += 1
        self.waiting, self.stored_at = [], time.monotonic()

    def _finish(self) -> None:
        with transaction.atomic():
            row = queue.life.hold(self.row)
            row.engine_version = ENGINE_VERSION
            base = None if self.base is None else card_of("", self.base, self.dates)
            row.result = {"base": base, "now_ts": self.now_ts, "n_dates": self.dates.n}
            queue.life.finish(row, Drilldown.Status.SUCCEEDED)
