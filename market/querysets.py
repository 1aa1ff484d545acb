"""Which replays: a user's own; those a feed still has to play."""

import uuid
from typing import Self

from accounts.ownership import OwnedQuerySet
from market.sources import name_of


class ReplayQuerySet(OwnedQuerySet):
    def to_play(self) -> Self:
        return self.filter(status__in=["requested", "running"])

    def by_source(self, source: str) -> Self:
        """The replay behind `replay:<code>`; none for a text that isn't one."""
        try:
            return self.filter(code=uuid.UUID(name_of(source)))
        except ValueError:
            return self.none()
