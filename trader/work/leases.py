"""Who holds a lease, and whether that process still lives."""

import os
import socket
from functools import lru_cache

import psutil

# The boot time, from which the birth of a process is counted, moves when the clock is set.
TOLERANCE_SECONDS = 2.0


@lru_cache(maxsize=4)
def _identity(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{psutil.Process(pid).create_time():.2f}"


def owner() -> str:
    """This process, told apart from a later one with the same number."""
    return _identity(os.getpid())


def is_dead(lease_owner: str) -> bool:
    """Whether the owner was a process of this host that is gone; False for other hosts."""
    try:
        host, pid, created = lease_owner.rsplit(":", 2)
        if host != socket.gethostname():
            return False
        process = psutil.Process(int(pid))
        is_same = abs(process.create_time() - float(created)) <= TOLERANCE_SECONDS
        return not is_same or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except ValueError:
        return False
