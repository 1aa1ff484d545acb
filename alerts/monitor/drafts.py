"""The alerts that entries and exits become, ready to be stored. Reads, and writes nothing."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from alerts.config import Choice, choices_of
from alerts.kinds import Retry
from alerts.models import Alert
from alerts.monitor.decide import NS, Leg
from alerts.monitor.legs import Position, filled
from alerts.monitor.look import Evaluated, Look, Result
from alerts.monitor.telling.details import details_of
from alerts.monitor.telling.explaining import Explanations
from market.models import FeedState
from market.store.reading import visible_bars
from strategies.engine.program.advance import Advance
from trader.work.trouble import PASSING_TROUBLE
from webhooks.models import Endpoint
from webhooks.profiles import with_ttl

DEFAULT_TTL = timedelta(seconds=300)


class Draft(NamedTuple):
    """`exit_until`: an exit is tried until then; None for what is none."""

    alert: Alert
    is_sent: bool
    exit_until: datetime | None


def drafts_of(evaluated: Evaluated) -> dict[int, list[Draft]]:
    """By strategy id; one whose alerts can't be made is left out of what is stored."""
    telling = [result for result in evaluated.results if result.decision.legs]
    if not telling:
        return {}
    drafting = _Drafting(evaluated.look, telling)
    found = {}
    for result in telling:
        try:
            found[result.member.strategy.pk] = drafting.of(result)
        except PASSING_TROUBLE:
            raise
        except Exception as error:  # Only this strategy's; the others go on.
            evaluated.leave_out(result.member, error)
    return found


class _Drafting:
    """What is asked once for all strategies of a group."""

    def __init__(self, look: Look, telling: list[Result]) -> None:
        strategies = [result.member.strategy for result in telling]
        self._look = look
        self._choices = choices_of(strategies)
        self._arrivals = _Arrivals(look)
        self._explanations = Explanations(look)
        self._patience = _patience({strategy.user_id for strategy in strategies})
        self._is_real_time = _is_real_time(look)

    def of(self, result: Result) -> list[Draft]:
        choice = self._choices[result.member.strategy.pk]
        wanted = [leg for leg in result.decision.legs if choice.wants(leg.kind)]
        return [self._draft(result, leg, choice) for leg in wanted]

    def _draft(self, result: Result, leg: Leg[Position], choice: Choice) -> Draft:
        alert = _alert(self._look, result, leg, self._arrivals, self._explanations)
        age = timezone.now() - (alert.fill_at if self._is_real_time else alert.received_at)
        alert.is_late = age > self._patience.get(alert.user_id, DEFAULT_TTL)
        return Draft(alert, _is_sent(alert, choice), _exit_until(alert, result.advance))


def _is_sent(alert: Alert, choice: Choice) -> bool:
    """A stale entry must not reach a bot; a close is never held back."""
    return choice.send_webhooks and not (alert.is_late and alert.kind.is_kept_back_late)


def _is_real_time(look: Look) -> bool:
    """Whether market time is meant to be the clock on the wall.

    A feed that was away stores what it missed when it returns: fresh rows of old bars.
    """
    if look.series.is_replayed:
        return False
    return FeedState.objects.filter(source=look.group.data_source, speed=1).exists()


def _patience(user_ids: set[int]) -> dict[int, timedelta]:
    """How old an entry may be: the longest time to live among a user's order endpoints."""
    rows = Endpoint.objects.filter(user_id__in=user_ids, is_enabled=True, profile__in=with_ttl())
    longest = rows.order_by().values("user_id").annotate(longest=Max("ttl_seconds"))
    return {row["user_id"]: max(DEFAULT_TTL, timedelta(seconds=row["longest"])) for row in longest}


class _Arrivals:
    """When the bars were stored, asked once per bar."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._found: dict[tuple[int, int], datetime] = {}

    def of(self, start_ts: int, close_ts: int) -> datetime:
        key = (start_ts, close_ts)
        if key not in self._found:
            group = self._look.group
            rows = visible_bars(group.data_source, group.symbol, self._look.series.base)
            rows = rows.filter(start_ts__gte=start_ts, start_ts__lt=close_ts)
            newest = rows.aggregate(newest=Max("received_at"))["newest"]
            self._found[key] = newest or timezone.now()
        return self._found[key]


def alert_code(strategy_code: uuid.UUID, alert_type: str, trigger: str, bar_ts: int) -> uuid.UUID:
    """The same event has the same code, whoever finds it and how often."""
    return uuid.uuid5(strategy_code, f"{alert_type}|{trigger}|{bar_ts}")


def _alert(
    look: Look,
    result: Result,
    leg: Leg[Position],
    arrivals: _Arrivals,
    explanations: Explanations,
) -> Alert:
    strategy, fill = result.member.strategy, filled(leg, result.advance)
    details = details_of(result.advance, leg, look.series.version)
    details["price_decimals"] = look.series.price_decimals
    details |= explanations.of(result.advance, leg)
    return Alert(
        user_id=strategy.user_id,
        code=alert_code(strategy.code, leg.kind.name, fill.trigger, fill.bar_ns // NS),
        strategy=strategy,
        alert_type=leg.kind.name,
        source=Alert.Source.BAR_CLOSE,
        strategy_name=strategy.name,
        symbol=strategy.symbol,
        direction=strategy.direction,
        timeframe=strategy.timeframe,
        data_source=strategy.data_source,
        trigger=fill.trigger,
        exec_type=fill.exec_type,
        exit_reason=fill.exit_reason,
        bar_ts=fill.bar_ns // NS,
        entry_bar_ts=leg.trade.entry_bar_ns // NS,
        trigger_at=_instant(fill.trigger_ns),
        fill_at=_instant(fill.fill_ns),
        # A fill at the open is known when that bar has come.
        received_at=arrivals.of(fill.bar_ns // NS, max(fill.fill_ns, fill.bar_ns + NS) // NS),
        price=fill.price,
        stop_price=leg.trade.stop_price,
        target_price=leg.trade.target_price,
        data=details,
    )


def _instant(ns: int) -> datetime:
    return datetime.fromtimestamp(ns / NS, UTC)


def _exit_until(alert: Alert, advance: Advance) -> datetime | None:
    """Until when an exit is tried: as long as the session had to go when its bar came.

    One that is found later than that is tried for a while all the same: no exit is kept back.
    """
    if alert.kind.retry is not Retry.AS_EXIT or not advance.bars.n:
        return None
    close_ns = int(advance.bars.session_close_ns[-1])
    left_s = close_ns / NS - alert.fill_at.timestamp()
    until = alert.received_at + timedelta(seconds=max(0.0, left_s))
    return max(until, timezone.now() + DEFAULT_TTL)
