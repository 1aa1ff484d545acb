"""Keeps the feed process alive: a parent that does nothing but start it again.

The child is a fork, so a restart costs no imports; nothing must be connected before it. A killed
parent takes its child along, a killed child comes back within a moment. A child that hangs is
noticed by the pipe through which it tells that it is at work: silence ends it.
"""

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import structlog
from django.db import connections

logger = structlog.get_logger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
CALM_SECONDS = 30.0
# Longer than the longest single step, which is to complete the history at the start.
SILENCE_SECONDS = 60.0
BEAT_SECONDS = 0.5
_PR_SET_PDEATHSIG = 1


def supervise(target: Callable[[], int], silence_s: float = SILENCE_SECONDS) -> int:
    """Run `target` in a child until it returns or a signal stops it; its exit code.

    A child that ends by a signal or an unexpected error is started again, and so is one that has
    not called `beat` for `silence_s`.
    """
    return _Supervisor(target, silence_s).run()


class _Beat:
    descriptor = -1
    next_at = 0.0


def beat() -> None:
    """Tell the parent that the child is at work; does nothing in a process without one."""
    now = time.monotonic()
    if _Beat.descriptor < 0 or now < _Beat.next_at:
        return
    _Beat.next_at = now + BEAT_SECONDS
    with suppress(BlockingIOError, BrokenPipeError):
        os.write(_Beat.descriptor, b".")


class _Supervisor:
    def __init__(self, target: Callable[[], int], silence_s: float) -> None:
        self.target = target
        self.silence_s = silence_s
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
        ear, mouth = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            os.close(ear)
            os.set_blocking(mouth, False)
            _Beat.descriptor = mouth
            os._exit(self._in_child(parent))
        os.close(mouth)
        if self.is_stopping:
            os.kill(self.child, signal.SIGTERM)
        self._listen(ear)
        _, status = os.waitpid(self.child, 0)
        self.child = 0
        os.close(ear)
        return os.waitstatus_to_exitcode(status)

    def _listen(self, ear: int) -> None:
        """Until the child is gone: its end of the pipe closes with it."""
        while True:
            ready, _, _ = select.select([ear], [], [], self.silence_s)
            if not ready:
                logger.error("feed_process_hangs", silent_s=self.silence_s)
                os.kill(self.child, signal.SIGKILL)
                return
            if not os.read(ear, 4096):
                return

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
