"""No orphans: a process that dies with its parent, and passes that on to its children.

Linux tells the kernel to send SIGKILL when the parent is gone. Elsewhere the cluster's main
process looks once a second and takes its whole group along.
"""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 1.0


def die_with_parent(parent_pid: int) -> None:
    """Call at the start of a cluster's main process; forked children inherit the rule.

    The parent may have died before the kernel was told, hence the check afterwards.
    """
    if not sys.platform.startswith("linux"):
        threading.Thread(target=_watch_parent, args=(parent_pid,), daemon=True).start()
        return
    libc = ctypes.CDLL(None, use_errno=True)
    _ask_kernel(libc)
    if os.getppid() != parent_pid:
        os._exit(1)
    creator: list[int] = []
    os.register_at_fork(
        before=lambda: creator.__setitem__(slice(None), [os.getpid()]),
        after_in_child=lambda: _in_child(libc, creator),
    )


def _ask_kernel(libc: ctypes.CDLL) -> None:
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def _in_child(libc: ctypes.CDLL, creator: list[int]) -> None:
    _ask_kernel(libc)
    if creator and os.getppid() != creator[0]:
        os._exit(1)


def _watch_parent(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(POLL_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(os.getpgid(0), signal.SIGKILL)
