"""Ties the rooms together where one may not know the other."""

from typing import TypeVar

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.utils import timezone
from django_q.tasks import async_task

from accounts import events
from accounts import hooks as account_hooks
from accounts.mail.sending import oldest_mail_s
from alerts.monitor import switch
from alerts.monitor.backlog import is_behind
from alerts.monitor.shown import live_state
from alerts.socket import clocks
from alerts.socket.hints import EVERYBODY, hint
from alerts.socket.identity import announce_logout
from alerts.subjects import largest_notional, origins, strategy_subjects
from market import clock
from market import hooks as market_hooks
from market.models import FeedState
from market.sources import kind_of
from strategies import hooks as strategy_hooks
from trader.observability import health, metrics
from trader.observability.health import Finding
from trader.queue_health import check_queue, live_workers, oldest_due_s
from trader.signup import prepare_vouched_user
from webhooks import hooks as webhook_hooks

T = TypeVar("T")
# Cheap looks for work whose task was lost, enqueued every two seconds: (task, cluster).
SWEEPS = (
    ("alerts.tasks.sweep", "hot"),
    ("webhooks.tasks.sweep", "hot"),
    ("strategies.tasks.sweep", "slow"),
)


def connect() -> None:
    """Called when all apps are ready; a second call changes nothing."""
    _add(events.on_published, hint)
    _add(clocks.readers, clock.shared)
    _add(account_hooks.on_made_by_operator, prepare_vouched_user)
    _add(market_hooks.on_bars_closed, evaluate_closed_bars)
    _add(market_hooks.is_behind, is_behind)
    _add(strategy_hooks.on_lock, switch.lock_live_rows)
    _add(strategy_hooks.on_reset, switch.reset_live_state)
    _add(strategy_hooks.on_moved, switch.move_live_state)
    _add(strategy_hooks.guards, switch.open_position_losses)
    _add(strategy_hooks.live_states, live_state)
    _add(webhook_hooks.providers, strategy_subjects)
    _add(webhook_hooks.largest_notionals, largest_notional)
    _add(webhook_hooks.origin_providers, origins)
    user_logged_out.connect(announce_logout, dispatch_uid="alerts.announce_logout")
    health.checks["queue"] = check_queue
    health.checks["feed"] = check_feed
    metrics.gauges[:] = [
        ("ror_queue_hot_oldest_s", "Age of the oldest due hot task", lambda: oldest_due_s("hot")),
        (
            "ror_queue_slow_oldest_s",
            "Age of the oldest due slow task",
            lambda: oldest_due_s("slow"),
        ),
        ("ror_mail_oldest_s", "Age of the oldest mail not yet sent", oldest_mail_s),
        ("ror_workers_hot", "Live hot clusters", lambda: live_workers("hot")),
        ("ror_workers_slow", "Live slow clusters", lambda: live_workers("slow")),
    ]


def _add(callbacks: list[T], callback: T) -> None:
    if callback not in callbacks:
        callbacks.append(callback)


def evaluate_closed_bars(source: str, symbols: list[str]) -> None:
    """In the feed process, after the commit of the bars."""
    async_task("alerts.tasks.evaluate", source, symbols, cluster="hot")
    if kind_of(source).is_shared:
        hint(EVERYBODY)


def check_feed() -> Finding:
    """How old the newest market time is. Reported only: a closed market is no failure."""
    state = FeedState.objects.filter(source=settings.MARKET_FEED).first()
    if state is None:
        return Finding(True, "no feed has run yet", is_fatal=False)
    is_running = state.is_running
    age_s = (timezone.now() - state.heartbeat_at).total_seconds() if state.heartbeat_at else None
    message = "" if is_running else "the feed is not running"
    return Finding(is_running, message, age_s=age_s, is_fatal=False)
