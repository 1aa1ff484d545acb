"""Killing any process at any moment of a replay changes nothing that a user can see."""

import json
import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import scenario
from tests.receiver import Receiver
from tests.stack import Process, Stack, running, wait_for

SPEED = 900
N_KILLS = 14
PLAY_SECONDS = 150.0

pytestmark = pytest.mark.processes


def call(stack: Stack, expression: str) -> Any:
    """Evaluate an expression of `tests.scenario` inside the deployment."""
    code = f"from tests import scenario\nscenario.show(lambda: scenario.{expression})"
    out = stack.python(code)
    return json.loads(out.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a deployment that waits for its feed."""
    stack = Stack(tmp_path_factory.mktemp("prepared"))
    stack.manage("migrate", "-v0")
    call(stack, f"make_replay_deployment('http://127.0.0.1:9/bot', speed={SPEED})")
    stack.python("from django.db import connection as c\n"
                 "c.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')")  # fmt: skip
    return stack.directory / "ror.sqlite3"


def is_over(stack: Stack) -> bool:
    now = call(stack, "progress()")
    return now["replay"] == "finished" and now["behind"] == 0 and now["open_deliveries"] == 0


def restart_the_dead(stack: Stack) -> None:
    """What the process manager of a deployment does."""
    for process in stack.processes.values():
        if not process.is_alive():
            process.start()


def victims(stack: Stack) -> list[tuple[str, psutil.Process]]:
    """Every living process of the deployment, parents and children alike."""
    found = []
    for name, process in stack.processes.items():
        found += [(name, member) for member in process.family()]
    return found


def kill_one(stack: Stack, chance: random.Random) -> str:
    """SIGKILL to one process: first choose the service, so that each gets its share."""
    name = chance.choice(sorted(stack.processes))
    process: Process = stack.processes[name]
    members = process.family()
    if not members:
        return f"{name}: gone already"
    victim = chance.choice(members)
    try:
        what = " ".join(victim.cmdline()[-4:])
        victim.kill()
    except psutil.NoSuchProcess:
        return f"{name}: gone already"
    return f"{name}: {victim.pid} {what}"


def play(prepared: Path, directory: Path, chance: random.Random | None) -> dict[str, Any]:
    """One run from the prepared database to the end; with `chance` under fire."""
    directory.mkdir()
    shutil.copy(prepared, directory / "ror.sqlite3")
    with Receiver([scenario.SECRET]) as receiver:
        stack = Stack(directory, feed_speed="60")
        stack.python(f"from tests import scenario\nscenario.point_endpoints_to({receiver.url!r})")
        killed: list[str] = []
        with running(stack):
            started = time.monotonic()
            while chance and len(killed) < N_KILLS:
                time.sleep(chance.uniform(0.3, 2.2))
                killed.append(kill_one(stack, chance))
                time.sleep(0.2)
                restart_the_dead(stack)
            try:
                wait_for(lambda: is_over(stack), PLAY_SECONDS, "the end of the replay", 1.0)
            except AssertionError as error:
                state = call(stack, "progress()")
                raise AssertionError(f"{error} {state}\n{killed}\n{stack.logs()}") from error
            result = call(stack, "facts()")
            result["seconds"] = time.monotonic() - started
            result["backtested"] = call(stack, "backtested()")
        result["killed"] = killed
        result["received"] = {
            key: sorted(body.decode() for body in bodies)
            for key, bodies in receiver.bodies_by_id().items()
        }
        result["is_all_signed"] = all(row.is_signed for row in receiver.received)
    return result


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return play(prepared, tmp_path_factory.mktemp("undisturbed") / "run", None)


def assert_equal_runs(run: dict[str, Any], other: dict[str, Any]) -> None:
    for what in ("alerts", "deliveries", "states", "groups"):
        assert run[what] == other[what], f"{what} differ; killed: {run['killed']}"
    assert run["received"] == other["received"]


def test_an_undisturbed_run_alerts_and_delivers_everything(undisturbed: dict[str, Any]) -> None:
    assert len(undisturbed["alerts"]) >= 40
    assert len(undisturbed["deliveries"]) == 2 * len(undisturbed["alerts"])
    assert {state for _, _, state in undisturbed["deliveries"]} == {"delivered"}
    assert set(undisturbed["received"]) == {code for code, _, _ in undisturbed["deliveries"]}
    assert undisturbed["is_all_signed"]


def test_live_alerts_equal_a_backtest_of_the_same_bars(undisturbed: dict[str, Any]) -> None:
    live = [[*row[1:5], row[5]] for row in undisturbed["alerts"]]
    assert sorted(live, key=str) == undisturbed["backtested"]


def test_a_run_under_fire_equals_an_undisturbed_one(
    prepared: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    seed = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**6))
    run = play(prepared, tmp_path / "run", random.Random(seed))
    print(f"seed {seed}; killed: {run['killed']}")  # noqa: T201
    assert all(len(bodies) == 1 for bodies in run["received"].values()), "a repeat changed"
    assert run["is_all_signed"]
    assert_equal_runs(run, undisturbed)
