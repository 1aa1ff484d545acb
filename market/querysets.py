"""Which replays: a user's own; those a feed still has to play."""

from typing import Self

from accounts.ownership import OwnedQuerySet


class ReplayQuerySet(OwnedQuerySet):
    def to_play(self) -> Self:
        return self.filter(status__in=["requested", "running"])
