"""Of several workers that start together on a machine one compiles, the others wait for it."""

import subprocess
import sys
import threading

from tests.waiting import PATIENCE_SECONDS, wait_until
from trader.tests.processes import ROOT
from trader.worker.compile_lock import compiling_alone

HOLD = """
import sys, time
from pathlib import Path
from trader.worker.compile_lock import compiling_alone
with compiling_alone(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(600)
"""


def test_one_compiles_and_the_next_is_told_that_it_waits(tmp_path):
    order, waiting = [], threading.Event()

    def second():
        with compiling_alone(tmp_path, waiting.set):
            order.append("second")

    with compiling_alone(tmp_path / "", lambda: None):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(PATIENCE_SECONDS)
        order.append("first")
    thread.join(PATIENCE_SECONDS)
    assert order == ["first", "second"]


def test_lock_of_a_killed_process_is_free(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    waited, entered = threading.Event(), threading.Event()

    def wait():
        with compiling_alone(tmp_path, waited.set):
            entered.set()

    threading.Thread(target=wait, daemon=True).start()
    assert waited.wait(PATIENCE_SECONDS)
    holder.kill()
    holder.communicate()
    wait_until(entered.is_set)


def test_cache_that_is_not_there_yet_is_made(tmp_path):
    with compiling_alone(tmp_path / "new" / "cache", lambda: None):
        assert (tmp_path / "new" / "cache").is_dir()
