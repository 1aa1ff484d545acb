"""Long work on many rows, in turns: short transactions with a rest for everybody else.

SQLite knows one writer at a time, and whoever waits for it looks again after pauses that grow to a
tenth of a second. A rest as long as the turn before it lets such a look succeed; without one, a
busy writer would keep all others out for as long as its work takes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Model, QuerySet

# Rows of one turn: some 5 ms of writing on SQLite.
TURN_ROWS = 1_000
SHORTEST_REST_SECONDS = 0.005


@contextmanager
def turn() -> Iterator[None]:
    """One transaction of at most `TURN_ROWS` rows; returns when the others had their chance."""
    with transaction.atomic():
        began = time.monotonic()
        yield
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(max(time.monotonic() - began, SHORTEST_REST_SECONDS))


def remove(rows: QuerySet[Model], n_rows: int = TURN_ROWS) -> int:
    """Delete all of these in turns; returns how many rows went, those that depend on them included.

    Of rows with many others behind them a turn takes fewer.
    """
    total = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:n_rows]):
        with turn():
            total += rows.model._default_manager.filter(pk__in=keys).delete()[0]
    return total
