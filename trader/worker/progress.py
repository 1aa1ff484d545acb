"""What a cluster's processes tell their watchdog: a line per task begun, done and acknowledged.

The lines go through a pipe that the processes inherit. Writing never waits: a watchdog that is
too slow to read loses lines, not the cluster its time.
"""

import os
import time
from collections.abc import Callable
from typing import TypedDict

PIPE_VARIABLE = "ROR_PROGRESS_FD"
BEGUN, DONE, SAVED = b"b", b"d", b"s"
READ_BYTES = 65_536


class QueuedTask(TypedDict, total=False):
    """Of a task of the queue, what is told about it: its row."""

    ack_id: int | None


def connect_signals() -> None:
    """In the cluster's main process, before it forks: report through the inherited pipe."""
    # Importing it reads the queue's settings, which depend on the name of this cluster.
    from django_q.signals import post_execute, post_execute_in_worker, pre_execute

    descriptor = int(os.environ[PIPE_VARIABLE])
    os.set_blocking(descriptor, False)
    receivers = ((pre_execute, BEGUN), (post_execute_in_worker, DONE), (post_execute, SAVED))
    for signal, kind in receivers:
        signal.connect(_writer(descriptor, kind), weak=False)


def _writer(descriptor: int, kind: bytes) -> Callable[..., None]:
    def write(task: QueuedTask, **_: object) -> None:
        try:
            os.write(descriptor, kind + b" %d %d\n" % (os.getpid(), task.get("ack_id") or 0))
        except (BlockingIOError, BrokenPipeError):
            return  # The watchdog is busy or gone; its death is handled elsewhere.

    return write


class Progress:
    """The watchdog's view of one cluster since its start."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.buffer = b""
        # Process id -> queue row of the task it is at.
        self.busy: dict[int, int] = {}
        self.unsaved: list[float] = []
        self.last_task_at = time.monotonic()
        self.n_done = 0

    def read(self) -> None:
        try:
            while data := os.read(self.descriptor, READ_BYTES):
                self.buffer += data
        except BlockingIOError:
            pass
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            kind, pid, row_id = line.split(b" ")
            self._note(kind, int(pid), int(row_id))

    def _note(self, kind: bytes, pid: int, row_id: int) -> None:
        now = time.monotonic()
        self.last_task_at = now
        if kind == BEGUN:
            self.busy[pid] = row_id
        elif kind == DONE:
            self.busy.pop(pid, None)
            self.unsaved.append(now)
            self.n_done += 1
        elif self.unsaved:
            self.unsaved.pop(0)

    def close(self) -> None:
        os.close(self.descriptor)
