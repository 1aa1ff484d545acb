"""One cluster as a process group: started, watched member by member, killed as a whole.

The queues between a cluster's processes are guarded by locks that die with their holder: a
process killed while it waits for work leaves a cluster that looks alive and does nothing. So no
member is ever replaced by itself; when one is gone, all go and all come back.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import psutil
import structlog
from django.conf import settings

from trader.worker.progress import PIPE_VARIABLE, Progress

log = structlog.get_logger(__name__)
# Generous: on a machine that is busy with starting everything, killing makes it only slower.
START_SECONDS = 60.0
# An idle cluster gets a probe every few seconds; this long without any task means it is stuck.
SILENCE_SECONDS = {"hot": 30.0, "slow": 60.0}
UNSAVED_SECONDS = 15.0
# A member that is stopped (SIGSTOP, a debugger left behind) holds its locks like a dead one.
FROZEN_SECONDS = 3.0
KILL_SECONDS = 1.0
# Main process, sentinel, monitor and pusher, besides the workers.
N_OVERHEAD = 4


class ClusterGroup:
    def __init__(self, name: str, worker_id: str) -> None:
        self.name = name
        self.worker_id = worker_id
        self.n_workers = settings.CLUSTERS[name]["workers"]
        self.n_restarts = 0
        self.last_reason = ""
        # Queue rows of tasks that were being run when the group was killed, and how often.
        self.lost: Counter[int] = Counter()
        self.process: subprocess.Popen[bytes] | None = None
        self.members: dict[int, psutil.Process] = {}
        self.is_complete = False
        self.started_at = 0.0
        self.frozen_since: dict[int, float] = {}

    def start(self) -> None:
        read_end, write_end = os.pipe()
        self.progress = Progress(read_end)
        self.members, self.is_complete = {}, False
        self.started_at = time.monotonic()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "cluster", self.name]
        self.process = subprocess.Popen(  # noqa: S603
            [*command, "--parent", str(os.getpid())],
            start_new_session=True,
            pass_fds=(write_end,),
            env=self._environment(write_end),
        )
        os.close(write_end)
        log.info("cluster_started", cluster=self.name, pid=self.process.pid)

    def _environment(self, write_end: int) -> dict[str, str]:
        own: dict[str, object] = {
            "Q_CLUSTER_NAME": self.name,
            PIPE_VARIABLE: write_end,
            "ROR_WORKER_ID": self.worker_id,
        }
        return os.environ | {name: str(value) for name, value in own.items()}

    @property
    def pid(self) -> int:
        if self.process is None:
            raise RuntimeError("The cluster has not been started.")
        return self.process.pid

    def fault(self, probe_sent_at: float) -> str:
        """Why this group must be restarted, empty when it works."""
        self.progress.read()
        if self.process is None or self.process.poll() is not None:
            return "the main process is gone"
        if not self.is_complete:
            self._collect_members()
            is_late = time.monotonic() - self.started_at > START_SECONDS
            return "the cluster did not start in time" if is_late else ""
        gone = [pid for pid, member in self.members.items() if not _is_alive(member)]
        if gone:
            return f"process {gone[0]} is gone"
        frozen = self._frozen()
        if frozen:
            return f"process {frozen[0]} has been stopped for {FROZEN_SECONDS:.0f} s"
        return self._silence(probe_sent_at)

    def _frozen(self) -> list[int]:
        now = time.monotonic()
        stopped = [
            pid for pid, one in self.members.items() if _status(one) == psutil.STATUS_STOPPED
        ]
        self.frozen_since = {pid: self.frozen_since.get(pid, now) for pid in stopped}
        return [pid for pid, since in self.frozen_since.items() if now - since > FROZEN_SECONDS]

    def _collect_members(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            main = psutil.Process(self.pid)
            found = [main]
            for sentinel in main.children():
                found += [sentinel, *sentinel.children()]
            self.members = {member.pid: member for member in found}
            self.is_complete = len(found) >= self.n_workers + N_OVERHEAD

    def _silence(self, probe_sent_at: float) -> str:
        """A wedge without a death: probes are sent, workers are free, and nothing happens."""
        now = time.monotonic()
        is_free = len(self.progress.busy) < self.n_workers
        heard_at = max(self.progress.last_task_at, self.started_at)
        limit = SILENCE_SECONDS[self.name]
        if is_free and probe_sent_at > heard_at and now - heard_at > limit:
            return f"no task was begun for {limit:.0f} s"
        if self.progress.unsaved and now - self.progress.unsaved[0] > UNSAVED_SECONDS:
            return f"no result was saved for {UNSAVED_SECONDS:.0f} s"
        return ""

    def restart(self, reason: str) -> None:
        self.n_restarts += 1
        self.last_reason = reason
        log.error("cluster_restarted", cluster=self.name, reason=reason, restarts=self.n_restarts)
        self.kill()
        self.lost.update(self.progress.busy.values())
        self.start()

    def kill(self) -> None:
        """End every process of the group at once, and wait until they are gone."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for member in filter(_is_alive, self.members.values()):
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self.process.wait()
        until = time.monotonic() + KILL_SECONDS
        while time.monotonic() < until and any(map(_is_alive, self.members.values())):
            time.sleep(0.01)
        self.progress.close()

    def ask_to_stop(self) -> None:
        """Let the cluster finish the tasks it has begun."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    @property
    def has_stopped(self) -> bool:
        return self.process is None or self.process.poll() is not None


def _is_alive(member: psutil.Process) -> bool:
    return _status(member) not in ("", psutil.STATUS_ZOMBIE)


def _status(member: psutil.Process) -> str:
    """The kernel's word for what it does; empty when it is gone."""
    try:
        return str(member.status()) if member.is_running() else ""
    except psutil.NoSuchProcess:
        return ""
