"""`manage.py warm_engine`: compile the engine into the cache on disk."""

import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from strategies.from_file.command import FileCommand
from trader import env
from trader.worker.parent_death import die_with_parent
from trader.worker.preparation import STAGES, prepare


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--stage", choices=list(STAGES), help="only this one; all by default")
    parser.add_argument("--parent", type=int, help="end when this process does")


def answer(options: Namespace) -> str:
    if options.parent:
        die_with_parent(options.parent)
    started = time.monotonic()
    for stage in [options.stage] if options.stage else STAGES:
        prepare(Path(env.NUMBA_CACHE_DIR), stage, _say_who_compiles)
    return f"The engine is compiled ({time.monotonic() - started:.1f} s)."


def _say_who_compiles() -> None:
    sys.stderr.write("Another process is compiling the engine; waiting for its cache.\n")


COMMAND = FileCommand(
    "warm_engine",
    "Compile the engine's kernels once; quick when it has been done.",
    add_arguments,
    answer,
)
