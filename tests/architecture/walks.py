"""Five walks through the running product: which files they enter, and where they turn back.

A call turns back when it goes up: into a file that imports the one it comes from. A table that
calls what stands in it (the parts of a record, say) does so on purpose and is counted apart.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NamedTuple

from django.core.management import call_command
from django.test import Client

from accounts.keys import create_key
from accounts.models import User
from alerts.models import Alert
from alerts.tasks import evaluate
from alerts.testing import SOURCE, append_minute, make_strategy, run_monitor, store_history
from market.sample import PATH as SAMPLE
from market.testing import wave
from strategies.testing import make_market, make_record
from tests.architecture.figures import graph_of, reached
from tests.architecture.tree import OWN, Tree, is_in
from webhooks.tasks import send_due
from webhooks.testing import make_endpoint, make_message, receiving

N_HISTORY, N_LIVE = 500, 560
SEARCH = {
    "symbol": "SPY",
    "timeframe": "5Min",
    "entry_trigger_confluence_id": "ema_stack_default_cross_bull",
    "search": {"exits": ["ema_stack_default_cross_bear"], "conditions": "all"},
}
FORM = {
    "action": "save",
    "entry": "ema_stack_default_cross_bull",
    "exit_1": "ema_stack_default_cross_bear",
    "stop_method": "atr",
    "stop_atr_mult": "1.5",
    "risk_per_trade": "100",
    "starting_balance": "10000",
    "data_source": "sample",
    "symbol": "SPY",
    "timeframe": "1Min",
    "direction": "LONG",
    "trading_session": "RTH",
    "lookback_mode": "Days",
    "data_days": "7",
}
TABLES = ("strategies.record.parts", "strategies.builder.parts", "strategies.engine.indicators")
Pair = tuple[str, str]
Pairs = dict[Pair, int]


class Walk(NamedTuple):
    name: str
    # Called once to load what is loaded late, and once to be followed.
    action: Callable[[], object]


class Followed(NamedTuple):
    name: str
    files: int
    crossings: int
    handed_out: int
    turns: list[Pair]


@contextmanager
def crossings(root: Path) -> Iterator[Pairs]:
    """Calls from one file of the product into another, counted while the block runs."""
    found: Pairs = {}
    names: dict[str, str] = {}

    def name_of(frame: FrameType) -> str:
        path = frame.f_code.co_filename
        if path not in names:
            names[path] = _module(root, path)
        return names[path]

    def follow(frame: FrameType, event: str, _: object) -> None:
        if event != "call" or frame.f_code.co_name == "<module>" or not name_of(frame):
            return
        caller = frame.f_back
        while caller is not None and not name_of(caller):
            caller = caller.f_back
        pair = (name_of(caller) if caller else "", name_of(frame))
        if pair[0] and pair[0] != pair[1]:
            found[pair] = found.get(pair, 0) + 1

    threading.setprofile(follow)
    sys.setprofile(follow)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def _module(root: Path, path: str) -> str:
    """The dotted name of a file of the product; empty for any other."""
    try:
        parts = Path(path).relative_to(root).with_suffix("").parts
    except ValueError:
        return ""
    is_ours = parts[0] in OWN and not {"tests", "testing", "migrations"} & set(parts)
    return ".".join(parts) if is_ours and parts[-1] != "__init__" else ""


def follow(walk: Walk, root: Path, below: dict[str, set[str]]) -> Followed:
    walk.action()
    with crossings(root) as pairs:
        walk.action()
    files = {name for pair in pairs for name in pair}
    up = sorted((a, b) for a, b in pairs if a in below.get(b, ()))
    turns = [pair for pair in up if not any(is_in(pair[1], table) for table in TABLES)]
    return Followed(walk.name, len(files), len(pairs), len(up) - len(turns), turns)


def walks(directory: Path, stack: ExitStack) -> Iterator[Walk]:
    """On the database that Django is set up with, which must be empty."""
    user = User.objects.create_user(email="walker@example.com", password="an-unlikely-passphrase")
    receiver = stack.enter_context(receiving())
    make_endpoint(user, url=receiver.url)
    raw = wave(n_days=3, seed=11)
    store_history(raw.take(slice(0, N_HISTORY)))
    make_strategy(user)
    run_monitor(user)
    yield Walk("bar to alert", _Bars(raw, N_HISTORY))
    yield Walk("alert to endpoint", lambda: _sent(user))
    make_market()
    client = Client()
    client.force_login(user)
    yield Walk("form to strategy", lambda: _stored(client.post("/strategies/new/", FORM), 302))
    _, key = create_key(user, "walks")
    record, headers = make_record(), {"X-API-Key": key}
    api = "/api/v1/strategies/"
    yield Walk(
        "API write",
        lambda: _stored(Client().post(api, record, "application/json", headers=headers), 201),
    )
    spec = directory / "search.json"
    spec.write_text(json.dumps(SEARCH))
    yield Walk(
        "search file to results",
        lambda: call_command("search", str(spec), bars=str(SAMPLE), json=True),
    )


def _sent(user: User) -> None:
    make_message(user)
    if not send_due():
        raise RuntimeError("nothing was sent")


class _Bars:
    """Minutes, stored and evaluated one by one until they have brought an alert."""

    def __init__(self, raw: object, begin: int) -> None:
        self.raw, self.index = raw, begin

    def __call__(self) -> None:
        n_before = Alert.objects.count()
        while Alert.objects.count() == n_before:
            append_minute(self.raw, self.index, received_at=datetime.now().astimezone())
            evaluate(SOURCE, ["SPY"])
            self.index += 1


def _stored(response: object, status: int) -> None:
    found = getattr(response, "status_code", 0)
    if found != status:
        raise RuntimeError(f"answered {found}, not {status}")


def followed(root: Path) -> list[Followed]:
    below = reached(graph_of(Tree(root), *OWN))
    with TemporaryDirectory() as directory, ExitStack() as stack:
        return [follow(walk, root, below) for walk in walks(Path(directory), stack)]
