"""Whatever the receiver, the network and the senders do: the order of a strategy's messages.

Driven through the real claims and results under a simulated clock. A receiver accepts, refuses,
breaks, stays silent, answers late, or acts on a message whose answer is then lost.
"""

import contextlib
from collections import defaultdict
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from webhooks.models import Attempt, Delivery, Lane
from webhooks.outbound.claims import LEASE, claim_due, renew_leases
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.resending import ResendError, resend, settle
from webhooks.outbound.transport import SendResult
from webhooks.testing import Clock, make_endpoint, make_message

ANSWERS = {
    "accept": SendResult(status=200),
    "refuse": SendResult(status=422, error="The receiver answered 422"),
    "busy": SendResult(status=429, error="The receiver answered 429", retry_after_seconds=4.0),
    "break": SendResult(status=503, error="The receiver answered 503"),
    # It acted on the message, and nobody heard of it.
    "lose": SendResult(error="No complete answer within 10 s"),
    "unreachable": SendResult(error="The connection was refused or failed"),
}
SUBJECTS = ("strategy:1", "strategy:2")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("trade"), st.integers(0, 1)),
        st.tuples(st.just("claim"), st.just(0)),
        st.tuples(st.just("answer"), st.sampled_from(sorted(ANSWERS))),
        st.tuples(st.just("answer"), st.just("accept")),
        st.tuples(st.just("die"), st.just(0)),
        st.tuples(st.just("wait"), st.sampled_from([0.1, 1.0, 3.0, 9.0, 31.0, 70.0, 400.0])),
        st.tuples(st.just("resend"), st.integers(0, 20)),
        st.tuples(st.just("flat"), st.integers(0, 1)),
    ),
    min_size=5,
    max_size=60,
)


class World:
    """A trader with two strategies, one endpoint, senders, and what went over the wire."""

    def __init__(self, user: User, is_safe: bool) -> None:
        self.clock, self.user = Clock(), user
        self.start = self.clock()
        text = '{"entry": "{{entry_state}}"}'
        make_endpoint(user, ttl_seconds=60, exit_cannot_open=is_safe, payload_template=text)
        self.open: dict[str, int] = {}
        self.n_trades = 0
        self.flying: list[tuple[Delivery, Attempt, str]] = []
        # Until when what a dead sender sent may still be on its way.
        self.haunted: list[tuple[str, datetime]] = []
        # By subject, as they left; and the bodies by id.
        self.wire: dict[str, list[Delivery]] = defaultdict(list)
        self.bodies: dict[str, set[str]] = defaultdict(set)
        # By position: how much of its subject had left when the exit was stored.
        self.decided: dict[str, int] = {}
        self.owner = 0

    def trade(self, number: int) -> None:
        """The next message of a strategy: its entry, or the exit of what it has open."""
        subject = SUBJECTS[number]
        self.clock.advance(0.001)
        if subject in self.open:
            position, event = str(self.open.pop(subject)), "exit_long"
        else:
            self.n_trades += 1
            self.open[subject] = self.n_trades
            position, event = str(self.n_trades), "entry_long"
        make_message(
            self.user, event, subject, received_at=self.clock(), position=position,
            exit_until=self.clock() + timedelta(minutes=10),
        )  # fmt: skip
        if event == "exit_long":
            self.decided[position] = len(self.wire[subject])

    def claim(self, _: int) -> None:
        for row, attempt in claim_due(f"sender{self.owner}", self.clock(), 10):
            self._check_alone(row)
            self.wire[row.subject].append(row)
            self.bodies[str(row.code)].add(row.body)
            self.flying.append((row, attempt, f"sender{self.owner}"))

    def _check_alone(self, row: Delivery) -> None:
        under_way = [other.subject for other, _, owner in self.flying if owner]
        under_way += [subject for subject, until in self.haunted if until > self.clock()]
        assert row.subject not in under_way, "two messages of one strategy at once"

    def answer(self, kind: str) -> None:
        if self.flying:
            row, attempt, owner = self.flying.pop(0)
            record_result(row, attempt, ANSWERS[kind], owner or "gone", self.clock())

    def die(self, _: int) -> None:
        """The sender is gone; what it had under way may be answered, to nobody or far too late."""
        until = self.clock() + LEASE / 2
        self.haunted += [(row.subject, until) for row, _, owner in self.flying if owner]
        self.flying = [(row, attempt, "") for row, attempt, _ in self.flying]
        self.owner += 1

    def wait(self, seconds: float) -> None:
        """A living sender keeps its leases meanwhile, and waits no longer than it may."""
        end = self.clock() + timedelta(seconds=seconds)
        while self.clock() < end:
            self.clock.time = min(end, self.clock() + LEASE / 2)
            renew_leases(f"sender{self.owner}", self.clock())

    def resend(self, number: int) -> None:
        rows = list(Delivery.objects.order_by("pk"))
        if rows and self._is_near_real_time():
            with contextlib.suppress(ResendError):
                resend(rows[number % len(rows)], confirmed=True)

    def _is_near_real_time(self) -> bool:
        """Sending again takes the time of the clock on the wall."""
        return self.clock() - self.start < timedelta(seconds=50)

    def flat(self, number: int) -> None:
        for lane in Lane.objects.filter(blocked_by__isnull=False, subject=SUBJECTS[number]):
            if lane.blocked_by is not None and lane.blocked_by.is_settleable:
                settle(lane.blocked_by)

    def check(self) -> None:
        for rows in self.wire.values():
            numbers = [row.sequence for row in rows]
            assert numbers == sorted(numbers), f"out of order: {numbers}"
        for subject, rows in self.wire.items():
            for place, row in enumerate(rows):
                decided = self.decided.get(row.position)
                if row.is_entry and not row.is_replayed and decided is not None:
                    assert place < decided, f"an entry of {subject} after its own exit"
        assert all(len(bodies) == 1 for bodies in self.bodies.values())


class OrderUnderFaults(TestCase):
    @settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(steps=steps, is_safe=st.booleans())
    def test_order_holds_whatever_happens(self, steps, is_safe):
        world = World(User.objects.create_user("trader@example.com", "x"), is_safe)
        for name, value in steps:
            getattr(world, name)(value)
        world.check()
