"""Compiles the engine into the cache on disk, on all cores, and says how far it is.

The first stage is what every backtest and every look of the monitor needs; workers wait for it.
The later one is compiled behind their backs. No Django here, see `warm_up`.
"""

import json
import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from strategies.engine.jit import source_digest
from trader.worker.compile_lock import compiling_alone
from trader.worker.warm_up import Part, first_parts, later_parts

STAGES: dict[str, Callable[[], dict[str, Part]]] = {"first": first_parts, "later": later_parts}
MOST_PROCESSES = 4
# Whoever else works on the machine goes first: packages are being installed, or users served.
NICENESS = 5


class Progress(NamedTuple):
    """How many parts of a stage are compiled, and when this began in epoch seconds."""

    n_done: int
    n_parts: int
    started_at: float


def prepare(cache: Path, stage: str, on_wait: Callable[[], object]) -> None:
    """Compile a stage, or wait until who else is at it has done so.

    Raises BrokenProcessPool when a process that compiled was killed.
    """
    with compiling_alone(cache, on_wait, stage):
        if is_prepared(cache, stage):
            return
        parts = STAGES[stage]()
        progress = Progress(0, len(parts), time.time())
        _show(cache, stage, progress)
        try:
            for _ in _compiled(stage, list(parts)):
                progress = progress._replace(n_done=progress.n_done + 1)
                _show(cache, stage, progress)
        finally:
            _path(cache, stage).unlink(missing_ok=True)
        _mark(cache, stage).parent.mkdir(parents=True, exist_ok=True)
        _mark(cache, stage).write_text(_compiled_by(stage))


def is_prepared(cache: Path, stage: str) -> bool:
    """Whether this version of the engine was compiled here, by these packages, for this processor.

    Loading everything to see that it is there would take as long as all else in a start.
    """
    mark = _mark(cache, stage)
    return mark.is_file() and mark.read_text() == _compiled_by(stage)


def _mark(cache: Path, stage: str) -> Path:
    """Among the compiled code, so that both go together."""
    return cache / source_digest() / f"{stage}.prepared"


def _compiled_by(stage: str) -> str:
    versions = [f"{name} {version(name)}" for name in ("numba", "llvmlite", "numpy")]
    lines = [sys.version, platform.machine(), *_processor(), *versions, *STAGES[stage]()]
    return "\n".join(lines)


def _processor() -> list[str]:
    """Model and abilities, where the system tells them."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return [platform.processor()]
    return sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})


def _compiled(stage: str, names: list[str]) -> Iterator[str]:
    """The names of the parts as they are done, in processes that share the work."""
    n_processes = min(os.cpu_count() or 1, MOST_PROCESSES, len(names))
    # Forked, so that what is loaded here is not loaded once more by each.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(n_processes, context, os.nice, (NICENESS,)) as pool:
        pending = {pool.submit(_run, stage, name): name for name in names}
        for one in as_completed(pending):
            one.result()
            yield pending[one]


def _run(stage: str, name: str) -> None:
    STAGES[stage]()[name].run()


def read(cache: Path, stage: str) -> Progress | None:
    """How far whoever compiles the stage is; None while nobody does."""
    try:
        said = json.loads(_path(cache, stage).read_text())
        return Progress(int(said["n_done"]), int(said["n_parts"]), float(said["started_at"]))
    except (OSError, ValueError, KeyError):
        return None


def _path(cache: Path, stage: str) -> Path:
    return cache / f"preparing-{stage}.json"


def _show(cache: Path, stage: str, progress: Progress) -> None:
    """Another file in its place at once, since readers may look at any time."""
    path = _path(cache, stage)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(progress._asdict()))
    fresh.replace(path)
