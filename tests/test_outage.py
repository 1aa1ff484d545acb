"""A bot that was away: what it gets when it is back, in real processes on the simulated feed."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.receiver import Received, Receiver
from tests.stack import Stack, free_port, running
from tests.waiting import wait_until

OUTAGE_SECONDS = 40
AFTERWARDS_SECONDS = 20
RATE = 10
N_STRATEGIES = 5
FACTS = """
import json
from webhooks.models import Attempt, Delivery
rows = Delivery.objects.order_by("sequence")
print(json.dumps({
    "states": [[str(r.code), r.subject, r.event_type, r.position, r.state] for r in rows],
    "n_tries": Attempt.objects.count(),
}))
"""

pytestmark = pytest.mark.processes


def run(directory: Path) -> tuple[list[Received], dict[str, Any]]:
    """What the receiver got, and what the deployment knows afterwards."""
    port = free_port()
    stack = Stack(directory, feed_speed="60")
    stack.manage("migrate", "-v0")
    stack.python(
        "from tests import scenario\n"
        f"scenario.make_simulated_deployment('http://127.0.0.1:{port}/bot', "
        f"n_strategies={N_STRATEGIES})"
    )
    with running(stack):
        wait_until(lambda: json.loads(stack.python(FACTS))["n_tries"], "the first try", seconds=240)
        time.sleep(OUTAGE_SECONDS)
        with Receiver(port=port) as receiver:
            wait_until(lambda: receiver.received, "the first message", seconds=120)
            time.sleep(AFTERWARDS_SECONDS)
        received = list(receiver.received)
        return received, json.loads(stack.python(FACTS).strip().splitlines()[-1])


def test_bot_that_was_away_gets_each_strategys_messages_in_order_and_at_the_rate(
    tmp_path: Path,
) -> None:
    received, facts = run(tmp_path)
    known = {code: (subject, event, at) for code, subject, event, at, _ in facts["states"]}
    got: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for row in received:
        subject, event, position = known[row.id]
        got[subject].append((int(row.headers["x-ror-sequence"]), event, position))
    assert got
    for subject, rows in got.items():
        numbers = [number for number, _, _ in rows]
        assert numbers == sorted(numbers), f"{subject}: {numbers}"
        for (_, event, position), (_, later, other) in pairwise(rows):
            is_turned = event.startswith("exit") and later.startswith("entry")
            assert not (is_turned and position == other), f"{subject}: an entry after its exit"
    times = sorted(row.at for row in received)
    busiest = max(sum(1 for at in times if start <= at < start + 1) for start in times)
    assert busiest <= 2 * RATE
    assert {row[-1] for row in facts["states"]} >= {"delivered", "superseded"}
