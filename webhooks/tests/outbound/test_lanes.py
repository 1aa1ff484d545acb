"""Order within a lane, through the claims and results of a sender."""

import json
from datetime import timedelta

import pytest

from accounts import events
from webhooks.models import Delivery, Endpoint, Lane
from webhooks.outbound.circuit import disable_endpoint
from webhooks.outbound.claims import claim_due
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.resending import ResendError, resend, settle
from webhooks.outbound.sender import build_job, has_due, stalled_seconds
from webhooks.outbound.transport import SendResult
from webhooks.testing import ORDER, Clock, make_endpoint, make_message

pytestmark = pytest.mark.django_db
OK = SendResult(status=200)
REFUSED = SendResult(status=400, error="The receiver answered 400")
BROKEN = SendResult(status=503, error="The receiver answered 503")
SILENT = SendResult(error="No complete answer within 10 s")


@pytest.fixture
def clock():
    return Clock()


class Trader:
    """Stores messages of one strategy and plays the sender."""

    def __init__(self, user, clock, subject="strategy:7"):
        self.user, self.clock, self.subject = user, clock, subject

    def stores(self, kind, position):
        self.clock.advance(0.001)
        (row,) = make_message(
            self.user, f"{kind}_long", self.subject, received_at=self.clock(), position=position,
            exit_until=self.clock() + timedelta(hours=1),
        )  # fmt: skip
        return row

    def claims(self):
        return claim_due("sender", self.clock(), 100)

    def sends(self, result=OK):
        """What goes out now, each answered alike; returns the rows as they went out."""
        sent = self.claims()
        for row, attempt in sent:
            record_result(row, attempt, result, "sender", self.clock())
        return [row for row, _ in sent]

    def fails(self, delivery):
        """Try it until its time is over."""
        self.sends(BROKEN)
        Delivery.objects.filter(pk=delivery.pk).update(deadline=self.clock())
        self.clock.advance(60)
        assert self.sends() == []


@pytest.fixture
def bot(alice):
    return make_endpoint(alice, ttl_seconds=60, payload_template=ORDER)


@pytest.fixture
def trader(alice, bot, clock):
    return Trader(alice, clock)


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def test_one_message_of_a_strategy_is_under_way_at_a_time(trader):
    entry, exit = trader.stores("entry", "p1"), None
    ((row, attempt),) = trader.claims()
    exit = trader.stores("exit", "p1")
    assert trader.claims() == []
    record_result(row, attempt, OK, "sender", trader.clock())
    assert [row.pk for row in trader.sends()] == [exit.pk]
    assert state_of(entry) == state_of(exit) == "delivered"


def test_different_strategies_do_not_wait_for_each_other(alice, clock, bot):
    for subject in ("strategy:1", "strategy:2"):
        Trader(alice, clock, subject).stores("entry", "p1")
    assert len(claim_due("sender", clock(), 10)) == 2


def test_records_and_tests_wait_for_nothing(alice, clock):
    make_endpoint(alice, profile="record")
    trader = Trader(alice, clock)
    trader.stores("entry", "p1")
    trader.stores("exit", "p1")
    assert [row.sequence for row, _ in trader.claims()] == [1, 2]
    assert not Lane.objects.exists()


def test_entry_waits_for_the_exit_before_it(trader):
    trader.stores("entry", "p1")
    trader.sends()
    exit = trader.stores("exit", "p1")
    trader.sends(BROKEN)
    entry = trader.stores("entry", "p2")
    assert trader.sends() == []
    trader.clock.advance(3)
    assert [row.pk for row in trader.sends()] == [exit.pk]
    trader.clock.advance(0.1)
    assert [row.pk for row in trader.sends()] == [entry.pk]


def test_waiting_entry_keeps_no_sender_busy_and_looks_like_no_standstill(trader):
    trader.stores("entry", "p1")
    trader.sends()
    trader.stores("exit", "p1")
    trader.claims()
    trader.stores("entry", "p2")
    trader.clock.advance(5)
    assert not has_due(trader.clock())
    assert stalled_seconds(trader.clock()) == 0


def test_entry_that_waited_too_long_expires_and_says_so(trader):
    trader.stores("entry", "p1")
    trader.sends()
    trader.stores("exit", "p1")
    trader.sends(BROKEN)
    entry = trader.stores("entry", "p2")
    trader.clock.advance(61)
    trader.claims()
    assert state_of(entry) == "expired"
    assert "messages before it" in entry.reason


def test_waiting_entry_is_superseded_when_its_exit_is_stored(alice, trader):
    entry = trader.stores("entry", "p1")
    trader.sends(BROKEN)
    exit = trader.stores("exit", "p1")
    assert state_of(entry) == "superseded"
    assert "exit was decided" in entry.reason
    states = [row.data["state"] for row in events.since(alice.pk, 0)]
    assert states[-2:] == ["superseded", "pending"]
    trader.clock.advance(20)
    assert [row.pk for row in trader.sends()] == [exit.pk]


@pytest.mark.parametrize(
    ("result", "state"),
    [(OK, "delivered"), (BROKEN, "superseded"), (REFUSED, "superseded"), (SILENT, "superseded")],
)
def test_entry_under_way_is_awaited_and_never_tried_again(trader, result, state):
    entry = trader.stores("entry", "p1")
    ((row, attempt),) = trader.claims()
    trader.stores("exit", "p1")
    record_result(row, attempt, result, "sender", trader.clock())
    assert state_of(entry) == state
    trader.clock.advance(30)
    assert entry.pk not in [row.pk for row in trader.sends()]


def test_entry_of_a_dead_sender_is_superseded_when_its_lease_ends(trader):
    entry = trader.stores("entry", "p1")
    trader.claims()
    exit = trader.stores("exit", "p1")
    trader.clock.advance(7)
    assert trader.claims() == []
    trader.clock.advance(2)
    rows = trader.sends() or trader.sends()
    assert state_of(entry) == "superseded"
    assert [(row.pk, row.entry_state) for row in rows] == [(exit.pk, "unknown")]
    assert entry.attempts.get().outcome == "interrupted"


@pytest.mark.parametrize(
    ("results", "entry_state", "final"),
    [
        ([OK], "accepted", "delivered"),
        ([BROKEN], "unknown", "delivered"),
        ([SILENT], "unknown", "delivered"),
        ([REFUSED], "refused", "nothing_to_close"),
        ([REFUSED, REFUSED], "refused", "nothing_to_close"),
        ([REFUSED, BROKEN], "unknown", "delivered"),
        ([], "not-sent", "nothing_to_close"),
    ],
)
@pytest.mark.parametrize("is_safe", [False, True])
def test_exit_after_its_entry(bot, trader, results, entry_state, final, is_safe):
    Endpoint.objects.update(exit_cannot_open=is_safe)
    trader.stores("entry", "p1")
    for result in results:
        trader.sends(result)
        trader.clock.advance(3)
    exit = trader.stores("exit", "p1")
    trader.sends()
    assert state_of(exit) == ("delivered" if is_safe else final)
    if exit.state == "delivered":
        assert exit.entry_state == entry_state


def test_exit_without_an_entry_here_goes_out(alice, clock):
    make_endpoint(alice, events=["exit_long"])
    trader = Trader(alice, clock)
    make_exit = trader.stores("exit", "p1")
    (row,) = trader.sends()
    assert (row.pk, row.entry_state) == (make_exit.pk, "unknown")


def test_state_of_the_entry_is_told_in_header_and_body_and_stays(alice, clock):
    body = '{"event": "{{event_type}}", "entry": "{{entry_state}}", "bare": {{ entry_state }}}'
    make_endpoint(alice, payload_template=body)
    trader = Trader(alice, clock)
    entry = trader.stores("entry", "p1")
    assert json.loads(entry.body)["bare"] is None
    trader.sends(BROKEN)
    exit = trader.stores("exit", "p1")
    ((first, attempt),) = trader.claims()
    job = build_job(first, attempt, clock())
    record_result(first, attempt, BROKEN, "sender", clock())
    entry.attempts.update(outcome="success")
    clock.advance(3)
    ((again, attempt),) = trader.claims()
    second = build_job(again, attempt, clock())
    assert json.loads(job.body)["entry"] == json.loads(job.body)["bare"] == "unknown"
    assert (job.body, "unknown") == (second.body, second.headers["X-RoR-Entry"])
    assert "X-RoR-Entry" not in build_job(entry, attempt, clock()).headers
    assert exit.pk == again.pk


def test_exit_that_did_not_arrive_blocks_later_entries_and_they_say_so(alice, trader):
    trader.stores("entry", "p1")
    trader.sends()
    exit = trader.stores("exit", "p1")
    trader.fails(exit)
    assert (state_of(exit), Lane.objects.get().blocked_by) == ("expired", exit)
    assert events.since(alice.pk, 0)[-1].data["notice_title"] == "An exit did not arrive"
    entry = trader.stores("entry", "p2")
    assert trader.sends() == []
    trader.clock.advance(61)
    trader.claims()
    assert state_of(entry) == "blocked"
    newest = events.since(alice.pk, 0)[-1]
    assert (newest.data["state"], newest.data["prominent"]) == ("blocked", True)
    assert newest.data["notice_title"] == "An entry was not sent"
    assert "it waited for an exit before it that did not arrive" in newest.data["notice_text"]
    assert state_of(trader.stores("exit", "p2")) == "nothing_to_close"


@pytest.mark.parametrize("entry_result", [REFUSED, None])
def test_exit_without_an_open_position_blocks_nothing(trader, entry_result):
    Endpoint.objects.update(exit_cannot_open=True)
    trader.stores("entry", "p1")
    if entry_result:
        trader.sends(entry_result)
    exit = trader.stores("exit", "p1")
    trader.fails(exit)
    assert state_of(exit) == "expired"
    entry = trader.stores("entry", "p2")
    assert [row.pk for row in trader.sends()] == [entry.pk]


def test_blocking_exit_sent_again_comes_before_the_entries_that_wait(trader):
    trader.stores("entry", "p1")
    trader.sends()
    exit = trader.stores("exit", "p1")
    trader.fails(exit)
    entry = trader.stores("entry", "p2")
    resend(exit, confirmed=True)
    sent = trader.sends()
    trader.clock.advance(0.1)
    sent += trader.sends()
    assert [row.pk for row in sent] == [exit.pk, entry.pk]
    assert sent[0].sequence < sent[1].sequence
    assert Lane.objects.get().blocked_by is None


def test_owner_who_is_flat_sets_the_entries_free(trader):
    trader.stores("entry", "p1")
    trader.sends()
    exit = trader.stores("exit", "p1")
    trader.fails(exit)
    entry = trader.stores("entry", "p2")
    settle(exit)
    assert [row.pk for row in trader.sends()] == [entry.pk]
    with pytest.raises(ResendError, match="holds nothing back"):
        settle(exit)


def test_owner_who_is_flat_stops_an_exit_that_is_still_tried(trader):
    trader.stores("entry", "p1")
    trader.sends()
    exit = trader.stores("exit", "p1")
    trader.sends(BROKEN)
    settle(exit)
    assert state_of(exit) == "nothing_to_close"
    assert Lane.objects.get().blocked_by is None


def test_owner_who_is_flat_while_an_exit_is_under_way_ends_its_tries(trader):
    trader.stores("entry", "p1")
    trader.sends()
    exit = trader.stores("exit", "p1")
    ((row, attempt),) = trader.claims()
    settle(exit)
    record_result(row, attempt, BROKEN, "sender", trader.clock())
    trader.clock.advance(3)
    assert trader.sends() == []
    assert (state_of(exit), Lane.objects.get().blocked_by) == ("nothing_to_close", None)


def test_disabled_endpoint_blocks_what_follows_its_open_position(bot, trader):
    trader.stores("entry", "p1")
    trader.sends()
    exit = trader.stores("exit", "p1")
    trader.sends(BROKEN)
    disable_endpoint(bot, "switched off by you", trader.clock())
    assert (state_of(exit), Lane.objects.get().blocked_by) == ("skipped", exit)
    skipped = trader.stores("exit", "p0")
    assert (state_of(skipped), Lane.objects.get().blocked_by) == ("skipped", skipped)


def test_answer_that_means_flat_counts_as_accepted_for_an_exit_only(trader):
    Endpoint.objects.update(flat_answers=[{"status": 404, "text": "no position"}])
    flat = SendResult(status=404, error="The receiver answered 404", response="No position: SPY")
    entry = trader.stores("entry", "p1")
    trader.sends(flat)
    assert state_of(entry) == "pending"
    trader.clock.advance(3)
    trader.sends()
    exit = trader.stores("exit", "p1")
    other = SendResult(status=404, error="The receiver answered 404", response="no such symbol")
    trader.sends(other)
    assert state_of(exit) == "pending"
    trader.clock.advance(3)
    trader.sends(flat)
    assert (state_of(exit), exit.last_status) == ("delivered", 404)
    assert "no position" in exit.reason


@pytest.mark.parametrize(
    ("response", "state"),
    [
        ('{"success": true}', "delivered"),
        ('{"success": false, "error": "no margin"}', "pending"),
        ('{"success": "true"}', "delivered"),
        ("{}", "pending"),
        ("done", "pending"),
        ('["success"]', "pending"),
    ],
)
def test_success_rule_reads_the_answer(trader, response, state):
    Endpoint.objects.update(success_path="success")
    entry = trader.stores("entry", "p1")
    trader.sends(SendResult(status=200, response=response))
    assert state_of(entry) == state


def test_entry_stops_after_two_answers_that_break_the_success_rule(trader):
    Endpoint.objects.update(success_path="result.ok", success_value="yes")
    entry = trader.stores("entry", "p1")
    for _ in range(2):
        trader.sends(SendResult(status=200, response='{"result": {"ok": "no"}}'))
        trader.clock.advance(3)
    assert state_of(entry) == "failed"
    assert "result.ok is no, not yes" in entry.reason


@pytest.mark.parametrize(("age", "is_late"), [(9.9, False), (10, True), (300, True)])
@pytest.mark.parametrize("kind", ["entry", "exit"])
def test_message_is_late_ten_seconds_after_its_bar_was_stored(alice, clock, kind, age, is_late):
    make_endpoint(alice, ttl_seconds=3600)
    Trader(alice, clock).stores(kind, "p1")
    clock.advance(age)
    ((row, attempt),) = claim_due("sender", clock(), 1)
    assert (build_job(row, attempt, clock()).headers.get("X-RoR-Late") == "true") is is_late


def test_lateness_can_be_set(alice, clock):
    make_endpoint(alice, late_after_seconds=60)
    Trader(alice, clock).stores("entry", "p1")
    clock.advance(59)
    ((row, _),) = claim_due("sender", clock(), 1)
    assert not row.is_late


def test_chat_message_of_an_exit_orders_nothing_and_goes_out(alice, trader):
    Endpoint.objects.update(payload_template="")
    entry = trader.stores("entry", "p1")
    exit = trader.stores("exit", "p1")
    assert (state_of(entry), state_of(exit)) == ("superseded", "pending")
