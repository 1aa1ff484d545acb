"""Real processes for tests and benchmarks: web, worker and feed against a database of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tests.waiting import wait_until

# Answers one expression per line; a process per question would cost two seconds each.
ANSWERER = """
import importlib, json, sys
import django
django.setup()
names = vars(importlib.import_module(sys.argv[1]))
for line in sys.stdin:
    print("answer", json.dumps(eval(line, names)), flush=True)
"""
ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 240.0
STOP_SECONDS = 12.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    name: str
    arguments: list[str]
    env: dict[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                self.arguments,
                cwd=ROOT,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    @property
    def pid(self) -> int:
        assert self.popen is not None
        return self.popen.pid

    def family(self) -> list[psutil.Process]:
        """The process and all it has started."""
        try:
            top = psutil.Process(self.pid)
            return [top, *top.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def is_alive(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def kill(self) -> None:
        """SIGKILL to this one process, as a crash would."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        assert self.popen is not None
        self.popen.wait()

    def stop(self) -> float:
        """SIGTERM and wait; returns the seconds it took to go."""
        if not self.is_alive():
            return 0.0
        assert self.popen is not None
        started = time.monotonic()
        members = self.family()
        self.popen.terminate()
        try:
            self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        return time.monotonic() - started


@dataclass
class Stack:
    """The processes of one deployment; `directory` holds its database and its logs."""

    directory: Path
    database_url: str = ""
    redis_url: str = ""
    n_web: int = 1
    n_workers: int = 1
    feed_speed: str | None = None
    extra_env: dict[str, str] = field(default_factory=dict)
    ports: list[int] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    # Without workers a web process is alive but never ready.
    needs_ready: bool = True
    answerer: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.directory / 'ror.sqlite3'}"
        self.ports = self.ports or [free_port() for _ in range(self.n_web)]

    @property
    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTEST_"))}
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "trader.settings",
            "APP_ENV": "development",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PYTHONUNBUFFERED": "1",
            "WEBHOOK_ALLOW_LOOPBACK": "1",
            **self.extra_env,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def manage(self, *arguments: str, timeout: float = 120) -> str:
        """Run a management command to its end and return what it printed."""
        return self._run(["manage.py", *arguments], timeout)

    def python(self, code: str, timeout: float = 120) -> str:
        """Run Python with Django set up, in a process of its own, and return what it printed."""
        return self._run(["-c", f"import django; django.setup()\n{code}"], timeout)

    def ask(self, module: str, expression: str) -> Any:
        """The value of an expression in the names of `module`, inside the deployment."""
        if self.answerer is None:
            with (self.directory / "answerer.log").open("ab") as log:
                self.answerer = subprocess.Popen(
                    [sys.executable, "-c", ANSWERER, module],
                    cwd=ROOT,
                    env=self.env,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        assert self.answerer.stdin is not None
        assert self.answerer.stdout is not None
        self.answerer.stdin.write(expression + "\n")
        self.answerer.stdin.flush()
        for line in self.answerer.stdout:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        raise AssertionError(f"No answer to {expression}.\n{self.logs()}")

    def stop_answering(self) -> None:
        if self.answerer is not None:
            self.answerer.kill()
            self.answerer.communicate()
            self.answerer = None

    def _run(self, arguments: list[str], timeout: float) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def _add(self, name: str, arguments: list[str]) -> Process:
        process = Process(name, arguments, self.env, self.directory / f"{name}.log")
        self.processes[name] = process
        return process

    def define(self) -> None:
        for index, port in enumerate(self.ports):
            self._add(
                f"web{index}",
                [sys.executable, "manage.py", "web", "--host", "127.0.0.1", "--port", str(port)],
            )
        for index in range(self.n_workers):
            self._add(f"worker{index}", [sys.executable, "manage.py", "worker"])
        if self.feed_speed is not None:
            self._add(
                "feed",
                [sys.executable, "manage.py", "feed", "--source", "simulated",
                 "--speed", self.feed_speed],
            )  # fmt: skip

    def start(self, later: tuple[str, ...] = ()) -> None:
        """All but the processes named `later`, which the test starts itself."""
        self.define()
        for name, process in self.processes.items():
            if name not in later:
                process.start()
        for port in self.ports:
            wait_until(partial(self.is_ready, port), f"port {port}", seconds=START_SECONDS)

    def is_ready(self, port: int) -> bool:
        try:
            path = "/health/ready" if self.needs_ready else "/health"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as got:
                return bool(got.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> dict[str, float]:
        self.stop_answering()
        return {name: process.stop() for name, process in self.processes.items()}

    def logs(self, tail: int = 3000) -> str:
        parts = []
        for path in sorted(self.directory.glob("*.log")):
            parts.append(f"== {path.name}\n{path.read_text(errors='replace')[-tail:]}")
        return "\n".join(parts)


@contextlib.contextmanager
def running(stack: Stack, later: tuple[str, ...] = ()) -> Iterator[Stack]:
    try:
        stack.start(later)
        yield stack
    finally:
        stack.stop()
