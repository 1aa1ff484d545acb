"""What needs the trader's attention: one list, on the dashboard and, in short, on every page.

Each line comes from a provider, one function of `PROVIDERS`: from the situation to notes. All are
asked with every page and every poll, so they read rows only where a sign says that there are any.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from django.urls import reverse

from accounts.models import User
from alerts.models import StrategyState
from strategies.models import Strategy
from trader.frame.bots import Bot
from trader.frame.gauges import FeedGauge, MonitorGauge
from trader.frame.signs import Signs, failed_runs, failed_states, unwatched_states
from trader.templatetags.format import age
from trader.work.plural import counted
from webhooks.outbound.waits import blocked_lanes, held_entries

MOST_OF_A_KIND = 3


class Note(NamedTuple):
    """One line: what is the matter, in words, and the page where something can be done about it.

    A `template` takes the place of the text where a line has buttons of its own; `data` is for it.
    """

    level: Literal["fault", "caution"]
    text: str
    url: str = ""
    action: str = ""
    template: str = ""
    data: object = None


class Situation(NamedTuple):
    """What the frame knows already when it asks the providers."""

    user: User
    now: datetime
    feed: FeedGauge
    monitor: MonitorGauge
    bots: list[Bot]
    signs: Signs


Provider = Callable[[Situation], Iterable[Note]]


def undecided_orders(situation: Situation) -> Iterator[Note]:
    """Money may be at stake, so they come first."""
    if not situation.signs.has_undecided:
        return
    for lane in blocked_lanes(situation.user):
        text = f"An exit to “{lane.endpoint.name}” did not arrive; its position may still be open."
        yield Note("fault", text, "/#attention", "Decide", "webhooks/_block.html", lane)
    for entry in held_entries(situation.user):
        text = f"An entry to “{entry.endpoint.name}” waits for you."
        yield Note("caution", text, "/#attention", "Decide", "webhooks/_held.html", entry)


def no_worker(situation: Situation) -> Iterator[Note]:
    idle, preparation = situation.signs.idle_clusters, situation.signs.preparation
    if preparation is not None:
        yield Note("caution", f"{preparation}. Alerts, orders and backtests wait; none is lost.")
    elif {"hot", "slow"} <= set(idle):
        yield Note("fault", "No worker is running, or it is still starting: alerts, orders and "
                   "backtests wait. None is lost.")  # fmt: skip
    elif "hot" in idle:
        yield Note("fault", "No worker evaluates and sends: alerts and orders come late.")
    elif "slow" in idle:
        yield Note("caution", "No worker computes backtests: they wait.")


def no_feed(situation: Situation) -> Iterator[Note]:
    feed = situation.feed
    since = f" since {age(feed.age)}" if feed.age is not None else ""
    if feed.state == "off":
        yield Note("fault", f"{feed.label}: no feed has brought a bar yet, so nothing live fires.")
    elif feed.reason:
        yield Note("fault", f"{feed.label}: no new bars{since}. {feed.reason}")
    elif feed.state in ("late", "silent"):
        yield Note("caution", f"{feed.label}: no new bar{since}, although the market is open.")


def silent_monitor(situation: Situation) -> Iterator[Note]:
    """Without a worker the reason stands in a line of its own already."""
    monitor = situation.monitor
    if monitor.state == "not_responding" and "hot" not in situation.signs.idle_clusters:
        yield Note("fault", f"The monitor does not respond. {monitor.title}", _alerts(), "Monitor")


def stopped_monitor(situation: Situation) -> Iterator[Note]:
    """An open position makes it a fault, and is named; strategies that are flat are one line."""
    if not situation.signs.has_unwatched:
        return
    rows = unwatched_states().filter(user=situation.user).select_related("strategy")
    held = rows.filter(status=StrategyState.Status.IN_POSITION).order_by("strategy__name")
    for state in held[:MOST_OF_A_KIND]:
        one = state.strategy
        what = f"“{one.name}” holds {one.symbol} {one.direction} and nobody watches it"
        yield Note("fault", f"{what}: no exit will be announced.", _alerts(), "Monitor")
    if not held:
        n = counted(rows.count(), "monitored strategy is", "monitored strategies are")
        text = f"The monitor is stopped: {n} not evaluated."
        yield Note("caution", text, _alerts(), "Monitor")


def failing_endpoints(situation: Situation) -> Iterator[Note]:
    for bot in situation.bots:
        words = bot.waiting_words(situation.now)
        if bot.endpoint.is_in_trouble:
            text = f"“{bot.endpoint.name}” {_trouble(bot)}"
            yield Note("fault", f"{text} {words}." if words else text, *_look_at(bot))
        elif words:
            yield Note("caution", f"“{bot.endpoint.name}”: {words}.", *_look_at(bot))


def _trouble(bot: Bot) -> str:
    endpoint = bot.endpoint
    if not endpoint.is_enabled:
        return f"was switched off: {endpoint.disabled_reason}."
    if not endpoint.is_readable:
        return "has an address or secret that can't be read any more; nothing is sent to it."
    n = counted(endpoint.n_failures_in_row, "failure")
    failures = f"{n} in a row. {_sentence(endpoint.last_error)}"
    return f"is {'paused after' if endpoint.health == 'open' else 'failing,'} {failures}".rstrip()


def _look_at(bot: Bot) -> tuple[str, str]:
    return reverse("webhooks:endpoint-detail", args=[bot.endpoint.code]), "Endpoint"


def failed_strategies(situation: Situation) -> Iterator[Note]:
    if not situation.signs.has_failed_strategy:
        return
    rows = failed_states().filter(user=situation.user).select_related("strategy")
    for state in rows.order_by("-updated_at")[:MOST_OF_A_KIND]:
        text = f"“{state.strategy.name}” can't be evaluated: {_sentence(state.error)}"
        yield Note("fault", text, _alerts(), "Monitor")


def failed_backtests(situation: Situation) -> Iterator[Note]:
    if not situation.signs.has_failed_run:
        return
    rows = failed_runs(situation.now).filter(user=situation.user).select_related("strategy")
    for run in rows.defer("config", "result").order_by("-pk")[:MOST_OF_A_KIND]:
        strategy: Strategy = run.strategy  # type: ignore[assignment]
        text = f"The last backtest of “{strategy.name}” failed: {_sentence(run.error)}"
        yield Note("caution", text, strategy.get_absolute_url(), "Strategy")


def _alerts() -> str:
    return reverse("alerts:alert-list")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


PROVIDERS: list[Provider] = [
    undecided_orders,
    no_worker,
    no_feed,
    silent_monitor,
    stopped_monitor,
    failing_endpoints,
    failed_strategies,
    failed_backtests,
]


def notes(situation: Situation) -> list[Note]:
    """All lines, faults before cautions, else in the order of the providers."""
    found = [note for provider in PROVIDERS for note in provider(situation)]
    return sorted(found, key=lambda note: note.level != "fault")
