"""What workers do for this room: run backtests and their checks, take over orphans, forget."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from strategies.runs import compute, queue
from strategies.trust import compute as trust
from strategies.trust import queue as trust_rows

RENEW_EVERY_S = 3.0


def run_backtest(run_id: int) -> None:
    """Compute one run; does nothing when another worker has it or it is finished."""
    owner = uuid.uuid4().hex
    run = queue.claim(run_id, owner)
    if run is None:
        return
    with _lease_kept(lambda: queue.renew_lease(run_id, owner), f"lease-{run_id}"):
        compute.execute(run)


def check_trust(check_id: int) -> None:
    """Compute the trust checks of one run; does nothing when it is not to be had."""
    owner = uuid.uuid4().hex
    check = trust_rows.claim(check_id, owner)
    if check is None:
        return
    with _lease_kept(lambda: trust_rows.renew_lease(check_id, owner), f"trust-{check_id}"):
        trust.execute(check)


def sweep() -> None:
    queue.sweep()
    trust_rows.sweep()


def prune() -> None:
    queue.prune_previews()


@contextmanager
def _lease_kept(renew: Callable[[], bool], name: str) -> Iterator[None]:
    """Renew the lease beside the computation, which may compile for longer than a lease."""
    if connection.in_atomic_block:
        # Inside a caller's transaction no other connection could see the row.
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_renew_until, args=(done, renew), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew_until(done: threading.Event, renew: Callable[[], bool]) -> None:
    try:
        while not done.wait(RENEW_EVERY_S):
            if not renew():
                return
    finally:
        connection.close()
