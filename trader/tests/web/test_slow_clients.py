"""Requests that drip in are let go; the others never notice."""

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.web.http import HTTPFactory

from trader.web import door

HEAD = b"POST /api/v1/runs/ HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def line():
    """A connection whose clock the test turns, with what came back."""
    clock, transport = Clock(), StringTransport()
    channel = door.AnsweringChannel()
    channel.factory = HTTPFactory()
    channel.callLater = clock.callLater
    channel.timeOut = None
    channel.makeConnection(transport)
    return channel, clock, transport


def drip(line, data, seconds):
    channel, clock, transport = line
    for index in range(seconds):
        if transport.disconnecting or transport.disconnected:
            return
        channel.dataReceived(data[index % len(data) :][:1])
        clock.advance(1)


def test_head_that_drips_in_is_ended(line):
    drip(line, b"X", int(door.HEADER_SECONDS) + 1)
    assert line[2].value().startswith(b"HTTP/1.1 408 Request Timeout")
    assert line[2].disconnecting


def test_body_that_drips_in_is_ended(line):
    line[0].dataReceived(HEAD + b"Content-Length: 9000\r\n\r\n")
    drip(line, b"x", int(door.BODY_SECONDS) + 1)
    assert b" 408 " in line[2].value()
    assert b"REQUEST_TIMEOUT" in line[2].value()


def test_body_has_longer_than_the_head(line):
    line[0].dataReceived(HEAD + b"Content-Length: 9000\r\n\r\n")
    drip(line, b"x", int(door.HEADER_SECONDS) + 5)
    assert line[2].value() == b""


def test_connection_without_a_request_is_not_ended_by_it(line):
    _, clock, transport = line
    clock.advance(door.HEADER_SECONDS * 2)
    assert transport.value() == b""
    assert not transport.disconnecting


def test_nothing_is_left_to_wait_when_the_client_goes(line):
    channel, clock, _ = line
    channel.dataReceived(b"GET")
    channel.connectionLost(None)
    assert not [call for call in clock.getDelayedCalls() if call.active()]
