"""All tests in stages, each with the servers it needs, and one summary of what ran.

`python -m tests.run [STAGE ...]` runs the named stages only; `--` passes the rest to pytest.
"""

import contextlib
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5
PLAIN = "not processes and not browser and not redis and not benchmark"
# What touches no database is the same on every one, and runs once.
ON_DATABASES = "not without_database"
PARALLEL = ("-n", "2", "--dist", "loadgroup")


@dataclass(frozen=True)
class Stage:
    name: str
    title: str
    markers: str
    needs: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    # Waits more than it computes: stages like it run side by side, each with servers of its own.
    waits: bool = False


STAGES = (
    Stage(
        "plain",
        "without a database",
        f"{PLAIN} and without_database and not postgresql",
        options=PARALLEL,
    ),
    Stage(
        "sqlite",
        "SQLite",
        f"{PLAIN} and {ON_DATABASES} and not postgresql",
        options=PARALLEL,
    ),
    Stage(
        "postgresql",
        "PostgreSQL",
        f"{PLAIN} and ({ON_DATABASES} or postgresql)",
        needs=("postgresql",),
        options=PARALLEL,
    ),
    Stage(
        "redis",
        "PostgreSQL and Redis",
        f"not processes and not browser and not benchmark and ({ON_DATABASES} or redis)",
        needs=("postgresql", "redis"),
        paths=("accounts", "alerts", "trader", "tests"),
        options=PARALLEL,
    ),
    Stage(
        "processes",
        "real processes",
        "processes and not browser",
        needs=("urls",),
        waits=True,
    ),
    Stage("browser", "browser", "browser", needs=("chromium", "urls"), waits=True),
)


@dataclass
class Outcome:
    stage: Stage
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    not_run: str = ""
    skip_reasons: list[str] = field(default_factory=list)


class Available:
    """The servers, started when the first stage needs them."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.stack = stack
        self.known: dict[str, str | None] = {}
        self.why_not: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        if name not in self.known:
            self.known[name] = self._start(name)
        return self.known[name]

    def _start(self, name: str) -> str | None:
        if name == "chromium":
            self.why_not[name] = "no Chromium on this machine"
            return servers.chromium()
        start = {"postgresql": servers.postgresql, "redis": servers.redis_server}[name]
        try:
            return self.stack.enter_context(start())
        except servers.NotAvailableError as error:
            self.why_not[name] = str(error)
            return None


def environment(stage: Stage, available: Available) -> dict[str, str] | str:
    """The stage's environment, or the reason why it can't run."""
    env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    env["DJANGO_SETTINGS_MODULE"] = "trader.settings_test"
    for need in (need for need in stage.needs if need != "urls"):
        if available.get(need) is None:
            return available.why_not[need]
    if "postgresql" in stage.needs:
        env["DATABASE_URL"] = available.get("postgresql") or ""
    if "redis" in stage.needs:
        env["REDIS_URL"] = available.get("redis") or ""
    if "urls" in stage.needs:
        # Tests with processes choose by themselves which of their runs use these.
        env["TEST_POSTGRESQL_URL"] = available.get("postgresql") or ""
        env["TEST_REDIS_URL"] = available.get("redis") or ""
    if "chromium" in stage.needs:
        env["CHROMIUM"] = available.get("chromium") or ""
    return env


def run_stage(
    stage: Stage, available: Available, report: Path, extra: list[str], is_alone: bool = True
) -> Outcome:
    """Its output as it comes; of a stage beside another, at its end and whole."""
    outcome = Outcome(stage)
    env = environment(stage, available)
    if isinstance(env, str):
        outcome.not_run = env
        return outcome
    if is_alone:
        say(f"\n=== {stage.title}")
    command = [sys.executable, "-m", "pytest", "-p", "trader.testing", "-m", stage.markers]
    command += [*stage.options, f"--junit-xml={report}", "-q", "--no-header"]
    command += [*stage.paths, *extra]
    started = time.monotonic()
    output = None if is_alone else subprocess.PIPE
    run = subprocess.run(
        command, cwd=ROOT, env=env, check=False, text=True, stdout=output, stderr=output
    )
    code = run.returncode
    if not is_alone:
        say(f"\n=== {stage.title}\n{run.stdout}{run.stderr}")
    outcome.seconds = time.monotonic() - started
    read_report(report, outcome)
    if code not in (0, NO_TESTS_COLLECTED) and not outcome.failed:
        outcome.failed = 1  # pytest itself failed: a collection error or a crash.
    if code == NO_TESTS_COLLECTED:
        outcome.not_run = "there are no such tests"
    return outcome


def read_report(report: Path, outcome: Outcome) -> None:
    if not report.exists():
        return
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors")}
        outcome.skipped += int(suite.get("skipped", 0))
        outcome.failed += count["failures"] + count["errors"]
        outcome.passed += count["tests"]
    outcome.passed -= outcome.failed + outcome.skipped
    for skip in ElementTree.parse(report).getroot().iter("skipped"):
        outcome.skip_reasons.append(skip.get("message", ""))


def summary(outcomes: list[Outcome]) -> Iterator[str]:
    yield "\n=== Summary"
    for row in outcomes:
        if row.not_run:
            yield f"  NOT RUN  {row.stage.title}: {row.not_run}"
            continue
        counts = f"{row.passed} passed, {row.failed} failed, {row.skipped} skipped"
        yield f"  {row.stage.title:22} {counts} in {row.seconds:.0f} s"
        for reason in sorted(set(row.skip_reasons)):
            yield f"           skipped: {reason}"
    total = [
        sum(getattr(row, name) for row in outcomes) for name in ("passed", "failed", "skipped")
    ]
    yield "{} passed, {} failed, {} skipped".format(*total)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run_stages(
    stages: list[Stage], stack: contextlib.ExitStack, reports: Path, extra: list[str]
) -> list[Outcome]:
    """One after the other; those that wait together, after the rest."""
    available, waiting = Available(stack), [stage for stage in stages if stage.waits]
    if len(waiting) < 2:
        return [run_stage(one, available, reports / f"{one.name}.xml", extra) for one in stages]
    outcomes = run_stages([one for one in stages if not one.waits], stack, reports, extra)
    say(f"\n... {' and '.join(one.title for one in waiting)}, side by side")
    with ThreadPoolExecutor(len(waiting)) as pool:
        runs = [
            pool.submit(
                run_stage, one, Available(stack), reports / f"{one.name}.xml", extra, is_alone=False
            )
            for one in waiting
        ]
        return outcomes + [run.result() for run in runs]


def main(arguments: list[str]) -> int:
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    names, extra = arguments[:cut], arguments[cut + 1 :]
    unknown = set(names) - {stage.name for stage in STAGES}
    if unknown:
        say(f"Unknown stage: {', '.join(sorted(unknown))}")
        return 2
    stages = [stage for stage in STAGES if not names or stage.name in names]
    with contextlib.ExitStack() as stack, TemporaryDirectory() as reports:
        outcomes = run_stages(stages, stack, Path(reports), extra)
    for line in summary(outcomes):
        say(line)
    is_strict = os.environ.get("STRICT") == "1"
    is_bad = any(row.failed or (is_strict and row.not_run) for row in outcomes)
    return 1 if is_bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
