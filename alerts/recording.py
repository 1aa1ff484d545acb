"""Storing what an evaluation found: all of it or nothing, and only if nobody else has."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import events
from alerts.config import Choice, choices_of
from alerts.decisions import NS, Signal
from alerts.facts import facts_of
from alerts.live_states import store_states
from alerts.models import Alert, EvaluationGroup, StrategyState
from alerts.outgoing import queue_message
from market.models import Bar, FeedState
from market.models.replay import PREFIX as REPLAY_PREFIX
from strategies.engine.trades import Trade
from webhooks.models import Endpoint

if TYPE_CHECKING:
    from alerts.evaluation import Evaluated, Result

DEFAULT_TTL = timedelta(seconds=300)


class Superseded(Exception):  # noqa: N818
    """The group was stored by someone else, or reset, since it was read."""


def store_evaluation(evaluated: Evaluated) -> int:
    """Write state, alerts, messages and events in one transaction; returns the new alerts.

    Raises Superseded, with nothing written, when the group's generation has moved.
    """
    drafts = _drafts(evaluated)
    with transaction.atomic():
        _store_group(evaluated)
        alerts = _store_alerts(drafts)
        store_states(evaluated)
        _publish(evaluated, [alert for alert, _, _ in alerts])
        _queue_messages(alerts)
    return len(alerts)


Draft = tuple[Alert, bool, datetime | None]


def _store_group(evaluated: Evaluated) -> None:
    group, bars = evaluated.group, evaluated.bars
    programs = {r.member.strategy.pk: r.member.program for r in evaluated.results}
    values: dict[str, Any] = {
        "generation": group.generation + 1,
        "state": evaluated.state.dumps(programs),
        "data_version": evaluated.series.version,
        "seen_clock_ts": evaluated.clock_ts,
        "seen_minute_ts": evaluated.series.last_ts,
        "updated_at": timezone.now(),
    }
    if bars.n:
        values["last_bar_ts"] = int(bars.start_ns[-1]) // NS
        values["last_close_ts"] = int(bars.close_ns[-1]) // NS
    same = EvaluationGroup.objects.filter(pk=group.pk, generation=group.generation)
    if not same.update(**values):
        raise Superseded
    _check_members(evaluated)


def _check_members(evaluated: Evaluated) -> None:
    """What has not joined the group yet is not guarded by its generation.

    Raises Superseded when a strategy was edited, left out or started anew since it was read.
    """
    read = {r.member.state.pk: r.member.since_ts for r in evaluated.results}
    rows = StrategyState.objects.select_for_update(no_key=True).filter(pk__in=read).order_by("pk")
    if dict(rows.values_list("pk", "monitored_since_ts")) != read:
        raise Superseded


def _drafts(evaluated: Evaluated) -> list[Draft]:
    """Alerts not stored yet, in the order of their bars, each with whether it is to be sent."""
    signals = [(result, signal) for result in evaluated.results for signal in _new(result)]
    if not signals:
        return []
    choices = choices_of([result.member.strategy for result, _ in signals])
    arrivals = _Arrivals(evaluated)
    patience = _patience({result.member.strategy.user_id for result, _ in signals})
    is_real_time = _is_real_time(evaluated.group.data_source)
    drafts = []
    for result, signal in signals:
        choice = choices[result.member.strategy.pk]
        if not choice.wants(signal.is_entry):
            continue
        alert = _alert(evaluated, result, signal, arrivals)
        age = timezone.now() - (alert.fill_at if is_real_time else alert.received_at)
        limit = patience.get(alert.user_id, DEFAULT_TTL)
        alert.is_late = age > limit
        drafts.append((alert, _is_sent(alert, choice), _exit_until(alert, result.advance)))
    return sorted(drafts, key=lambda draft: draft[0].fill_at)


def _new(result: Result) -> list[Signal]:
    return result.decision.signals


def _is_sent(alert: Alert, choice: Choice) -> bool:
    """A stale entry must not reach a bot; a close is never held back."""
    return choice.send_webhooks and not (alert.is_entry and alert.is_late)


def _is_real_time(source: str) -> bool:
    """Whether market time is meant to be the clock on the wall.

    A feed that was away stores what it missed when it returns: fresh rows of old bars.
    """
    if source.startswith(REPLAY_PREFIX):
        return False
    return FeedState.objects.filter(source=source, speed=1).exists()


def _patience(user_ids: set[int]) -> dict[int, timedelta]:
    """How old an entry may be: the longest time to live among a user's order endpoints."""
    rows = Endpoint.objects.filter(
        user_id__in=user_ids, is_enabled=True, profile=Endpoint.Profile.ORDER
    )
    longest = rows.order_by().values("user_id").annotate(longest=Max("ttl_seconds"))
    return {row["user_id"]: max(DEFAULT_TTL, timedelta(seconds=row["longest"])) for row in longest}


class _Arrivals:
    """When the bars were stored, asked once per bar."""

    def __init__(self, evaluated: Evaluated) -> None:
        self._evaluated = evaluated
        self._found: dict[tuple[int, int], datetime] = {}

    def of(self, start_ts: int, close_ts: int) -> datetime:
        key = (start_ts, close_ts)
        if key not in self._found:
            group, base = self._evaluated.group, self._evaluated.series.base
            rows = Bar.objects.filter(
                source=group.data_source,
                symbol=group.symbol,
                timeframe=base,
                start_ts__gte=start_ts,
                start_ts__lt=close_ts,
            )
            newest = rows.aggregate(newest=Max("received_at"))["newest"]
            self._found[key] = newest or timezone.now()
        return self._found[key]


def alert_code(strategy_code: uuid.UUID, alert_type: str, trigger: str, bar_ts: int) -> uuid.UUID:
    """The same event has the same code, whoever finds it and how often."""
    return uuid.uuid5(strategy_code, f"{alert_type}|{trigger}|{bar_ts}")


def _alert(evaluated: Evaluated, result: Result, signal: Signal, arrivals: _Arrivals) -> Alert:
    strategy = result.member.strategy
    trade: Any = signal.trade
    kind = Alert.Type.ENTRY if signal.is_entry else Alert.Type.EXIT
    bar_ns = trade.entry_bar_ns if signal.is_entry else trade.exit_bar_ns
    fill_ns = trade.entry_fill_ns if signal.is_entry else trade.exit_fill_ns
    trigger_ns = trade.entry_trigger_ns if signal.is_entry else trade.exit_trigger_ns
    trigger = _trigger(signal)
    return Alert(
        user_id=strategy.user_id,
        code=alert_code(strategy.code, kind, trigger, bar_ns // NS),
        strategy=strategy,
        alert_type=kind,
        source=Alert.Source.BAR_CLOSE,
        strategy_name=strategy.name,
        symbol=strategy.symbol,
        direction=strategy.direction,
        timeframe=strategy.timeframe,
        data_source=strategy.data_source,
        trigger=trigger,
        exec_type=_exec_type(signal),
        exit_reason="" if signal.is_entry else trade.exit_reason,
        bar_ts=bar_ns // NS,
        entry_bar_ts=trade.entry_bar_ns // NS,
        trigger_at=_instant(trigger_ns),
        fill_at=_instant(fill_ns),
        received_at=arrivals.of(bar_ns // NS, fill_ns // NS),
        price=trade.entry_price if signal.is_entry else trade.exit_price,
        stop_price=trade.stop_price,
        target_price=trade.target_price,
        data=facts_of(result.advance, signal, evaluated.series.version),
    )


def _trigger(signal: Signal) -> str:
    """The trigger's id; for an exit without one its reason."""
    trade = signal.trade
    if isinstance(trade, Trade) and not signal.is_entry:
        return trade.exit_trigger or trade.exit_reason
    return str(getattr(trade, "entry_trigger", ""))


def _exec_type(signal: Signal) -> str:
    trade: Any = signal.trade
    if signal.is_entry:
        return str(trade.exec_type)
    by_reason = {"stop_loss": trade.stop_exec_type, "target": trade.target_exec_type}
    return str(by_reason.get(trade.exit_reason, "C"))


def _instant(ns: int) -> datetime:
    return datetime.fromtimestamp(ns / NS, UTC)


def _exit_until(alert: Alert, advance: Any) -> datetime | None:
    """Until when an exit is tried: as long as the session had to go when its bar came.

    One that is found later than that is tried for a while all the same: no exit is kept back.
    """
    if alert.is_entry or not advance.bars.n:
        return None
    close_ns = int(advance.bars.session_close_ns[-1])
    left_s = close_ns / NS - alert.fill_at.timestamp()
    until = alert.received_at + timedelta(seconds=max(0.0, left_s))
    return max(until, timezone.now() + DEFAULT_TTL)


def _store_alerts(drafts: list[Draft]) -> list[Draft]:
    """Insert those that are not there yet; an alert once stored is never changed."""
    codes = [alert.code for alert, _, _ in drafts]
    there = set(Alert.objects.filter(code__in=codes).values_list("code", flat=True))
    fresh = [draft for draft in drafts if draft[0].code not in there]
    Alert.objects.bulk_create([alert for alert, _, _ in fresh])
    return fresh


def _publish(evaluated: Evaluated, alerts: list[Alert]) -> None:
    """Tell each user's pages of new alerts and of trades that began or ended."""
    news: dict[int, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for alert in alerts:
        news[alert.user_id].append(("alert.fired", alert.as_event()))
    for result in evaluated.results:
        strategy = result.member.strategy
        for signal in result.decision.signals:
            kind = "trade.created" if signal.is_entry else "trade.closed"
            news[strategy.user_id].append((kind, _trade_event(strategy.pk, signal)))
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


def _trade_event(strategy_id: int, signal: Signal) -> dict[str, Any]:
    trade: Any = signal.trade
    data = {
        "strategy": strategy_id,
        "entry_bar_ts": trade.entry_bar_ns // NS,
        "entry_price": trade.entry_price,
    }
    if not signal.is_entry:
        data |= {
            "exit_price": trade.exit_price,
            "exit_reason": trade.exit_reason,
            "r_multiple": trade.r_multiple,
        }
    return data
