"""The search for untested rules finds what it should, and finds none in a sample of the walk."""

import subprocess
import sys
from pathlib import Path

import pytest

from strategies.engine.tests.mutants.changes import mutants_of

ROOT = Path(__file__).parents[3]
SOURCE = """
@kernel
def bigger_nb(a, b):
    return max(a, b) if a < b and a + 1 != b else a


def helper(a):
    return a > 1
"""
# Of the kernels of the walk; `make mutants` tries every one of every kernel.
EVERY = 3


def test_every_small_change_of_a_kernel_is_tried():
    found = {(one.before, one.after) for one in mutants_of(SOURCE)}
    assert found == {
        ("max(a, b)", "min(a, b)"),
        ("a < b", "a <= b"),
        ("a < b and a + 1 != b", "a < b or a + 1 != b"),
        ("a + 1 != b", "a + 1 == b"),
        ("a + 1", "a - 1"),
    }


@pytest.mark.processes
def test_changing_a_rule_of_the_walk_makes_a_test_fail():
    command = [sys.executable, "-m", "strategies.engine.tests.mutants", "--every", str(EVERY)]
    modules = ("triggers", "protection", "exits", "entries", "limits", "kernel")
    done = subprocess.run(
        [*command, *(f"walk.{module}" for module in modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("noticed,") == len(modules)
