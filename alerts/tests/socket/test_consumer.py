"""The live feed: nothing missed, nothing twice, nobody else's."""

import json

import pytest
from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts import events
from accounts.keys import create_key, revoke_key
from accounts.models import User, UserEvent
from alerts.socket import consumers
from alerts.socket.routing import websocket_urlpatterns
from market.models import FeedState

pytestmark = pytest.mark.django_db(transaction=True)
application = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))


@sync_to_async
def publish(user: User, n: int = 1) -> None:
    for number in range(n):
        with transaction.atomic():
            events.publish(user.pk, "alert.fired", {"n": number})


@sync_to_async
def cookie_of(client, user: User) -> bytes:
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}".encode()


def socket(query: str = "", **headers: bytes) -> WebsocketCommunicator:
    names = {"cookie": b"cookie", "key": b"x-api-key"}
    rows = [(names[name], value) for name, value in headers.items()]
    return WebsocketCommunicator(application, f"/ws/feed/{query}", headers=rows)


async def opened(client, user: User, query: str = "") -> WebsocketCommunicator:
    one = socket(query, cookie=await cookie_of(client, user))
    connected, _ = await one.connect(timeout=5)
    assert connected
    return one


async def seqs(one: WebsocketCommunicator, n: int) -> list[int]:
    return [json.loads(await one.receive_from(timeout=5))["seq"] for _ in range(n)]


async def close_code(one: WebsocketCommunicator) -> int:
    message = await one.receive_output(timeout=5)
    if message["type"] == "websocket.accept":
        message = await one.receive_output(timeout=5)
    return message["code"]


async def test_missed_rows_come_first_then_live_ones(client, alice: User) -> None:
    await publish(alice, 3)
    one = await opened(client, alice, "?since=1")
    assert await seqs(one, 2) == [2, 3]
    await publish(alice, 2)
    assert await seqs(one, 2) == [4, 5]
    assert await one.receive_nothing(timeout=0.15)
    await one.disconnect()


async def test_without_a_number_only_new_rows_come(client, alice: User) -> None:
    await publish(alice, 3)
    one = await opened(client, alice)
    assert await one.receive_nothing(timeout=0.15)
    await publish(alice)
    assert await seqs(one, 1) == [4]
    await one.disconnect()


async def test_message_has_the_documented_form(client, alice: User) -> None:
    one = await opened(client, alice, "?since=0")
    await publish(alice)
    message = json.loads(await one.receive_from(timeout=5))
    assert set(message) == {"seq", "type", "at", "data"}
    assert (message["type"], message["data"]) == ("alert.fired", {"n": 0})
    await one.disconnect()


async def test_too_far_behind_is_a_reset_and_then_goes_on(client, alice: User) -> None:
    await publish(alice, 501)
    one = await opened(client, alice, "?since=0")
    assert json.loads(await one.receive_from(timeout=5)) == {"type": "reset", "top": 501}
    await publish(alice)
    assert await seqs(one, 1) == [502]
    await one.disconnect()


async def test_another_users_rows_never_come(client, alice: User, bob: User) -> None:
    await publish(alice, 2)
    one = await opened(client, bob, "?since=0")
    await publish(alice)
    assert await one.receive_nothing(timeout=0.3)
    await publish(bob)
    assert await seqs(one, 1) == [1]
    await one.disconnect()


async def test_visitor_is_turned_away(alice: User) -> None:
    one = socket("?since=0")
    await one.connect(timeout=5)
    assert await close_code(one) == 4401


async def test_api_key_opens_the_feed_until_it_is_revoked(alice: User) -> None:
    row, key = await sync_to_async(create_key)(alice, "bot")
    one = socket("?since=0", key=key.encode())
    await one.connect(timeout=5)
    await publish(alice)
    assert await seqs(one, 1) == [1]
    await one.disconnect()
    await sync_to_async(revoke_key)(row)
    again = socket("?since=0", key=key.encode())
    await again.connect(timeout=5)
    assert await close_code(again) == 4401


async def test_client_that_saw_a_jump_asks_again(client, alice: User) -> None:
    await publish(alice, 4)
    one = await opened(client, alice)
    await one.send_to(text_data=json.dumps({"type": "since", "seq": 2}))
    assert await seqs(one, 2) == [3, 4]
    await one.disconnect()


@pytest.mark.parametrize(
    "text",
    ["not json", "[]", '{"type": "since"}', '{"type": "since", "seq": -1}',
     '{"type": "since", "seq": true}', '{"type": "other", "seq": 1}', "x" * 2000],
)  # fmt: skip
async def test_message_that_makes_no_sense_closes(client, alice: User, text: str) -> None:
    one = await opened(client, alice)
    await one.send_to(text_data=text)
    assert await close_code(one) == 4400


async def test_eleventh_socket_is_refused(client, alice: User, monkeypatch) -> None:
    monkeypatch.setattr(consumers, "MAX_SOCKETS", 2)
    kept = [await opened(client, alice) for _ in range(2)]
    one = socket(cookie=await cookie_of(client, alice))
    await one.connect(timeout=5)
    assert await close_code(one) == 4029
    for other in kept:
        await other.disconnect()
    again = await opened(client, alice)
    await again.disconnect()


async def test_logout_closes_its_own_sockets_at_once(client, alice: User) -> None:
    one, other = await opened(client, alice), await opened(Client(), alice)
    await sync_to_async(client.logout)()
    assert await close_code(one) == 4401
    assert json.loads(await other.receive_from(timeout=5))["type"] == "session.ended"
    await publish(alice)
    assert json.loads(await other.receive_from(timeout=5))["type"] == "alert.fired"
    await other.disconnect()


async def test_ended_session_closes_the_socket(client, alice: User, monkeypatch) -> None:
    monkeypatch.setattr(consumers, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(consumers, "RECHECK_S", 0.05)
    one = await opened(client, alice)
    await sync_to_async(client.session.delete)()
    while True:
        message = await one.receive_output(timeout=5)
        if message["type"] == "websocket.close":
            break
        assert json.loads(message["text"])["type"] == "heartbeat"
    assert message["code"] == 4401


async def test_heartbeat_carries_the_top(client, alice: User, monkeypatch) -> None:
    monkeypatch.setattr(consumers, "HEARTBEAT_S", 0.05)
    await publish(alice, 3)
    one = await opened(client, alice, "?since=3")
    assert json.loads(await one.receive_from(timeout=5)) == {"type": "heartbeat", "top": 3}
    await one.disconnect()


async def test_slow_reader_is_cut_off(client, alice: User, monkeypatch) -> None:
    monkeypatch.setattr(consumers, "MAX_QUEUED", 2)

    async def never(self: object) -> None:
        return None

    monkeypatch.setattr(consumers.SocketConsumer, "_send_queued", never)
    one = await opened(client, alice)
    for _ in range(4):
        await publish(alice)
        await one.receive_nothing(timeout=0.15)
    assert await close_code(one) == 4008


async def test_pruned_rows_are_a_reset(client, alice: User) -> None:
    await publish(alice, 4)
    await sync_to_async(UserEvent.objects.filter(seq__lte=3).delete)()
    one = await opened(client, alice, "?since=1")
    assert json.loads(await one.receive_from(timeout=5))["type"] == "reset"
    await one.disconnect()


@sync_to_async
def move_clock(source: str, now_ts: int) -> None:
    FeedState.objects.update_or_create(source=source, defaults={"now_ts": now_ts})


async def test_a_page_follows_the_clocks_of_feeds_and_others_hear_nothing(
    client, alice: User
) -> None:
    await move_clock("simulated", 60)
    page, bot = [await opened(client, alice, query) for query in ("?clocks=1", "")]
    clock = {"type": "clock", "source": "simulated", "now_ts": 60}
    assert await page.receive_json_from(timeout=5) == clock
    await move_clock("simulated", 120)
    assert await page.receive_json_from(timeout=5) == clock | {"now_ts": 120}
    later = await opened(client, alice, "?clocks=1")
    assert await later.receive_json_from(timeout=5) == clock | {"now_ts": 120}
    assert await page.receive_nothing(timeout=0.15)
    assert await bot.receive_nothing(timeout=0.05)
    for one in (page, bot, later):
        await one.disconnect()


async def test_the_clock_of_a_replay_is_its_owners_alone(client, alice: User) -> None:
    page = await opened(client, alice, "?clocks=1")
    await move_clock("replay:somebody", 60)
    assert await page.receive_nothing(timeout=0.15)
    await page.disconnect()
