"""A `manage.py worker` of its own database for the tests about processes."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from tests.waiting import PATIENCE_SECONDS, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
PROCESSES_OF_A_CLUSTER = 6


class Worker:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.database = directory / "worker.sqlite3"
        self.log = directory / "worker.log"
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "trader.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": "",
            "APP_ENV": "development",
            "HOT_WORKERS": "2",
            "SLOW_WORKERS": "2",
        }

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True, capture_output=True)

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                cwd=ROOT,
                env=self.env,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def top(self) -> psutil.Process:
        return psutil.Process(self.process.pid)

    def cluster(self, name: str) -> list[psutil.Process]:
        """Main process, sentinel, workers, monitor, pusher, in the order they were started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for main in self.top.children():
                if main.cmdline()[2:4] == ["cluster", name]:
                    rest = sorted(main.children(recursive=True), key=lambda p: p.pid)
                    return [main, *rest]
        return []

    def is_whole(self, name: str) -> bool:
        members = self.cluster(name)
        return len(members) == PROCESSES_OF_A_CLUSTER

    def descendants(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            return self.top.children(recursive=True)
        return []

    def query(self, sql: str) -> Any:
        with contextlib.closing(sqlite3.connect(self.database, timeout=PATIENCE_SECONDS)) as link:
            row = link.execute(sql).fetchone()
            return row[0] if row else None

    def enqueue(self, function: str, *arguments: object, cluster: str) -> None:
        code = (
            "import django; django.setup()\n"
            "from django_q.tasks import async_task\n"
            f"async_task({function!r}, *{arguments!r}, cluster={cluster!r})"
        )
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.env, check=True)

    def end_of_log(self) -> str:
        """Who died, and what it said before."""
        return self.log.read_text(errors="replace")[-6000:]

    def stop(self) -> str:
        """Ask it to end; what it wrote of that into its log."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        drained = [line for line in self.log.read_text().splitlines() if "worker_drained" in line]
        assert len(drained) == 1
        return drained[0]


@contextlib.contextmanager
def running_worker(directory: Path) -> Iterator[Worker]:
    worker = Worker(directory)
    worker.manage("migrate", "--verbosity", "0", "--skip-checks")
    worker.start()
    members: list[psutil.Process] = []
    try:
        # The first start compiles the engine.
        wait_until(lambda: worker.is_whole("hot") and worker.is_whole("slow"), seconds=240)
        yield worker
    finally:
        members = worker.descendants()
        with contextlib.suppress(ProcessLookupError):
            worker.process.kill()
        worker.process.wait()
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()


def living(members: list[psutil.Process]) -> list[psutil.Process]:
    """Those still at work; a dead process waiting to be collected by init is not."""

    def is_living(member: psutil.Process) -> bool:
        try:
            return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return [member for member in members if is_living(member)]
