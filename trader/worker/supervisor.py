"""The watchdog: keeps every cluster of this process whole, and ends them in good time.

It runs no tasks itself. It looks at the members of each group four times a second, sends each
cluster a probe every few seconds, offers the sweeps, and writes the heartbeat rows.
"""

import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from trader.worker import heartbeat, lost_tasks, preparation, sweeps, waiting
from trader.worker.group import ClusterGroup

log = structlog.get_logger(__name__)
LOOK_SECONDS = 0.25
PROBE_SECONDS = 5.0
BEAT_SECONDS = 2.0
SWEEP_SECONDS = 2.0
TELL_SECONDS = 0.5
ALL_DONE = preparation.Progress(0, 0, 0.0)
DRAIN_SECONDS = 7.5
RESTART_PAUSE_SECONDS = 5.0
# What no task needs yet is compiled once everything else has started.
LATER_SECONDS = 10.0


class Every:
    """True once per interval."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.next_at = 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self.next_at:
            return False
        self.next_at = now + self.seconds
        return True


class Supervisor:
    def __init__(self, clusters: tuple[str, ...], sweep_list: tuple[tuple[str, str], ...]) -> None:
        self.worker_id = f"{socket.gethostname()[:40]}:{os.getpid()}:{int(time.time())}"
        self.groups = [ClusterGroup(name, self.worker_id) for name in clusters]
        self.sweep_list = tuple(row for row in sweep_list if row[1] in clusters)
        self.is_stopping = False
        # Until the clusters work, a row says what they wait for.
        self.is_awaited = True
        self.probe_sent_at = 0.0
        self.settled: dict[str, Counter[int]] = {name: Counter() for name in clusters}
        self.later: subprocess.Popen[bytes] | None = None
        self.later_at = math.inf
        self.timers = {
            "tell": Every(TELL_SECONDS),
            "told": Every(0),
            "lost": Every(LOOK_SECONDS),
            "probe": Every(PROBE_SECONDS),
            "beat": Every(BEAT_SECONDS),
            "sweep": Every(SWEEP_SECONDS),
            "forget": Every(600),
        }

    def run(self) -> None:
        """Block until SIGTERM or SIGINT, then drain."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        self._warm_up()
        for group in self.groups:
            if not self.is_stopping:
                group.start()
        while not self.is_stopping:
            self.look()
            time.sleep(LOOK_SECONDS)
        self.drain()

    def _warm_up(self) -> None:
        """Compile the engine in a process of its own, before any task has a time limit to keep.

        What no task needs follows behind the clusters.
        """
        if preparation.is_prepared(Path(settings.NUMBA_CACHE_DIR), "first"):
            self._settle_later()
            return
        process = compile_stage("first")
        started = time.monotonic()
        while process.poll() is None and not self.is_stopping:
            time.sleep(0.05)
            self._on_time("tell", self._tell_preparation)
        if self.is_stopping:
            process.kill()
        self._on_time("told", lambda: waiting.write(self.worker_id, ALL_DONE))
        if process.wait() != 0 and not self.is_stopping:
            log.error("engine_not_compiled", returncode=process.returncode)
            return
        log.info("engine_compiled", seconds=round(time.monotonic() - started, 1))
        self._settle_later()

    def _settle_later(self) -> None:
        if not preparation.is_prepared(Path(settings.NUMBA_CACHE_DIR), "later"):
            self.later_at = time.monotonic() + LATER_SECONDS

    def _compile_later(self) -> None:
        if time.monotonic() >= self.later_at and not self.is_stopping:
            self.later_at = math.inf
            self.later = compile_stage("later")

    def _tell_preparation(self) -> None:
        progress = preparation.read(Path(settings.NUMBA_CACHE_DIR), "first")
        if progress is not None:
            waiting.write(self.worker_id, progress)

    def _ask_to_stop(self, *_: object) -> None:
        self.is_stopping = True

    def look(self) -> None:
        faults = {group.name: group.fault(self.probe_sent_at) for group in self.groups}
        for group in self.groups:
            if faults[group.name] and not self.is_stopping:
                self._pause_if_it_never_starts(group)
                group.restart(faults[group.name])
        self._on_time("lost", self._settle_lost)
        self._on_time("beat", self._beat)
        self._on_time("sweep", lambda: sweeps.offer(self.sweep_list))
        self._on_time("probe", self._probe)
        self._on_time("forget", heartbeat.forget_dead)
        self._compile_later()

    @staticmethod
    def _pause_if_it_never_starts(group: ClusterGroup) -> None:
        """A cluster that dies at start (a broken release, no database) isn't started in a spin."""
        if not group.is_complete:
            time.sleep(RESTART_PAUSE_SECONDS)

    def _on_time(self, name: str, act: Callable[[], object]) -> None:
        if not self.timers[name].is_due():
            return
        try:
            close_old_connections()
            act()
        except DatabaseError as error:
            # The clusters reconnect by themselves; killing them would not bring it back.
            log.warning("worker_without_database", doing=name, reason=str(error))

    def _settle_lost(self) -> None:
        for group in self.groups:
            if group.lost != self.settled[group.name]:
                lost_tasks.settle(group.lost, self.settled[group.name])

    def _beat(self) -> None:
        for group in self.groups:
            if group.is_complete:
                heartbeat.write(group)
        if self.is_awaited and all(group.is_complete for group in self.groups):
            waiting.remove(self.worker_id)
            self.is_awaited = False

    def _probe(self) -> None:
        for group in self.groups:
            heartbeat.send_probe(group.name)
        self.probe_sent_at = time.monotonic()

    def drain(self) -> None:
        """Let running tasks end; what does not end in time is killed, its lease brings it back."""
        started = time.monotonic()
        if self.later is not None:
            self.later.kill()
            self.later.wait()
        for group in self.groups:
            group.ask_to_stop()
        while time.monotonic() - started < DRAIN_SECONDS:
            if all(group.has_stopped for group in self.groups):
                break
            time.sleep(0.05)
        killed = [group.name for group in self.groups if not group.has_stopped]
        for group in self.groups:
            group.kill()
        self._forget_self()
        log.info("worker_drained", seconds=round(time.monotonic() - started, 2), killed=killed)

    def _forget_self(self) -> None:
        try:
            heartbeat.remove(self.worker_id)
            waiting.remove(self.worker_id)
        except DatabaseError as error:
            log.warning("worker_without_database", doing="remove", reason=str(error))


def compile_stage(stage: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "warm_engine"]
    command += ["--stage", stage, "--parent", str(os.getpid())]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603


def default_clusters() -> tuple[str, ...]:
    return tuple(settings.WORKER_CLUSTERS)
