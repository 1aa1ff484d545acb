"""What workers do for this room: run backtests, take over orphans, forget old previews."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from strategies import backtests, runs

RENEW_EVERY_S = 3.0


def run_backtest(run_id: int) -> None:
    """Compute one run; does nothing when another worker has it or it is finished."""
    owner = uuid.uuid4().hex
    run = runs.claim(run_id, owner)
    if run is None:
        return
    with _lease_kept(run_id, owner):
        backtests.execute(run)


def sweep() -> None:
    runs.sweep()


def prune() -> None:
    runs.prune_previews()


@contextmanager
def _lease_kept(run_id: int, owner: str) -> Iterator[None]:
    """Renew the lease beside the computation, which may compile for longer than a lease."""
    if connection.in_atomic_block:
        # Inside a caller's transaction no other connection could see the row.
        yield
        return
    done = threading.Event()
    thread = threading.Thread(
        target=_renew_until, args=(done, run_id, owner), name=f"lease-{run_id}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew_until(done: threading.Event, run_id: int, owner: str) -> None:
    try:
        while not done.wait(RENEW_EVERY_S):
            if not runs.renew_lease(run_id, owner):
                return
    finally:
        connection.close()
