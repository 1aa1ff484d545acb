"""Computing a drill-down: a card a choice, stored as they become known. Only workers come here."""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from market import clock
from market.errors import BarsError
from strategies.checking import spec_of
from strategies.drilldown import queue
from strategies.drilldown.cards import Card, Dates
from strategies.drilldown.reading import History, Read, Reader, read_choices
from strategies.drilldown.sets import Sets, best_sets
from strategies.drilldown.tries import Tries
from strategies.drilldown.weighing import Weighing
from strategies.engine.errors import StrategyError
from strategies.engine.evidence.luck import Luck
from strategies.engine.figures.coverage import session_dates
from strategies.engine.spec import StrategySpec
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Drilldown, DrilldownPart
from trader.work.life import NotYetError, WorkLostError

# Between two looks at the row: what is known is stored, and seen.
STEP_SECONDS = 0.15
SEARCH_STEP_SECONDS = 0.5
# So many cards are weighed together, and shown as soon as the first of them are there.
CARDS_AT_ONCE = 8
FEED_PATIENCE = timedelta(minutes=10)


def execute(row: Drilldown) -> None:
    """Compute a claimed drill-down and store what came of it, good or bad."""
    with queue.life.settling(row):
        now_ts = clock.now(row.data_source)
        if not now_ts and timezone.now() - row.created_at < FEED_PATIENCE:
            raise NotYetError("Waiting for the first bars of the feed")
        tab = _Tab(row, now_ts)
        try:
            tab.compute()
        except WorkLostError:
            # What was shown until then has been tried all the same.
            tab.count_tries()
            raise


class _Tab:
    def __init__(self, row: Drilldown, now_ts: int) -> None:
        self.row, self.now_ts = row, now_ts
        self.reader = Reader(row, now_ts)
        self.n_done, self.n_parts = 0, 0
        self.waiting: list[Card] = []
        self.stored_at = time.monotonic()
        self.tries: Tries | None = None

    def compute(self) -> None:
        # A row computed before, by a worker that died, begins anew.
        self.row.parts.all().delete()
        found = list(read_choices(self.row))
        first = self._first_spec(found)
        history = self._history(first)
        dates = Dates(session_dates(history.visible))
        luck = Luck.over(dates.days)
        self.tries = Tries(luck, history.visible)
        sets = self._sets(found, luck) if self.row.is_search else None
        if sets is not None:
            found = list(read_choices(self.row, sets.choices))
        self.total = len(found)
        base = next(self.reader.trades([first])) if self.row.has_base else None
        n_cards = self.total if sets is None else sets.n_tried
        self.weighing = Weighing(dates, base, n_cards, luck, is_search=sets is not None)
        for card in self._cards(found):
            self._add(card)
        self._store()
        self._finish(sets)

    def _sets(self, found: list[Read], luck: Luck) -> Sets:
        """The best combinations, with progress. Raises WorkLostError when it is cancelled."""
        n_tried = 0

        def tell(n: int) -> bool:
            nonlocal n_tried
            n_tried += n
            if time.monotonic() - self.stored_at > SEARCH_STEP_SECONDS:
                label = f"{n_tried:,} combinations tried"
                queue.life.move_on(self.row, 0.0, label)
                self.stored_at = time.monotonic()
            return True

        sets = best_sets(self.row, self.reader, found, luck, tell)
        with transaction.atomic():
            row = queue.life.hold(self.row)
            # Their cards are looked at while the last of them are weighed.
            row.result = {"sets": sets.choices}
            row.save(update_fields=["result"])
        return sets

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
            keys = [one.choice["key"] for one in group]
            each = zip(keys, self.reader.trades(specs), strict=True)
            while some := list(islice(each, CARDS_AT_ONCE)):
                yield from self.weighing.cards(some)

    def _add(self, card: Card) -> None:
        self.waiting.append(card)
        self.n_done += 1
        is_first = not self.n_parts and self.n_done >= CARDS_AT_ONCE
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

    def _finish(self, sets: Sets | None) -> None:
        with transaction.atomic():
            row = queue.life.hold(self.row)
            row.engine_version = ENGINE_VERSION
            row.result = {
                "base": self.weighing.base_card,
                "luck": self.weighing.luck_found(),
                "n_tried": self.weighing.luck.n_tried,
                "sets": sets.choices if sets else None,
                "now_ts": self.now_ts,
                "n_dates": self.weighing.dates.n,
            }
            self.count_tries()
            queue.life.finish(row, Drilldown.Status.SUCCEEDED)

    def count_tries(self) -> None:
        """Into the ledger of its owner, as one row; the same question again is counted once."""
        if self.tries is not None and Drilldown.objects.filter(pk=self.row.pk).exists():
            self.tries.count(self.row)
