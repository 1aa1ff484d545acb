"""A lease kept beside the computation, which may compile for longer than a lease lasts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

RENEW_EVERY_S = 3.0


@contextmanager
def lease_kept(renew: Callable[[], bool], name: str) -> Iterator[None]:
    """Renew from a thread of its own until the block ends, or the lease is another's."""
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
