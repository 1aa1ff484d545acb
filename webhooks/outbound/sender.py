"""The sender: claims due deliveries, sends them concurrently, stores what came of them.

One runs at a time (`slot.py`). It accepts work for some seconds, then hands the slot on and only
finishes what is in flight, so that it ends well within the queue's time limit. Before it ends it
looks for due rows once more after giving up the slot: whoever stored a row and saw the slot taken
can rely on that look.
"""

import queue
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.utils import timezone

from webhooks.models import Attempt, Delivery
from webhooks.outbound.claims import claim_due, renew_leases
from webhooks.outbound.kick import enqueue_sender
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.slot import is_taken, release_slot, renew_slot, take_slot
from webhooks.outbound.transport import MAX_CONNECTIONS, SendJob, SendResult, Transport
from webhooks.profiles import PROFILES, startable_within
from webhooks.signing import signature_headers

log = structlog.get_logger(__name__)

# The queue kills a task after 20 s. Work is accepted for half the time and ends within the other
# half, so that never more than two senders exist: one accepting, one finishing.
END_SECONDS = 18.6
ACCEPT_SECONDS = END_SECONDS / 2
POLL_SECONDS = 0.05
RENEW_SECONDS = 1.5
LINGER = timedelta(seconds=2.5)


def has_due(now: datetime, within: timedelta = timedelta()) -> bool:
    """Whether a delivery is due that can be sent now or within the given time."""
    return bool(Delivery.objects.sendable(now + within).exists())


def stalled_seconds(now: datetime) -> float:
    """How long a delivery that could be sent has waited while no request at all went out."""
    oldest = Delivery.objects.sendable(now).order_by("next_attempt_at").first()
    if oldest is None or oldest.next_attempt_at is None:
        return 0.0
    newest = Attempt.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    since = max(oldest.next_attempt_at, newest) if newest else oldest.next_attempt_at
    return float(max(0.0, (now - since).total_seconds()))


def run_sender(clock: Callable[[], datetime] = timezone.now) -> int:
    """Send what is due and what becomes due shortly. Returns the number of requests made.

    Does nothing while another sender runs.
    """
    if not has_due(clock(), LINGER):
        return 0
    owner = uuid.uuid4().hex
    if not take_slot(owner, clock()):
        return 0
    with Transport() as transport:
        sender = Sender(owner, transport, clock)
        try:
            sender.run()
        finally:
            sender.let_go()
    return sender.n_sent


class Sender:
    """One run of the sender. `is_accepting` turns False once, when the slot is given up."""

    def __init__(self, owner: str, transport: Transport, clock: Callable[[], datetime]) -> None:
        self.owner = owner
        self.transport = transport
        self.clock = clock
        self.n_sent = 0
        self.is_accepting = True
        self._in_flight: dict[int, tuple[Delivery, Attempt]] = {}
        self._started = monotonic()
        self._renewed = self._started

    def run(self) -> None:
        while True:
            if self.is_accepting:
                self._claim()
            self._collect()
            self._renew()
            if self._in_flight:
                self._stop_accepting_in_time()
            elif not self._has_more_to_do():
                return

    def _elapsed(self) -> float:
        return monotonic() - self._started

    def _claim(self) -> None:
        room = MAX_CONNECTIONS - len(self._in_flight)
        left_seconds = END_SECONDS - self._elapsed()
        profiles = startable_within(left_seconds)
        for delivery, attempt in claim_due(self.owner, self.clock(), room, profiles):
            self._in_flight[attempt.pk] = (delivery, attempt)
            self.n_sent += self._submit(delivery, attempt, left_seconds)

    def _submit(self, delivery: Delivery, attempt: Attempt, left_seconds: float) -> bool:
        """False when the request can't be made; that is a failed try of this one only."""
        try:
            job = build_job(delivery, attempt, self.clock(), left_seconds)
        except Exception as error:  # Whatever is wrong with one row must not stop the others.
            log.exception("webhook_not_built", delivery=str(delivery.code))
            job = SendJob(attempt.pk, "", {}, b"", 0.0)
            result = SendResult(error=f"Nothing was sent: {error}", is_unsent=True)
            self.transport.results.put((job, result))
            return False
        self.transport.submit(job)
        return True

    def _collect(self) -> None:
        """Wait a moment for the first result, then take all that are there."""
        wait = True
        while True:
            try:
                job, result = self.transport.results.get(wait, POLL_SECONDS)
            except queue.Empty:
                return
            wait = False
            delivery, attempt = self._in_flight.pop(job.key)
            if not record_result(delivery, attempt, result, self.owner, self.clock()):
                log.warning("webhook_lease_lost", delivery=str(delivery.code))
            log.info(
                "webhook_attempt",
                delivery=str(delivery.code),
                attempt=attempt.number,
                status=result.status,
                state=delivery.state,
                total_ms=result.total_ms,
            )

    def _renew(self) -> None:
        if monotonic() - self._renewed < RENEW_SECONDS:
            return
        self._renewed = monotonic()
        now = self.clock()
        if self._in_flight:
            renew_leases(self.owner, now)
        if self.is_accepting and not renew_slot(self.owner, now):
            self.is_accepting = False

    def _stop_accepting_in_time(self) -> None:
        if self.is_accepting and self._elapsed() >= ACCEPT_SECONDS:
            self.let_go()

    def _has_more_to_do(self) -> bool:
        """Nothing is in flight: stay for rows due shortly, else give the slot up."""
        if not self.is_accepting or self._elapsed() >= ACCEPT_SECONDS:
            return False
        return has_due(self.clock(), LINGER)

    def let_go(self) -> None:
        """Give up the slot and wake a successor if there is something left to send."""
        if self.is_accepting:
            self.is_accepting = False
            release_slot(self.owner, self.clock())
        wake_if_due(self.clock())


def wake_if_due(now: datetime) -> None:
    if has_due(now, LINGER) and not is_taken(now):
        enqueue_sender()


def build_job(
    delivery: Delivery, attempt: Attempt, now: datetime, left_seconds: float = END_SECONDS
) -> SendJob:
    """The request as it goes out: signed now, with the id and the body it always had.

    Raises ValueError when the endpoint's secrets can't be read.
    """
    endpoint = delivery.endpoint
    if not endpoint.is_readable:
        raise ValueError("the endpoint's secrets can't be read with the keys of this deployment.")
    headers = {
        **endpoint.extra_headers,
        **signature_headers(str(delivery.code), delivery.body, endpoint.live_secrets(now), now),
        "X-RoR-Attempt": str(attempt.number),
        "X-RoR-Sequence": str(delivery.sequence),
        "X-RoR-Event": delivery.event_type,
    }
    if delivery.is_test:
        headers["X-RoR-Test"] = "true"
    if delivery.entry_state:
        headers["X-RoR-Entry"] = delivery.entry_state
    if delivery.is_late:
        headers["X-RoR-Late"] = "true"
    if delivery.is_replayed:
        headers["X-RoR-Replayed"] = "true"
    timeout = min(PROFILES[delivery.profile].timeout_seconds, left_seconds)
    return SendJob(attempt.pk, endpoint.url, headers, delivery.body.encode(), timeout)
