"""The feed as a real process: killed, restarted, stopped."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import date

import psutil
import pytest
from django.conf import settings

from market import calendar, eastern
from market.feeds.simulated import SimulatedFeed
from market.testing import ts_of
from tests.waiting import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.processes
OPTIONS = ["--history-days", "1", "--symbols", "SPY,AAPL", "--start", "2024-03-04"]


def environment(folder):
    return {
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": f"sqlite:///{folder / 'feed.sqlite3'}",
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "trader.settings",
    }


def manage(folder, *arguments):
    with open(folder / "feed.log", "ab") as log:
        return subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
            env=environment(folder), stdout=log, stderr=log,
        )  # fmt: skip


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrated")
    assert manage(folder, "migrate", "-v0", "--skip-checks").wait(PATIENCE_SECONDS) == 0
    return folder / "feed.sqlite3"


@pytest.fixture
def folder(migrated, tmp_path):
    shutil.copy(migrated, tmp_path / "feed.sqlite3")
    return tmp_path


@contextmanager
def feed(folder, *options):
    process = manage(folder, "feed", "--source", "simulated", *OPTIONS, *options)
    try:
        yield process
    finally:
        for child in psutil.Process(process.pid).children() if process.poll() is None else []:
            child.kill()
        process.kill()
        process.wait()


def ask(folder, query):
    with closing(sqlite3.connect(folder / "feed.sqlite3", timeout=PATIENCE_SECONDS)) as database:
        return database.execute(query).fetchall()


def now_ts(folder):
    return (ask(folder, "SELECT max(now_ts) FROM feed_states") or [(0,)])[0][0] or 0


def stored(folder, symbol):
    return ask(
        folder,
        "SELECT start_ts, open, high, low, close, volume, revision FROM bars "
        f"WHERE symbol = '{symbol}' AND timeframe = '1Min' ORDER BY start_ts",
    )


def expected(symbol, until):
    bars = SimulatedFeed().history(symbol, "1Min", ts_of("2024-03-01T14:30:00Z"), until)
    return [(*row, 0) for row in zip(*(column.tolist() for column in bars), strict=True)]


def test_killed_at_any_moment_it_loses_and_repeats_no_bar(folder):
    for _ in range(5):
        before = now_ts(folder)
        with feed(folder, "--speed", "0", "--unsupervised") as process:
            wait_until(lambda before=before: now_ts(folder) > before)
            time.sleep(random.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            process.wait()
    until = now_ts(folder)
    assert until > ts_of("2024-03-04T14:30:00Z")
    for symbol in ("SPY", "AAPL"):
        assert stored(folder, symbol) == expected(symbol, until)
    sessions = calendar.sessions_between(date(2024, 3, 1), eastern.date_of(until))
    days = ask(folder, "SELECT count(*) FROM bars WHERE timeframe = '1Day' AND symbol = 'SPY'")
    assert days == [(int((sessions.close_ts <= until).sum()),)]


def test_a_killed_child_is_started_again_and_the_parent_takes_it_along(folder):
    with feed(folder, "--speed", "600") as process:
        wait_until(lambda: now_ts(folder) > ts_of("2024-03-04T14:30:00Z"))
        parent = psutil.Process(process.pid)
        first = parent.children()[0]
        first.kill()
        wait_until(lambda: [c for c in parent.children() if c.pid != first.pid])
        at = now_ts(folder)
        wait_until(lambda: now_ts(folder) > at)
        child = parent.children()[0]
        process.kill()
        process.wait()
        wait_until(lambda: not child.is_running() or child.status() == "zombie")


def test_a_stopped_feed_ends_and_gives_its_lease_back(folder):
    with feed(folder, "--speed", "60") as process:
        wait_until(lambda: now_ts(folder) > ts_of("2024-03-04T14:30:00Z"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert ask(folder, "SELECT status, lease_until FROM feed_states") == [("stopped", None)]
    assert stored(folder, "SPY") == expected("SPY", now_ts(folder))


def test_a_second_feed_takes_over_from_a_killed_one_at_once(folder):
    with feed(folder, "--speed", "600", "--unsupervised") as first:
        wait_until(lambda: now_ts(folder) > ts_of("2024-03-04T14:30:00Z"))
        owner = ask(folder, "SELECT lease_owner FROM feed_states")
        with feed(folder, "--speed", "600", "--unsupervised"):
            time.sleep(2.5)
            assert ask(folder, "SELECT lease_owner FROM feed_states") == owner
            first.kill()
            first.wait()
            wait_until(lambda: ask(folder, "SELECT lease_owner FROM feed_states") != owner)
            at = now_ts(folder)
            wait_until(lambda: now_ts(folder) > at)
    assert stored(folder, "SPY") == expected("SPY", now_ts(folder))


@pytest.mark.parametrize("source", ["alpaca", "bloomberg"])
def test_an_unavailable_source_is_refused_in_one_line(folder, source):
    process = manage(folder, "feed", "--source", source)
    assert process.wait(PATIENCE_SECONDS) == 2
    text = (folder / "feed.log").read_text().strip()
    assert text.endswith("is not available: only the simulated and replay feeds are.")
    assert "Traceback" not in text


def test_a_child_that_hangs_is_ended_and_started_again(tmp_path):
    lives = tmp_path / "lives"
    script = (
        "import os, signal\n"
        "from market.feeds.supervisor import beat, supervise\n"
        "def target():\n"
        f"    with open({str(lives)!r}, 'a') as file: file.write('x')\n"
        "    beat()\n"
        f"    if os.path.getsize({str(lives)!r}) == 1: os.kill(os.getpid(), signal.SIGSTOP)\n"
        "    return 0\n"
        "raise SystemExit(supervise(target, silence_s=1))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
    )
    assert (done.returncode, lives.read_text()) == (0, "xx")
