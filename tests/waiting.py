"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import Any

# A bound against waiting for ever, not a measurement: a busy machine must not fail a test.
PATIENCE_SECONDS = 90.0


def wait_until(
    condition: Callable[[], Any],
    what: str = "what the test waits for",
    *,
    seconds: float = PATIENCE_SECONDS,
    pause: float = 0.05,
) -> Any:
    """The first true value of `condition`; an error that names `what` when the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(pause)
    raise AssertionError(f"Waited {seconds:.0f} s in vain for {what}.")
