"""The loop of the feed process: plays its own feed and every replay that users ask for."""

import math
import threading
import time
from collections.abc import Callable

import structlog

from market.feeds.player import LeaseLostError, Player
from market.feeds.players import ReplayPlayer
from market.models import FeedState, Replay
from trader.work.trouble import PASSING_TROUBLE

logger = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
RENEW_SECONDS = 2.0
# A replay takes notice of its owner so soon.
HEED_SECONDS = 0.1


class Runner:
    """`main` is the shared feed, or None for a process that only serves replays.

    `only` limits it to one replay and ends the loop with it. `on_turn` is called on every turn of
    the loop, at least twice a second while nothing blocks.
    """

    def __init__(
        self,
        main: Player | None = None,
        only: Replay | None = None,
        on_turn: Callable[[], None] = lambda: None,
    ) -> None:
        self.main = main
        self.only = only
        self.on_turn = on_turn
        self.players: dict[str, Player] = {}
        self.stop = threading.Event()
        self._next_poll = 0.0
        self._next_renewal = 0.0
        self._next_heed = 0.0
        self._is_waiting = False

    def run(self) -> None:
        """Until `stop` is set. Every step is a transaction, so stopping never cuts one."""
        try:
            while not self.stop.is_set():
                self.on_turn()
                self._look_around()
                if self._is_done():
                    return
                self._play_or_wait()
        finally:
            for player in self.players.values():
                player.close(FeedState.Status.STOPPED, "The feed process was stopped.")

    def _is_done(self) -> bool:
        return self.only is not None and self.only.is_over

    def _look_around(self) -> None:
        now = time.monotonic()
        if now >= self._next_poll:
            self._next_poll = now + POLL_SECONDS
            self._open_main()
            self._pick_up_replays()
        if now >= self._next_heed:
            self._next_heed = now + HEED_SECONDS
            for replay in self._replays():
                self._guard(replay, replay.heed)
        if now >= self._next_renewal:
            self._next_renewal = now + RENEW_SECONDS
            for player in list(self.players.values()):
                self._guard(player, player.renew)

    def _replays(self) -> list[ReplayPlayer]:
        return [one for one in self.players.values() if isinstance(one, ReplayPlayer)]

    def _open_main(self) -> None:
        if self.main is None or self.main.source in self.players:
            return
        if self.main.open():
            self.players[self.main.source] = self.main
            self._is_waiting = False
            logger.info("feed_started", source=self.main.source, now_ts=self.main.now_ts)
        elif not self._is_waiting:
            self._is_waiting = True
            logger.warning("feed_waits_for_lease_of_another", source=self.main.source)

    def _pick_up_replays(self) -> None:
        for replay in Replay.objects.to_play():
            if replay.source in self.players or (self.only and replay.pk != self.only.pk):
                continue
            player = ReplayPlayer(self.only or replay)
            if self._guard(player, player.open) and not player.replay.is_over:
                self.players[player.source] = player
                logger.info("replay_started", source=player.source, now_ts=player.now_ts)

    def _play_or_wait(self) -> None:
        now = time.monotonic()
        player = min(self.players.values(), key=lambda one: one.due, default=None)
        if player is None or player.due > now:
            until = min(self._next_poll, player.due if player else math.inf)
            until = min(until, self._next_heed) if self._replays() else until
            self.stop.wait(max(until - now, 0.0))
            return
        self._guard(player, lambda: self._play(player))

    def _play(self, player: Player) -> None:
        if isinstance(player, ReplayPlayer):
            player.heed()
            if player.is_cancelled:
                self._end(player, Replay.Status.CANCELLED)
            if player.is_cancelled or player.is_held:
                return
        player.step()
        if player.is_over:
            self._end(player, Replay.Status.FINISHED)

    def _end(self, player: Player, status: Replay.Status) -> None:
        self.players.pop(player.source, None)
        if isinstance(player, ReplayPlayer):
            player.finish(status)
            logger.info("replay_ended", source=player.source, status=str(status))
        else:
            player.close(FeedState.Status.FINISHED, "The calendar has no further session.")
            self.stop.set()

    def _guard(self, player: Player, action: Callable[[], object]) -> object:
        """A lost lease or broken replay ends that player; the main feed's error ends all.

        So does trouble of the database: the process starts again and every replay goes on.
        """
        try:
            return action()
        except LeaseLostError:
            self.players.pop(player.source, None)
            logger.warning("feed_lease_lost", source=player.source)
        except PASSING_TROUBLE:
            raise
        except Exception as error:
            if not isinstance(player, ReplayPlayer):
                raise
            logger.exception("replay_failed", source=player.source)
            self.players.pop(player.source, None)
            player.finish(Replay.Status.FAILED, f"{type(error).__name__}: {error}")
        return None
