"""Run a feed: bars are stored, then announced, by one supervised process per source."""

import signal
import sys
from argparse import ArgumentParser
from datetime import date
from typing import TypedDict, Unpack

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from market import eastern
from market.errors import BarsError
from market.feeds.players import SimulatedPlayer
from market.feeds.runner import Runner
from market.feeds.simulated import DEFAULT_SEED, SimulatedFeed
from market.feeds.supervisor import beat, supervise
from market.ingest.imports import import_files, import_source
from market.instruments import OFFERED
from market.models import Replay
from market.replays import days_to_replay, start_replay
from market.sources import REPLAY, SAMPLE, SIMULATED

HISTORY_DAYS = 30
# Of the first symbol a year, which is what a new strategy looks back over.
FIRST_DAYS = 253


class FeedOptions(TypedDict):
    source: str
    speed: float
    history_days: int | None
    unsupervised: bool
    seed: int
    symbols: str
    start: date | None
    user: str | None
    dataset: str
    symbol: str
    day: date | None
    csv: str | None


class Wanted(TypedDict):
    """What makes two replays the same one."""

    dataset: str
    symbol: str
    day: date
    speed: float


class Command(BaseCommand):
    help = (
        "Run a feed until stopped. `simulated` invents bars for everyone, `replay` plays a "
        "recorded day; both also play the replays that users start on the page."
    )

    # The checks would import every page; a feed that is started again has no time for that.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", default=settings.MARKET_FEED)
        parser.add_argument(
            "--speed", type=float, default=1.0, help="times real time; 0 is as fast as it goes"
        )
        parser.add_argument("--history-days", type=int, default=None, metavar="N")
        parser.add_argument("--unsupervised", action="store_true", help="without a parent process")
        simulated = parser.add_argument_group("simulated")
        simulated.add_argument("--seed", type=int, default=DEFAULT_SEED)
        simulated.add_argument("--symbols", default="", help="comma separated; default: offered")
        simulated.add_argument("--start", type=date.fromisoformat, help="first day, once only")
        replay = parser.add_argument_group("replay (without --user: only what users ask for)")
        replay.add_argument("--user", metavar="EMAIL", help="whose replay it is")
        replay.add_argument("--dataset", default=SAMPLE)
        replay.add_argument("--symbol", default="SPY")
        replay.add_argument("--day", type=date.fromisoformat, help="default: the last recorded")
        replay.add_argument("--csv", metavar="FILE", help="one-minute bars to import and play")

    def handle(self, **options: Unpack[FeedOptions]) -> None:
        self._check(options)

        def target() -> int:
            return run_feed(options)

        if options["unsupervised"]:
            code = target()
        else:
            code = supervise(target)
        if code == 2:
            raise SystemExit(2)

    def _check(self, options: FeedOptions) -> None:
        if options["source"] not in RUNNERS:
            raise CommandError(
                f"source {options['source']!r} is not available: "
                f"only the {' and '.join(RUNNERS)} feeds are.",
                returncode=2,
            )
        if options["speed"] < 0:
            raise CommandError("--speed must be 0 or more.", returncode=2)


def run_feed(options: FeedOptions) -> int:
    """The life of the feed process; 2 when the request itself is wrong."""
    try:
        runner = RUNNERS[options["source"]](options)
    except BarsError as error:
        sys.stderr.write(f"feed: {error}\n")
        return 2
    runner.on_turn = beat
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stop.set())
    runner.run()
    return 0


def _simulated(options: FeedOptions) -> Runner:
    symbols = [part.strip().upper() for part in options["symbols"].split(",") if part.strip()]
    asked = options["history_days"]
    history_days, first_days = (HISTORY_DAYS, FIRST_DAYS) if asked is None else (asked, asked)
    start = options["start"] or eastern.date_of(int(timezone.now().timestamp()))
    return Runner(
        SimulatedPlayer(
            SimulatedFeed(options["seed"]),
            symbols or [one.symbol for one in OFFERED],
            options["speed"],
            start,
            history_days,
            first_days,
        )
    )


def _replay_runner(options: FeedOptions) -> Runner:
    if not options["user"]:
        return Runner()
    user = User.objects.filter(email=options["user"].lower()).first()
    if user is None:
        raise BarsError(f"there is no user {options['user']!r}")
    symbol = options["symbol"].upper()
    dataset = _imported(options["csv"], symbol) if options["csv"] else options["dataset"]
    day = options["day"] or next(iter(days_to_replay(dataset, symbol)), None)
    if day is None:
        raise BarsError(f"{dataset} has no one-minute bars of {symbol}")
    wanted = Wanted(dataset=dataset, symbol=symbol, day=day, speed=options["speed"])
    return Runner(only=_resumed_or_new(user, wanted, options["history_days"]))


def _imported(path: str, symbol: str) -> str:
    """A CSV is imported first, so that a restart finds its bars; again, it changes nothing."""
    stem = path.rsplit("/", 1)[-1].split(".")[0]
    source = import_source(stem)
    import_files([path], symbol, "1Min", source, trigger="feed")
    return source


def _resumed_or_new(user: User, wanted: Wanted, history_days: int | None) -> Replay:
    unfinished: Replay | None = Replay.objects.for_user(user).to_play().filter(**wanted).first()
    if unfinished is not None:
        return unfinished
    return start_replay(user, history_days=10 if history_days is None else history_days, **wanted)


# The kinds of sources that a feed is written for.
RUNNERS = {SIMULATED: _simulated, REPLAY: _replay_runner}
