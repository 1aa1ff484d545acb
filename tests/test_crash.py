"""Killing any process at any moment of a replay changes nothing that a user can see.

Once on the embedded default; once on PostgreSQL with two workers and two web processes, where
Redis dies as well and two clients follow the live feed all the while.
"""

import contextlib
import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import scenario
from tests.databases import new_database
from tests.live_client import LiveClient, close_code, open_socket
from tests.receiver import Receiver
from tests.servers import MortalRedis, mortal_redis
from tests.stack import Process, Stack, running
from tests.waiting import PATIENCE_SECONDS, wait_until

SPEED = 900
N_KILLS = 14
PLAY_SECONDS = 240.0
LIGHT = {"HOT_WORKERS": "2", "SLOW_WORKERS": "1"}

pytestmark = pytest.mark.processes


def call(stack: Stack, expression: str) -> Any:
    """Evaluate an expression of `tests.scenario` inside the deployment."""
    return stack.ask("tests.scenario", expression)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a deployment that waits for its feed."""
    stack = Stack(tmp_path_factory.mktemp("prepared"))
    stack.manage("migrate", "-v0")
    call(stack, f"make_replay_deployment('http://127.0.0.1:9/bot', speed={SPEED})")
    stack.stop_answering()
    stack.python("from django.db import connection as c\n"
                 "c.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')")  # fmt: skip
    return stack.directory / "ror.sqlite3"


def is_over(stack: Stack) -> bool:
    now = call(stack, "progress()")
    is_played = now["replay"] == "finished"
    return is_played and not now["behind"] and not now["open_deliveries"]


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
        with running(stack):
            killed = fire(stack, chance, N_KILLS) if chance else []
            result = finished(stack, killed)
            result["backtested"] = call(stack, "backtested()")
        return result | taken(receiver)


def fire(stack: Stack, chance: random.Random, n_kills: int) -> list[str]:
    """Kill one process after the other; what they were."""
    killed: list[str] = []
    while len(killed) < n_kills:
        time.sleep(chance.uniform(0.3, 2.2))
        killed.append(kill_one(stack, chance))
        time.sleep(0.2)
        restart_the_dead(stack)
    return killed


def finished(stack: Stack, killed: list[str]) -> dict[str, Any]:
    """What is there when the replay and all that follows from it are over."""
    try:
        wait_until(lambda: is_over(stack), "the end of the replay", seconds=PLAY_SECONDS, pause=1.0)
    except AssertionError as error:
        state = call(stack, "progress()")
        raise AssertionError(f"{error} {state}\n{killed}\n{stack.logs()}") from error
    return {**call(stack, "facts()"), "killed": killed}


def taken(receiver: Receiver) -> dict[str, Any]:
    """What arrived at the bot."""
    bodies_by_id = receiver.bodies_by_id().items()
    return {
        "received": {key: sorted(b.decode() for b in bodies) for key, bodies in bodies_by_id},
        "is_all_signed": all(row.is_signed for row in receiver.received),
        "arrivals": [
            [row.id, json.loads(row.body)["embeds"][0]["title"], int(row.headers["x-ror-sequence"])]
            for row in receiver.received
        ],
    }


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return play(prepared, tmp_path_factory.mktemp("undisturbed") / "run", None)


def assert_equal_runs(run: dict[str, Any], other: dict[str, Any]) -> None:
    for what in ("alerts", "deliveries", "records", "states", "groups"):
        assert run[what] == other[what], f"{what} differ; killed: {run['killed']}"
    for code, _ in run["records"]:
        assert run["received"][code] == other["received"][code]
    assert_orders_in_order(run)


def assert_orders_in_order(run: dict[str, Any]) -> None:
    """What an order endpoint gets depends on when it takes it; its order does not.

    Each strategy's messages arrive by rising numbers, and one that was not sent says why.
    """
    states = dict(run["orders"])
    assert set(states.values()) <= {"delivered", "superseded", "nothing_to_close"}
    assert "delivered" in states.values()
    arrived: dict[str, list[int]] = {}
    for code, strategy, number in run["arrivals"]:
        if code in states:
            arrived.setdefault(strategy, []).append(number)
    assert all(numbers == sorted(numbers) for numbers in arrived.values())
    delivered = {code for code, state in states.items() if state == "delivered"}
    assert delivered <= set(run["received"])


def test_an_undisturbed_run_alerts_and_delivers_everything(undisturbed: dict[str, Any]) -> None:
    assert len(undisturbed["alerts"]) >= 40
    assert len(undisturbed["deliveries"]) == 2 * len(undisturbed["alerts"])
    assert {state for _, state in undisturbed["records"]} == {"delivered"}
    assert {code for code, _ in undisturbed["records"]} <= set(undisturbed["received"])
    assert_orders_in_order(undisturbed)
    assert undisturbed["is_all_signed"]


def test_live_alerts_equal_a_backtest_of_the_same_bars(undisturbed: dict[str, Any]) -> None:
    live = [[*row[1:5], row[5]] for row in undisturbed["alerts"]]
    assert sorted(live, key=str) == undisturbed["backtested"]


def seeded() -> random.Random:
    seed = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")  # noqa: T201
    return random.Random(seed)


def test_a_run_under_fire_equals_an_undisturbed_one(
    prepared: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    run = play(prepared, tmp_path / "run", seeded())
    print(f"killed: {run['killed']}")  # noqa: T201
    assert all(len(bodies) == 1 for bodies in run["received"].values()), "a repeat changed"
    assert run["is_all_signed"]
    assert_equal_runs(run, undisturbed)


def lose_redis(redis: MortalRedis, client: LiveClient) -> list[str]:
    """Kill Redis in mid-replay; the feed must go on without it and, later, with it again."""
    wait_until(lambda: client.last > 20, "the first events")
    redis.kill()
    n_before, n_connections = client.last, client.n_connections
    wait_until(lambda: client.last > n_before + 10, "events without Redis")
    assert client.n_connections == n_connections, "the socket was cut off"
    redis.start()
    return ["redis"]


def check_socket_rules(port: int, keys: dict[str, str], top: int) -> None:
    """Ten sockets per user and no more, sense in every message, no half answer."""
    with contextlib.ExitStack() as sockets:
        for _ in range(10):
            sockets.enter_context(open_socket(port, keys["stranger"], 0))
        eleventh = sockets.enter_context(open_socket(port, keys["stranger"], 0))
        assert close_code(eleventh) == 4029
    with open_socket(port, keys["trader"], top) as socket:
        socket.send("{}")
        assert close_code(socket) == 4400
    with open_socket(port, keys["trader"], 10**9) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE_SECONDS)) == {"type": "reset", "top": top}
    with open_socket(port, "not-a-key", 0) as socket:
        assert close_code(socket) == 4401


@pytest.fixture(scope="module")
def on_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A run under fire with two of each process, PostgreSQL, and a Redis that dies."""
    postgresql = os.environ.get("TEST_POSTGRESQL_URL")
    if not (postgresql and os.environ.get("TEST_REDIS_URL")):
        pytest.skip("no PostgreSQL or no Redis was given")
    directory = tmp_path_factory.mktemp("servers")
    with new_database(postgresql) as url, mortal_redis() as redis:
        stack = Stack(
            directory, database_url=url, redis_url=redis.url, n_web=2, n_workers=2,
            feed_speed="60", extra_env=LIGHT,
        )  # fmt: skip
        stack.manage("migrate", "-v0")
        with Receiver([scenario.SECRET]) as receiver:
            call(stack, f"make_replay_deployment({receiver.url!r}, speed={SPEED})")
            keys = call(stack, "make_keys()")
            client = LiveClient(stack.ports, keys["trader"])
            stranger = LiveClient(stack.ports, keys["stranger"])
            with running(stack, later=("feed",)), client, stranger:
                # Who connects after hundreds of events is told to begin anew.
                wait_until(lambda: client.n_connections, "the first connection")
                stack.processes["feed"].start()
                killed = lose_redis(redis, client) + fire(stack, seeded(), N_KILLS)
                result = finished(stack, killed)
                top = call(stack, "top_seq()")
                wait_until(lambda: client.last >= top, f"event {top} after {client.last}")
                # It may have been the last that died.
                wait_until(lambda: stack.is_ready(stack.ports[0]), "the first web process")
                check_socket_rules(stack.ports[0], keys, call(stack, "top_seq()"))
            yield result | taken(receiver) | {"client": client, "stranger": stranger}


def test_a_run_under_fire_on_servers_equals_an_undisturbed_one(
    on_servers: dict[str, Any], undisturbed: dict[str, Any]
) -> None:
    print(f"killed: {on_servers['killed']}")  # noqa: T201
    assert on_servers["is_all_signed"]
    assert_equal_runs(on_servers, undisturbed)


def test_a_client_sees_every_event_once_whatever_dies(on_servers: dict[str, Any]) -> None:
    client: LiveClient = on_servers["client"]
    assert client.faults == []
    assert [message["seq"] for message in client.messages] == list(range(1, client.last + 1))
    fired = [m["data"]["code"] for m in client.messages if m["type"] == "alert.fired"]
    assert sorted(fired) == sorted(row[0] for row in on_servers["alerts"])


def test_another_users_client_sees_nothing_of_it(on_servers: dict[str, Any]) -> None:
    stranger: LiveClient = on_servers["stranger"]
    assert stranger.faults == []
    assert {message["type"] for message in stranger.messages} <= {"monitor.status"}
