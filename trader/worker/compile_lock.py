"""One at a time compiles the engine: the others then find its code in the cache on disk."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_SECONDS = 0.1


@contextmanager
def compiling_alone(
    cache: Path, on_wait: Callable[[], object], stage: str = "first"
) -> Iterator[None]:
    """Hold the lock of a stage beside the cache; `on_wait` is called once if somebody else has it.

    The system takes the lock from a process that dies.
    """
    cache.mkdir(parents=True, exist_ok=True)
    # Never removed: whoever waits for it holds it open.
    descriptor = os.open(cache / f"compile-{stage}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(descriptor, on_wait)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, on_wait: Callable[[], object]) -> None:
    is_told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not is_told:
                on_wait()
                is_told = True
            time.sleep(LOOK_SECONDS)
        else:
            return
