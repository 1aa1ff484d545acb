"""Work waits until the engine is compiled: how far this is, for every page that waits with it."""

import math
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.db.models import Subquery
from django.db.models.functions import JSONObject

from trader.models import EnginePreparation
from trader.queue_health import ALIVE_SECONDS

# Parts after which their pace says something.
TELLING_PARTS = 4
SECONDS_STEP = 5


class Preparation(NamedTuple):
    n_done: int
    n_parts: int
    elapsed_s: int

    @classmethod
    def of(cls, row: dict[str, int] | None) -> Self | None:
        return None if row is None else cls(**row)

    @property
    def seconds_left(self) -> int | None:
        """At the pace so far, in whole steps; None while there is none."""
        if self.n_done < TELLING_PARTS:
            return None
        left = self.elapsed_s / self.n_done * (self.n_parts - self.n_done)
        return max(1, math.ceil(left / SECONDS_STEP)) * SECONDS_STEP

    def __str__(self) -> str:
        if self.n_done >= self.n_parts:
            return "The engine is prepared, the worker is starting"
        parts = f"Preparing the engine, once: {self.n_done} of {self.n_parts} parts"
        left = self.seconds_left
        return parts if left is None else f"{parts}, about {left} s"


def of_workers(now: datetime) -> Subquery:
    """The preparation that is furthest, of the workers alive, as `Preparation.of` reads it."""
    alive = EnginePreparation.objects.filter(beat_at__gt=now - timedelta(seconds=ALIVE_SECONDS))
    row = JSONObject(**{name: name for name in Preparation._fields})
    return Subquery(alive.order_by("-n_done", "pk").values(said=row)[:1])
