"""The real web process: what it refuses at the door, and how it leaves."""

import contextlib
import json
import re
import socket
import subprocess
import sys

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.waiting import PATIENCE_SECONDS, wait_until
from trader.tests.processes import ROOT, Worker

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("web")]


@contextlib.contextmanager
def running_web(directory, **env):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    deployment = Worker(directory)
    deployment.manage("migrate", "--verbosity", "0", "--skip-checks")
    with (directory / "web.log").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "web", "--port", str(port)],
            cwd=ROOT,
            env=deployment.env | env,
            stdout=out,
            stderr=out,
        )
    try:
        wait_until(lambda: answers(port))
        yield process, port
    finally:
        process.kill()
        process.wait()


def answers(port):
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with running_web(tmp_path_factory.mktemp("web"), MAX_REQUEST_BODY_BYTES="100000") as running:
        yield running


def test_announced_oversize_is_refused_at_once(web):
    with socket.create_connection(("127.0.0.1", web[1]), PATIENCE_SECONDS) as link:
        head = b"POST /api/v1/runs/ HTTP/1.1\r\nHost: localhost\r\n"
        link.sendall(head + b"Content-Length: 99999999\r\n\r\n")
        answer = link.recv(2000)
        assert b" 413 " in answer
        assert b'"code": "PAYLOAD_TOO_LARGE"' in answer


def test_unannounced_oversize_is_refused_on_the_way(web):
    with socket.create_connection(("127.0.0.1", web[1]), PATIENCE_SECONDS) as link:
        link.sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
        for _ in range(6):
            with contextlib.suppress(OSError):
                link.sendall(chunk)
        assert b" 413 " in link.recv(1000)


LONG = b"x" * 20_000
MULTIPART = b"Content-Type: multipart/form-data; boundary=one\r\n"
MALFORMED = {
    "request line too long": (b"GET {}?q=" + LONG + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414),
    "request line without an end": (b"GET {}?q=" + LONG, 414),
    "headers too large": (
        b"GET {} HTTP/1.1\r\n" + b"".join(b"X-A%d: %s\r\n" % (i, LONG[:900]) for i in range(20)),
        431,
    ),
    "one header too large": (b"GET {} HTTP/1.1\r\nX-A: " + LONG + b"\r\n\r\n", 431),
    "too many words": (b"GET {} one two HTTP/1.1\r\n\r\n", 400),
    "unknown version": (b"GET {} HTTP/9.9\r\n\r\n", 400),
    "header without a colon": (b"GET {} HTTP/1.1\r\nnonsense\r\n\r\n", 400),
    "name with a character of its own": (b"GET {} HTTP/1.1\r\nX(Y): 1\r\n\r\n", 400),
    "two lengths": (
        b"POST {} HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        400,
    ),
    "broken chunk": (b"POST {} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "no such boundary": (
        b"POST {} HTTP/1.1\r\nHost: h\r\n" + MULTIPART + b"Content-Length: 5\r\n\r\n--two",
        400,
    ),
    "path that is no text": (b"GET {}\xb0 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    "query that is no text": (b"GET {}?q=\xb0 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
}
CODES = {400: "VALIDATION_ERROR", 414: "URI_TOO_LONG", 431: "HEADERS_TOO_LARGE"}


def answer_to(port, request):
    """Status line, headers and body of what comes back until the connection is quiet."""
    with socket.create_connection(("127.0.0.1", port), 10) as link:
        link.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received or len(received) < length_of(received):
            part = link.recv(65536)
            if not part:
                break
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split(" ")[1]), headers, body


def length_of(received):
    head = received.partition(b"\r\n\r\n")[0].lower()
    announced = re.search(rb"content-length: (\d+)", head)
    return len(head) + 4 + int(announced.group(1)) if announced else 0


@pytest.mark.parametrize("what", MALFORMED)
def test_what_can_not_be_read_is_answered_in_the_shape_of_the_api(web, what):
    request, expected = MALFORMED[what]
    status, headers, body = answer_to(web[1], request.replace(b"{}", b"/api/v1/bars/"))
    assert status == expected
    assert headers["content-type"] == "application/json"
    error = json.loads(body)["error"]
    assert error["code"] == CODES[expected]
    assert error["request_id"] == headers["x-request-id"]


@pytest.mark.parametrize("what", MALFORMED)
def test_elsewhere_it_is_a_line_of_text(web, what):
    request, expected = MALFORMED[what]
    status, headers, body = answer_to(web[1], request.replace(b"{}", b"/strategies/"))
    assert (status, headers["content-type"]) == (expected, "text/plain; charset=utf-8")
    assert body.endswith(b".\n")


def test_nonsense_without_an_address_is_answered(web):
    assert answer_to(web[1], b"\x16\x03\x01 hello\r\n\r\n")[0] == 400


def test_refusal_carries_the_id_of_the_caller(web):
    request = b"GET /api/v1/bars/ HTTP/1.1\r\nX-Request-ID: mine-12345\r\nnonsense\r\n\r\n"
    assert answer_to(web[1], request)[1]["x-request-id"] == "mine-12345"


def test_second_request_of_a_connection_is_refused_by_its_own_address(web):
    first = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", web[1]), 10) as link:
        link.sendall(first)
        assert b" 200 " in link.recv(65536)
        link.sendall(b"GET /api/v1/bars/ HTTP/9.9\r\n\r\n")
        assert b'"code": "VALIDATION_ERROR"' in link.recv(65536)


def test_unknown_socket_address_is_refused(web):
    with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{web[1]}/ws/nothing/"):
        pass


def key_of_a_new_user(directory):
    deployment = Worker(directory)
    code = (
        "import django; django.setup()\n"
        "from accounts.models import User\n"
        "from accounts.keys import create_key\n"
        "print(create_key(User.objects.create_user(email='a@b.example'), 'test')[1])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=deployment.env, check=True, capture_output=True)
    return done.stdout.decode().split()[-1]


TOO_MUCH = {"too long": ("x" * 70_000, 1009), "nested": ("[" * 1000, 4400)}


def test_socket_is_told_why_it_ends(tmp_path):
    with running_web(tmp_path) as (_, port):
        headers = {"X-API-Key": key_of_a_new_user(tmp_path)}
        for text, code in TOO_MUCH.values():
            with connect(f"ws://127.0.0.1:{port}/ws/feed/", additional_headers=headers) as link:
                with contextlib.suppress(ConnectionClosed):
                    link.send(text)
                with pytest.raises(ConnectionClosed) as closed:
                    link.recv(PATIENCE_SECONDS)
                assert closed.value.rcvd.code == code


@pytest.mark.parametrize("target", ["http://localhost/health", "HTTP://u@localhost/health?a=1"])
def test_target_that_names_the_whole_address_is_understood(web, target):
    request = f"GET {target} HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n".encode()
    assert answer_to(web[1], request)[0] == 200


def test_host_of_a_whole_address_counts(web):
    for target, expected in (("http://evil.example/", 400), ("http://localhost", 302)):
        request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        assert answer_to(web[1], request)[0] == expected


def test_wrong_host_is_answered_with_400(web):
    response = httpx.get(f"http://127.0.0.1:{web[1]}/", headers={"Host": "evil.example"})
    assert response.status_code == 400


def test_sigterm_closes_cleanly(tmp_path):
    # An idle keep-alive connection must not hold the process up.
    with running_web(tmp_path) as (process, port), httpx.Client() as client:
        client.get(f"http://127.0.0.1:{port}/health")
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
