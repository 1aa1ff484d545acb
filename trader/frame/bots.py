"""The gauge of the endpoints: which fail, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from accounts.models import User
from trader.templatetags.format import age
from trader.work.plural import counted
from webhooks.display import Waiting, waiting_by_endpoint
from webhooks.models import Endpoint

# Messages on their way are no backlog.
NOTICEABLE_WAIT_SECONDS = 10


class Bot(NamedTuple):
    """An endpoint and what waits for it."""

    endpoint: Endpoint
    waiting: Waiting | None

    def waiting_words(self, now: datetime) -> str:
        """Empty while nothing has waited for longer than a message takes."""
        if self.waiting is None or _age_s(self.waiting, now) < NOTICEABLE_WAIT_SECONDS:
            return ""
        return f"{self.waiting.n} waiting, oldest {age(_age_s(self.waiting, now))}"


@dataclass(frozen=True)
class BotsGauge:
    state: str
    label: str
    detail: str
    title: str
    n_in_trouble: int
    url: str


def bots_of(user: User) -> list[Bot]:
    """Two queries."""
    waiting = waiting_by_endpoint(user)
    rows = Endpoint.objects.for_user(user)
    return [Bot(endpoint, waiting.get(endpoint.pk)) for endpoint in rows]


def bots_gauge(bots: Sequence[Bot], now: datetime) -> BotsGauge | None:
    """None for users without endpoints."""
    if not bots:
        return None
    troubled = [bot for bot in bots if bot.endpoint.is_in_trouble]
    backlog = total_waiting(bots)
    detail = Bot(bots[0].endpoint, backlog).waiting_words(now)
    n_on = sum(bot.endpoint.is_enabled for bot in bots)
    label = f"{len(troubled)} failing" if troubled else "" if detail else f"{n_on} on"
    return BotsGauge(
        state="silent" if troubled else "late" if detail else "fresh" if n_on else "off",
        label=label,
        detail=detail,
        title=_title(troubled, detail, n_on),
        n_in_trouble=len(troubled),
        url=reverse("webhooks:endpoint-list"),
    )


def total_waiting(bots: Sequence[Bot]) -> Waiting | None:
    found = [bot.waiting for bot in bots if bot.waiting]
    if not found:
        return None
    return Waiting(sum(one.n for one in found), min(one.oldest_at for one in found))


def _title(troubled: Sequence[Bot], detail: str, n_on: int) -> str:
    if troubled:
        names = ", ".join(bot.endpoint.name for bot in troubled)
        return f"Messages do not arrive at: {names}. {detail}".strip()
    if detail:
        return f"Webhooks: {detail}."
    return f"Webhooks: {counted(n_on, 'endpoint')} on, nothing waits."


def _age_s(waiting: Waiting, now: datetime) -> float:
    return max(0.0, (now - waiting.oldest_at).total_seconds())
