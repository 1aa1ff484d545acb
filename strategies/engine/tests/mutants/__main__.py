"""`python -m strategies.engine.tests.mutants [MODULE ...] [--every N]`: what no test notices.

Every mutant lives in a process forked from one that has imported everything and compiled
nothing: kernels run as plain Python there. Exit status 1 when one survives that is not known to
mean the same.
"""

import __future__

import os

os.environ["NUMBA_DISABLE_JIT"] = "1"

import argparse
import ast
import contextlib
import inspect
import io
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

from strategies.engine.jit import Kernel
from strategies.engine.tests.mutants.changes import mutants_of
from strategies.engine.tests.mutants.same import SAME

TESTS = Path(__file__).parent.parent
POSITION_MODULES = (
    "walk.triggers", "walk.protection", "walk.exits", "walk.entries", "walk.limits", "walk.kernel",
)  # fmt: skip
POSITION_TESTS = (
    "missing_dates", "confirmations", "exits", "executions", "moving_stops", "boundaries", "pieces",
    "limits",
)  # fmt: skip
SHARED_TESTS = ("indicators/test_edges.py", "indicators/test_reference.py")
PLUGINS = ("cacheprovider", "django", "randomly", "xdist", "asyncio")
# No settings: those of the project start Django, of which the engine knows nothing.
PYTEST = ["-x", "-q", "--tb=no", "-c", os.devnull, "--rootdir", str(TESTS)]
PYTEST += [part for name in PLUGINS for part in ("-p", f"no:{name}")]
# A mutant that has worked this many times as long as its tests take, and then some, never ends.
PATIENCE, MORE_SECONDS = 5, 10
# What a child answers that came to grief over something else than a test.
FAULT = 2


def indicator_modules():
    paths = sorted((TESTS.parent / "indicators").glob("*.py"))
    return [f"indicators.{path.stem}" for path in paths if mutants_of(path.read_text())]


def tests_of(module):
    """Test files that must notice a change of a module, the quickest first."""
    if module in POSITION_MODULES:
        return [str(TESTS / "walk" / f"test_{name}.py") for name in POSITION_TESTS]
    name = module.removeprefix("indicators.")
    names = [name, *users_of(name)]
    files = dict.fromkeys(path for one in names for path in named_after(one))
    found = [*map(str, files), *(str(TESTS / shared) for shared in SHARED_TESTS)]
    return [*found, str(TESTS / "nodes" / "test_kernel_twins.py")]


def named_after(name):
    """Test files about a pack: `test_bollinger.py` for `bollinger_bands` too."""
    first = name.split("_")[0]
    return [
        path
        for path in sorted((TESTS / "indicators").glob("test_*.py"))
        if first in path.stem.split("_")
    ]


def users_of(name):
    """Modules of indicators that import another one: its boundaries are tested where it is used."""
    line = f"from strategies.engine.indicators.{name} import"
    paths = sorted((TESTS.parent / "indicators").glob("*.py"))
    return [path.stem for path in paths if line in path.read_text()]


def seconds_of(name, tests):
    """How long the tests take in a forked process with every kernel as it is."""
    began = time.monotonic()
    if in_child(lambda: run(tests)) != 1:
        raise SystemExit(f"{name}: its tests fail without any change")
    return time.monotonic() - began


def run(tests):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return pytest.main([*PYTEST, *tests]) == pytest.ExitCode.OK


def survives(module, mutant, tests):
    """Whether the tests pass with the mutant in the place of its kernel. Runs in a child."""
    target = getattr(module, mutant.kernel)
    scope = target.python.__globals__
    tree = ast.fix_missing_locations(ast.Module([mutant.definition], []))
    # Names in annotations are known to type checkers only.
    flags = __future__.annotations.compiler_flag
    code = compile(tree, f"<{mutant.kernel}>", "exec", flags)
    local = {}
    exec(code, scope, local)
    target.python = local[mutant.kernel]
    return run(tests)


def try_one(job):
    """The mutant and whether it survived, found out in a forked process."""
    module, mutant, tests, seconds = job
    outcome = in_child(lambda: survives(module, mutant, tests), seconds)
    if outcome == FAULT:
        raise SystemExit(f"{mutant}: could not be tried")
    return mutant, outcome == 1


def in_child(function, seconds=0):
    """1 when the function answered true in a forked process, 0 for false, else what ended it.

    One that has worked for `seconds` is ended; 0 for never.
    """
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        status = FAULT
        try:
            status = int(function())
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def look_at(name, every):
    """Number of tried mutants of a module, and those that survive and should not."""
    module = import_module(f"strategies.engine.{name}")
    mutants = mutants_of(SOURCES[name])[::every]
    tests = tests_of(name)
    seconds = MORE_SECONDS + PATIENCE * seconds_of(name, tests)
    kernels = [one for one in mutants if isinstance(vars(module)[one.kernel], Kernel)]
    jobs = [(module, one, tests, seconds) for one in kernels]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(try_one, jobs))
    alive = [mutant for mutant, is_alive in outcomes if is_alive]
    known = [m for m in alive if (name, m.kernel, m.before, m.after) in SAME]
    return len(jobs), len(known), [m for m in alive if m not in known]


# As they were when they were imported: the run is long, and files may change meanwhile.
SOURCES = {}


def main(names, every):
    names = names or [*POSITION_MODULES, *indicator_modules()]
    for name in names:
        module = import_module(f"strategies.engine.{name}")
        SOURCES[name] = inspect.getsource(module)
    with contextlib.redirect_stdout(io.StringIO()):
        files = sorted({test for name in names for test in tests_of(name)})
        pytest.main([*PYTEST, "--collect-only", *files])
    failed = False
    for name in names:
        n_mutants, n_same, alive = look_at(name, every)
        killed = n_mutants - n_same - len(alive)
        print(f"{name}: {killed} of {n_mutants} noticed, {n_same} mean the same", flush=True)
        for mutant in alive:
            print(f"  NOT NOTICED {mutant}")
        failed = failed or bool(alive)
    return int(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    parser.add_argument("--every", type=int, default=1, help="try only every Nth one")
    options = parser.parse_args()
    sys.exit(main(options.modules, options.every))
