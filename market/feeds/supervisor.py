"""Keeps the feed process alive: a parent that does nothing but start it again.

The child is a fork, so a restart costs no imports; nothing must be connected before it. A killed
parent takes its child along, a killed child comes back within a moment.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

import structlog
from django.db import connections

logger = structlog.get_logger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
CALM_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


def supervise(target: Callable[[], int]) -> int:
    """Run `target` in a child until it returns or a signal stops it; its exit code.

    A child that ends by a signal or an unexpected error is started again.
    """
    return _Supervisor(target).run()


class _Supervisor:
    def __init__(self, target: Callable[[], int]) -> None:
        self.target = target
        self.child = 0
        self.is_stopping = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        pause = FIRST_PAUSE_SECONDS
        while True:
            started = time.monotonic()
            code = self._run_child()
            if self.is_stopping or code in {0, 2}:
                return max(code, 0)
            lived = time.monotonic() - started
            pause = FIRST_PAUSE_SECONDS if lived > CALM_SECONDS else pause
            logger.error("feed_process_ended", code=code, lived_s=round(lived, 1))
            self._pause(pause)
            if self.is_stopping:
                return 0
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < until:
            time.sleep(0.05)

    def _run_child(self) -> int:
        """Exit code of one life of the child; negative when a signal ended it."""
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.child = os.fork()
        if self.child == 0:
            os._exit(self._in_child(parent))
        if self.is_stopping:
            os.kill(self.child, signal.SIGTERM)
        _, status = os.waitpid(self.child, 0)
        self.child = 0
        return os.waitstatus_to_exitcode(status)

    def _in_child(self, parent: int) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        die_with_parent(parent)
        if self.is_stopping:  # A signal came between the fork and the lines above.
            return 0
        try:
            return self.target()
        except BaseException:
            logger.exception("feed_process_failed")
            return 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True
        if self.child:
            os.kill(self.child, signal.SIGTERM)


def die_with_parent(parent: int) -> None:
    """Ask the kernel for a SIGTERM when the parent dies; at once when it is already gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
