"""The real web process: what it refuses at the door, and how it leaves."""

import contextlib
import socket
import subprocess
import sys

import httpx
import pytest
from websockets.exceptions import InvalidStatus
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


def test_unknown_socket_address_is_refused(web):
    with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{web[1]}/ws/nothing/"):
        pass


def test_wrong_host_is_answered_with_400(web):
    response = httpx.get(f"http://127.0.0.1:{web[1]}/", headers={"Host": "evil.example"})
    assert response.status_code == 400


def test_sigterm_closes_cleanly(tmp_path):
    # An idle keep-alive connection must not hold the process up.
    with running_web(tmp_path) as (process, port), httpx.Client() as client:
        client.get(f"http://127.0.0.1:{port}/health")
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
