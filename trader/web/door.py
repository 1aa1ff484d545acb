"""What daphne and twisted refuse while they still read it, answered as everything else is.

Their own answers are a bare status line, an HTML page or a closed connection.
"""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.web import http

from trader.api.errors import MESSAGES
from trader.web.refusals import refusal

log = structlog.get_logger(__name__)
SHOWN_PATH = 200
# A body may have 12 MB and come from a mobile.
HEADER_SECONDS = 30.0
BODY_SECONDS = 180.0
ABSOLUTE = re.compile(rb"https?://(?:[^/?#]*@)?([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
# Untyped, and its names are those of the base class.
_Channel: Any = http.HTTPChannel


def path_of(target: bytes) -> str:
    """The path of a request's target, also of one that names the whole address."""
    text = target.decode("latin-1")
    if text.startswith("/"):
        return text
    try:
        return urlsplit(text).path
    except ValueError:
        return ""


class AnsweringChannel(_Channel):  # type: ignore[misc]
    """Answers what can't be read as a request, in the shape of its address, and hangs up."""

    request_line = b""
    is_overlong = False
    deadline: Any = None

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """A request that drips in, a byte now and then, holds its connection for so long only."""
        if self.deadline is None and not self.requests:
            self._allow(HEADER_SECONDS)
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:  # noqa: N802
        self._allow(BODY_SECONDS)
        super().allHeadersReceived()

    def allContentReceived(self) -> None:  # noqa: N802
        self._allow(None)
        super().allContentReceived()

    def connectionLost(self, reason: object) -> None:  # noqa: N802
        self._allow(None)
        super().connectionLost(reason)

    def _allow(self, seconds: float | None) -> None:
        """From now on so long for what is being read, None for as long as it takes."""
        if self.deadline is not None and self.deadline.active():
            self.deadline.cancel()
        self.deadline = None if seconds is None else self.callLater(seconds, self._end_waiting)

    def _end_waiting(self) -> None:
        self.refuse(408)

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        # The base class knows the path from the request line to the end of the body.
        if line and not hasattr(self, "_path"):
            self.request_line = line
        self.is_overlong = self._receivedHeaderSize + len(line) > self.totalHeadersSize
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        if not hasattr(self, "_path"):
            self.request_line = line
        self.is_overlong = True
        self._respondToBadRequestAndDisconnect()

    def _respondToBadRequestAndDisconnect(self) -> None:  # noqa: N802
        if not self.is_overlong:
            self.refuse(400)
        elif hasattr(self, "_path"):
            self.refuse(431)
        else:
            self.refuse(414)

    def refuse(self, status: int) -> None:
        """Answer in place of the request that is being read."""
        parts = self.request_line.split(b" ", 2)
        path = path_of(parts[1]) if len(parts) > 1 else ""
        request = self.requests[-1] if self.requests else None
        answer = refusal(path, status, MESSAGES[status], given_id=given_id(request))
        log.warning("request_refused", path=unquote(path)[:SHOWN_PATH], status_code=status)
        lines = [b"%s: %s" % header for header in (*answer.headers, (b"connection", b"close"))]
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), *lines, b"", b""]
        self.transport.write(b"\r\n".join(head) + answer.body)
        self.loseConnection()


def given_id(request: http.Request | None) -> str | None:
    values = request.requestHeaders.getRawHeaders(b"x-request-id") if request else None
    return values[0].decode("latin-1") if values else None


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """Refuses a body that is too long before it has been read."""

    n_received = 0

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """A target may name the whole address; its host counts, as if it were the header."""
        absolute = ABSOLUTE.match(path)
        if absolute is not None:
            self.requestHeaders.setRawHeaders(b"host", [absolute[1]])
            path = absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]
        super().requestReceived(command, path, version)

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        if length is not None and length > self.server.max_body_bytes:
            self.channel.refuse(413)
            return
        super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self.n_received += len(data)
        if self.n_received > self.server.max_body_bytes:
            self.channel.refuse(413)
            return
        super().handleContentChunk(data)

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """What daphne finds wrong with a request that could be read, or failed at itself."""
        text = f"{body}." if status < 500 else MESSAGES[500]
        # `path` has been overwritten when it was the path that was wrong.
        answer = refusal(path_of(self.uri), status, text, given_id=given_id(self))
        log.warning(
            "request_refused", path=unquote(path_of(self.uri))[:SHOWN_PATH], status_code=status
        )
        start = {"type": "http.response.start", "status": status, "headers": answer.headers}
        self.handle_reply(start)
        self.handle_reply({"type": "http.response.body", "body": answer.body})


class BoundedHTTPFactory(HTTPFactory):  # type: ignore[misc]
    protocol = AnsweringChannel

    def buildProtocol(self, addr: object) -> AnsweringChannel:  # noqa: N802
        protocol: AnsweringChannel = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol
