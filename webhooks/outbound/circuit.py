"""An endpoint's health: the circuit breaker, automatic disabling, and telling its owner.

While the breaker is open, tries are postponed and not used up.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from accounts import events
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.models.endpoint import FAILING_AFTER
from webhooks.outbound import notices
from webhooks.outbound.closing import close
from webhooks.outbound.news import publish_endpoint_trouble
from webhooks.outbound.pace import drop_credit
from webhooks.outbound.transport import SendResult
from webhooks.profiles import PROFILES

WINDOW = timedelta(minutes=5)
MIN_ATTEMPTS_IN_WINDOW = 10
FAILED_FRACTION = 0.7
FAILURES_IN_ROW = 10
OPEN_FOR = timedelta(seconds=30)
NOTICE_EVERY = timedelta(hours=1)
DISABLE_AFTER_FAILURES = 10
WAITING_STATES = (Delivery.State.PENDING, Delivery.State.HELD)
EASTERN = ZoneInfo("America/New_York")


def after_success(endpoint: Endpoint, now: datetime) -> None:
    """The breaker closes. What has piled up while it failed leaves at the rate, with no burst."""
    if Endpoint.objects.filter(pk=endpoint.pk, n_failures_in_row__gt=0).exists():
        drop_credit(endpoint, now)
    Endpoint.objects.filter(pk=endpoint.pk).update(
        n_delivered=F("n_delivered") + 1,
        n_failures_in_row=0,
        failing_since=None,
        last_success_at=now,
        circuit_state=Endpoint.Circuit.CLOSED,
        circuit_open_until=None,
    )


def after_failed_attempt(
    endpoint_id: int, result: SendResult, now: datetime, is_test: bool
) -> None:
    """Count the failure; open the breaker or disable the endpoint when it is time to."""
    Endpoint.objects.filter(pk=endpoint_id).update(
        n_failed_attempts=F("n_failed_attempts") + 1,
        n_failures_in_row=F("n_failures_in_row") + 1,
        failing_since=Coalesce("failing_since", now),
        last_failure_at=now,
        last_error=result.error[:300],
    )
    if is_test:
        return
    endpoint = Endpoint.objects.get(pk=endpoint_id)
    if result.status == 410:
        disable_endpoint(endpoint, "the receiver answered 410 Gone", now)
    elif is_hopeless(endpoint, now):
        disable_endpoint(endpoint, "nothing was accepted for days", now)
    elif should_open(endpoint, now):
        open_circuit(endpoint, now)
    elif endpoint.n_failures_in_row == FAILING_AFTER:
        publish_endpoint_trouble(endpoint, "failing", f"{endpoint.name}: {endpoint.last_error}")


def should_open(endpoint: Endpoint, now: datetime) -> bool:
    if endpoint.circuit_state == Endpoint.Circuit.HALF_OPEN:
        return True
    if endpoint.n_failures_in_row >= FAILURES_IN_ROW:
        return True
    counts = (
        Attempt.objects.filter(endpoint=endpoint, started_at__gt=now - WINDOW)
        .exclude(outcome=Attempt.Outcome.SENDING)
        .aggregate(n=Count("id"), failed=Count("id", filter=~Q(outcome="success")))
    )
    enough = counts["n"] >= MIN_ATTEMPTS_IN_WINDOW
    return bool(enough and counts["failed"] >= FAILED_FRACTION * counts["n"])


def open_circuit(endpoint: Endpoint, now: datetime) -> None:
    is_news = endpoint.circuit_state == Endpoint.Circuit.CLOSED
    endpoint.circuit_state = Endpoint.Circuit.OPEN
    endpoint.circuit_open_until = now + OPEN_FOR
    last = endpoint.circuit_notified_at
    if is_news and (last is None or now - last >= NOTICE_EVERY):
        endpoint.circuit_notified_at = now
        text = f"{endpoint.name}: {endpoint.last_error}. Sending pauses for 30 seconds at a time."
        publish_endpoint_trouble(endpoint, "failing", text)
        notices.mail_on_commit(endpoint.pk, "failing")
    endpoint.save(
        update_fields=["circuit_state", "circuit_open_until", "circuit_notified_at", "updated_at"]
    )


def is_hopeless(endpoint: Endpoint, now: datetime) -> bool:
    """No success for as many days as the profile allows, with ten failures or more."""
    if endpoint.n_failures_in_row < DISABLE_AFTER_FAILURES or endpoint.failing_since is None:
        return False
    profile = PROFILES[endpoint.profile]
    if profile.counts_weekdays_only:
        return weekdays_between(endpoint.failing_since, now) >= profile.disabled_after_days
    return now - endpoint.failing_since >= timedelta(days=profile.disabled_after_days)


def weekdays_between(start: datetime, end: datetime) -> int:
    """Mondays to Fridays, by New York's date, after the day of `start` up to that of `end`."""
    first, last = start.astimezone(EASTERN).date(), end.astimezone(EASTERN).date()
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def disable_endpoint(endpoint: Endpoint, reason: str, now: datetime, tell: bool = True) -> None:
    """Stop sending. What waits becomes SKIPPED: visible, and resendable later.

    Within a transaction that holds the lock of the owner's events before that of the endpoint.
    """
    events.lock(endpoint.user_id)
    endpoint.is_enabled, endpoint.disabled_reason, endpoint.disabled_at = False, reason, now
    if tell:
        publish_endpoint_trouble(endpoint, "disabled", f"{endpoint.name}: {reason}")
        notices.mail_on_commit(endpoint.pk, "disabled")
    waiting = Delivery.objects.select_for_update(of=("self",)).filter(
        endpoint=endpoint, state__in=WAITING_STATES, is_test=False
    )
    for delivery in waiting.order_by("sequence").select_related("endpoint"):
        close(delivery, Delivery.State.SKIPPED, f"the endpoint is disabled: {reason}")
    endpoint.save(update_fields=["is_enabled", "disabled_reason", "disabled_at", "updated_at"])


def enable_endpoint(endpoint: Endpoint) -> None:
    """Start afresh: old failures no longer count against it."""
    endpoint.is_enabled, endpoint.disabled_reason, endpoint.disabled_at = True, "", None
    endpoint.circuit_state, endpoint.circuit_open_until = Endpoint.Circuit.CLOSED, None
    endpoint.n_failures_in_row, endpoint.failing_since = 0, None
    endpoint.save(
        update_fields=[
            "is_enabled",
            "disabled_reason",
            "disabled_at",
            "circuit_state",
            "circuit_open_until",
            "n_failures_in_row",
            "failing_since",
            "updated_at",
        ]
    )
