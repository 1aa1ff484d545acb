"""Storing what an evaluation found: all of it or nothing, and only if nobody else has.

All or nothing goes for each strategy too: one whose alerts, messages or events can't be stored is
left out, with nothing of it written and the group's snapshot without it, and tried again later.
"""

from collections import defaultdict
from typing import NotRequired, TypedDict

import structlog
from django.db import transaction
from django.utils import timezone

from accounts import events
from alerts.models import Alert, EvaluationGroup, StrategyState
from alerts.models.documents import AlertEvent
from alerts.monitor.decide import NS, Leg
from alerts.monitor.drafts import Draft, drafts_of
from alerts.monitor.faults import announce_faults, store_faults
from alerts.monitor.legs import Position, ended_trade
from alerts.monitor.live_states import move_states, store_states
from alerts.monitor.look import Evaluated, Result, Superseded
from alerts.outgoing import queue_message
from strategies.forward import queue as forward
from trader.work.trouble import PASSING_TROUBLE
from webhooks.models import Endpoint

log = structlog.get_logger(__name__)


class TradeEvent(TypedDict):
    """What browsers are told of a trade that began or, with the last three, ended."""

    strategy: int
    entry_bar_ts: int
    entry_price: float
    exit_price: NotRequired[float]
    exit_reason: NotRequired[str]
    r_multiple: NotRequired[float]


def store_evaluation(evaluated: Evaluated) -> int:
    """Write snapshot, alerts, messages and events in one transaction; returns the new alerts.

    Raises Superseded, with nothing written, when the group's generation has moved.
    """
    drafts = drafts_of(evaluated)
    moved = move_states(evaluated)
    with transaction.atomic():
        _lock_group(evaluated)
        _check_members(evaluated)
        # For all at once and before any event: its locks come before those of event counters.
        forward.ask([one.member.strategy for one in evaluated.results if _is_news(one)])
        n_alerts = _store_results(evaluated, drafts, moved)
        store_faults(evaluated.faults)
        _store_group(evaluated)
    announce_faults(evaluated.faults)
    return n_alerts


Drafts = dict[int, list[Draft]]
Moved = dict[int, StrategyState]


def _lock_group(evaluated: Evaluated) -> None:
    """Raises Superseded when the group has moved since it was read."""
    group = evaluated.look.group
    same = EvaluationGroup.objects.filter(pk=group.pk, generation=group.generation)
    if not same.select_for_update(no_key=True).values_list("pk").first():
        raise Superseded


def _check_members(evaluated: Evaluated) -> None:
    """What has not joined the group yet is not guarded by its generation.

    Raises Superseded when a strategy was edited, left out or started anew since it was read.
    """
    members = [result.member for result in evaluated.results]
    members += [fault.member for fault in evaluated.faults]
    read = {member.live.pk: member.since_ts for member in members}
    rows = StrategyState.objects.select_for_update(no_key=True).filter(pk__in=read).order_by("pk")
    if dict(rows.values_list("pk", "monitored_since_ts")) != read:
        raise Superseded


def _store_results(evaluated: Evaluated, drafts: Drafts, moved: Moved) -> int:
    """Of all strategies at once, or, when that fails, of each alone without those at fault."""
    try:
        with transaction.atomic():
            return _store_together(evaluated.results, drafts, moved)
    except PASSING_TROUBLE:
        raise
    except Exception as error:  # Whose fault it is shows when each is stored alone.
        log.warning("storing_together_failed", group=evaluated.look.group.pk, error=str(error))
    n_alerts = 0
    # By user, in which order the counters of their events are locked everywhere.
    for result in sorted(evaluated.results, key=lambda one: one.member.strategy.user_id):
        try:
            with transaction.atomic():
                n_alerts += _store_together([result], drafts, moved)
        except PASSING_TROUBLE:
            raise
        except Exception as error:  # Only this strategy's; the others go on.
            evaluated.leave_out(result.member, error)
    return n_alerts


def _store_together(results: list[Result], drafts: Drafts, moved: Moved) -> int:
    wanted = [draft for one in results for draft in drafts.get(one.member.strategy.pk, [])]
    alerts = _store_alerts(sorted(wanted, key=lambda draft: draft.alert.fill_at))
    ids = [one.member.strategy.pk for one in results]
    store_states([moved[pk] for pk in ids if pk in moved])
    _publish(results, [draft.alert for draft in alerts])
    _queue_messages(alerts)
    return len(alerts)


def _is_news(result: Result) -> bool:
    """To the strategy's shown result: a trade began or ended, or the past was computed anew."""
    _, advance, decision = result
    return bool(advance.trades or decision.legs or not advance.offset)


def _store_group(evaluated: Evaluated) -> None:
    look, bars = evaluated.look, evaluated.reading.bars
    programs = {r.member.strategy.pk: r.member.program for r in evaluated.results}
    values: dict[str, object] = {
        "generation": look.group.generation + 1,
        "state": evaluated.reading.memory.dumps(programs),
        "data_version": look.series.version,
        "seen_clock_ts": look.now_ts,
        "seen_minute_ts": look.series.last_ts,
        "updated_at": timezone.now(),
    }
    if bars.n:
        values["last_bar_ts"] = int(bars.start_ns[-1]) // NS
        values["last_close_ts"] = int(bars.close_ns[-1]) // NS
    EvaluationGroup.objects.filter(pk=look.group.pk).update(**values)


def _store_alerts(drafts: list[Draft]) -> list[Draft]:
    """Insert those that are not there yet; an alert once stored is never changed."""
    if not drafts:
        return []
    codes = [draft.alert.code for draft in drafts]
    there = set(Alert.objects.filter(code__in=codes).values_list("code", flat=True))
    fresh = [draft for draft in drafts if draft.alert.code not in there]
    Alert.objects.bulk_create([draft.alert for draft in fresh])
    return fresh


def _publish(results: list[Result], alerts: list[Alert]) -> None:
    """Tell each user's pages of new alerts and of trades that began or ended."""
    news: dict[int, list[tuple[str, AlertEvent | TradeEvent]]] = defaultdict(list)
    for alert in alerts:
        news[alert.user_id].append(("alert.fired", alert.as_event()))
    for result in results:
        strategy = result.member.strategy
        for leg in result.decision.legs:
            if leg.kind.trade_event is not None:
                event = _trade_event(strategy.pk, leg)
                news[strategy.user_id].append((leg.kind.trade_event, event))
    # In one order everywhere, so that two evaluations never wait for each other's counters.
    for user_id in sorted(news):
        events.publish_many(user_id, news[user_id])


def _queue_messages(alerts: list[Draft]) -> None:
    """Messages of those users who have somewhere to send them."""
    senders = {alert.user_id for alert, is_sent, _ in alerts if is_sent}
    if not senders:
        return
    rows = Endpoint.objects.filter(user_id__in=senders).order_by()
    have_endpoints = set(rows.values_list("user_id", flat=True).distinct())
    for alert, is_sent, exit_until in alerts:
        if is_sent and alert.user_id in have_endpoints:
            queue_message(alert, None, exit_until)


def _trade_event(strategy_id: int, leg: Leg[Position]) -> TradeEvent:
    event: TradeEvent = {
        "strategy": strategy_id,
        "entry_bar_ts": leg.trade.entry_bar_ns // NS,
        "entry_price": leg.trade.entry_price,
    }
    over = ended_trade(leg)
    if over is not None:
        event["exit_price"] = over.exit_price
        event["exit_reason"] = over.exit_reason
        event["r_multiple"] = over.r_multiple
    return event
