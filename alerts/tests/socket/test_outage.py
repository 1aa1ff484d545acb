"""Whatever ends a socket or interrupts its work, nothing is leaked and nobody stays in unseen."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import InterfaceError, OperationalError

from accounts.keys import create_key, revoke_key
from accounts.models import User
from alerts.models import SocketPlace
from alerts.socket import consumers, keeper
from alerts.socket.keeper import current_keeper
from alerts.socket.tail import current_tail
from alerts.tests.socket.test_consumer import close_code, opened, publish, seqs, socket
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


class Outage:
    """Stands before a function that asks the database, and lets it fail."""

    def __init__(self, function):
        self.function = function
        self.error: Exception | None = None
        self.n_failed = 0

    async def __call__(self, *args):
        if self.error is not None:
            self.n_failed += 1
            raise self.error
        return await self.function(*args)


@pytest.fixture
def outage(monkeypatch, request):
    one = Outage(getattr(consumers, request.param))
    monkeypatch.setattr(consumers, request.param, one)
    return one


async def settled(client, user: User) -> WebsocketCommunicator:
    """A socket that has its place, and whose jobs run."""
    one = await opened(client, user)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not any(held.is_live for held in current_keeper().held.values()):
            await asyncio.sleep(0.01)
    return one


async def nothing_is_left(user: User) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await SocketPlace.objects.filter(user=user).aexists():
            await asyncio.sleep(0.01)
    assert user.pk not in current_tail().listeners
    assert not current_keeper().held


@pytest.mark.parametrize("text", ["[" * 1000, '{"a":' * 200, "not json", "[1]"])
async def test_malformed_frame_closes_and_frees_the_place(client, alice, text, monkeypatch):
    monkeypatch.setattr(consumers, "MAX_SOCKETS", 1)
    for _ in range(2):
        one = await opened(client, alice)
        await one.send_to(text_data=text)
        assert await close_code(one) == 4400
        await one.disconnect()
    await nothing_is_left(alice)


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
@pytest.mark.parametrize("outage", ["read_catch_up", "find_user_id"], indirect=True)
async def test_socket_opened_during_an_outage_is_told_to_come_again(client, alice, outage, error):
    outage.error = error
    one = await opened(client, alice, "?since=0")
    assert await close_code(one) == 4013
    await one.disconnect()
    await nothing_is_left(alice)


@pytest.mark.parametrize("outage", ["read_catch_up"], indirect=True)
async def test_question_during_an_outage_is_answered_by_come_again(client, alice, outage):
    one = await opened(client, alice)
    outage.error = OperationalError("gone")
    await one.send_to(text_data=json.dumps({"type": "since", "seq": 0}))
    assert await close_code(one) == 4013
    await one.disconnect()
    await nothing_is_left(alice)


@pytest.mark.parametrize("outage", ["read_catch_up"], indirect=True)
async def test_any_exception_frees_the_place(client, alice, outage):
    outage.error = RuntimeError("a fault of ours")
    one = await opened(client, alice, "?since=0")
    with pytest.raises(RuntimeError):
        await one.wait()
    await nothing_is_left(alice)


async def test_cancelled_socket_frees_its_place(client, alice):
    one = await settled(client, alice)
    one.future.cancel()
    await nothing_is_left(alice)


def hasten(monkeypatch) -> None:
    for name in ("HEARTBEAT_S", "RECHECK_S", "RECHECK_RETRY_S"):
        monkeypatch.setattr(consumers, name, 0.05)


async def until_closed(one: WebsocketCommunicator) -> int:
    while True:
        message = await one.receive_output(timeout=PATIENCE_SECONDS)
        if message["type"] == "websocket.close":
            return message["code"]
        assert json.loads(message["text"])["type"] == "heartbeat"


@pytest.mark.parametrize("outage", ["find_user_id"], indirect=True)
async def test_recheck_survives_an_outage_and_finds_the_revoked_key(alice, outage, monkeypatch):
    hasten(monkeypatch)
    monkeypatch.setattr(consumers, "RECHECK_RETRY_S", 0.2)
    row, key = await sync_to_async(create_key)(alice, "bot")
    one = socket(key=key.encode())
    await one.connect(timeout=PATIENCE_SECONDS)
    outage.error = OperationalError("gone")
    while outage.n_failed < 2:
        await asyncio.sleep(0.01)
    assert json.loads(await one.receive_from(timeout=PATIENCE_SECONDS))["type"] == "heartbeat"
    await sync_to_async(revoke_key)(row)
    outage.error = None
    assert await until_closed(one) == 4401
    await one.disconnect()


@pytest.mark.parametrize("outage", ["find_user_id"], indirect=True)
async def test_socket_ends_when_its_check_keeps_failing(client, alice, outage, monkeypatch):
    hasten(monkeypatch)
    monkeypatch.setattr(consumers, "RECHECK_PATIENCE_S", 0.1)
    one = await opened(client, alice)
    outage.error = OperationalError("gone")
    assert await until_closed(one) == 4013
    await one.disconnect()


async def test_failed_job_closes_the_socket(client, alice, monkeypatch):
    async def fail(self):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(consumers.SocketConsumer, "_beat", fail)
    one = await opened(client, alice)
    assert await until_closed(one) == 4011
    await one.disconnect()


async def test_dead_tail_sends_its_sockets_away(client, alice, monkeypatch):
    hasten(monkeypatch)
    one = await settled(client, alice)
    current_tail()._task.cancel()
    assert await until_closed(one) == 4000
    await one.disconnect()
    await nothing_is_left(alice)


async def test_rows_go_on_after_the_tail_met_a_lost_connection(client, alice, monkeypatch):
    one = await settled(client, alice)
    failures = iter([InterfaceError("connection already closed")])
    look = type(current_tail())._look

    async def look_badly(self):
        for error in failures:
            raise error
        await look(self)

    monkeypatch.setattr(type(current_tail()), "_look", look_badly)
    await publish(alice)
    assert await seqs(one, 1) == [1]
    await one.disconnect()


async def test_socket_whose_place_was_taken_over_has_to_come_again(client, alice, monkeypatch):
    monkeypatch.setattr(keeper, "RENEW_S", 0.05)
    one = await settled(client, alice)
    await sync_to_async(SocketPlace.objects.all().delete)()
    assert await until_closed(one) == 4000
    await one.disconnect()


async def test_renewal_goes_on_after_an_outage(client, alice, monkeypatch):
    monkeypatch.setattr(keeper, "RENEW_S", 0.05)
    monkeypatch.setattr(keeper, "RETRY_S", 0.05)
    renew = Outage(keeper._renew)
    monkeypatch.setattr(keeper, "_renew", renew)
    renew.error = OperationalError("gone")
    one = await settled(client, alice)
    while not renew.n_failed:
        await asyncio.sleep(0.01)
    before = (await SocketPlace.objects.aget(user=alice)).expires_at
    renew.error = None
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await SocketPlace.objects.aget(user=alice)).expires_at == before:
            await asyncio.sleep(0.01)
    await one.disconnect()


async def test_place_that_can_not_be_given_back_is_left_to_its_lease(client, alice, monkeypatch):
    give_back = Outage(keeper._give_back)
    monkeypatch.setattr(keeper, "_give_back", give_back)
    give_back.error = OperationalError("gone")
    one = await opened(client, alice)
    await one.disconnect()
    assert not current_keeper().held
