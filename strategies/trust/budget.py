"""How long the one check that can take long may take."""

import time
from collections.abc import Callable

LOOK_AHEAD_SECONDS = 30.0
REPORT_SECONDS = 1.0


class Budget:
    """Says no once its time is over; reports what is done about once a second."""

    def __init__(self, seconds: float, report: Callable[[int, int], None] | None = None) -> None:
        self.seconds = seconds
        self.report = report
        self.started: float | None = None
        self.reported = 0.0

    def __call__(self, done: int, total: int) -> bool:
        now = time.monotonic()
        if self.started is None:
            self.started = self.reported = now
        if self.report is not None and now - self.reported >= REPORT_SECONDS:
            self.reported = now
            self.report(done, total)
        return now - self.started < self.seconds
