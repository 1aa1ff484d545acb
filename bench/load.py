"""A small keep-alive HTTP load generator for loopback servers: asyncio streams, nothing else."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class Request:
    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[int], bytes] | None = None

    def render(self, index: int) -> bytes:
        parts = urlsplit(self.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        body = self.body(index) if self.body else b""
        lines = [f"{self.method} {target} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Measured:
    requests: int
    errors: int
    seconds: float
    latencies_ms: list[float]

    def summary(self) -> dict[str, float]:
        ordered = sorted(self.latencies_ms) or [float("nan")]
        return {
            "requests_per_s": round(self.requests / self.seconds, 1),
            "p50_ms": round(statistics.median(ordered), 2),
            "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
            "errors": self.errors,
        }


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    fields = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    if b"content-length" in fields:
        await reader.readexactly(int(fields[b"content-length"]))
    elif fields.get(b"transfer-encoding") == b"chunked":
        while True:
            size = int((await reader.readline()).strip() or b"0", 16)
            await reader.readexactly(size + 2)
            if size == 0:
                break
    return status


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _connect(request: Request) -> Connection:
    parts = urlsplit(request.url)
    if parts.hostname not in LOOPBACK:
        raise ValueError("Load is only sent to this machine.")
    return await asyncio.open_connection(parts.hostname, parts.port or 80)


async def _send(
    connection: Connection, request: Request, index: int, out: Measured, since: float
) -> None:
    """One request and its answer; the latency counts from `since`."""
    reader, writer = connection
    writer.write(request.render(index))
    await writer.drain()
    status = await _read_answer(reader)
    out.latencies_ms.append((time.perf_counter() - since) * 1e3)
    out.requests += 1
    out.errors += status >= 400


async def _client(request: Request, until: float, out: Measured, offset: int) -> None:
    connection = await _connect(request)
    index = offset
    while time.perf_counter() < until:
        await _send(connection, request, index, out, time.perf_counter())
        index += 1
    connection[1].close()


def measure(request: Request, *, clients: int = 8, seconds: float = 3.0) -> Measured:
    """Send `request` from `clients` connections for `seconds`."""

    async def run() -> Measured:
        out = Measured(0, 0, seconds, [])
        until = time.perf_counter() + seconds
        jobs = [_client(request, until, out, 1_000_000 * k) for k in range(clients)]
        await asyncio.gather(*jobs)
        return out

    return asyncio.run(run())


def measure_at_rate(
    request: Request, *, per_second: float, seconds: float, connections: int = 32
) -> Measured:
    """Send at a fixed rate, whatever the answers take.

    Latencies count from the instant a request was due, so that a stall of the server shows in
    every request it held up, and not only in the one that met it.
    """

    async def client(mine: range, started: float, out: Measured) -> None:
        connection = await _connect(request)
        for index in mine:
            due = started + index / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await _send(connection, request, 10_000_000 + index, out, due)
        connection[1].close()

    async def run() -> Measured:
        n = int(per_second * seconds)
        out = Measured(0, 0, seconds, [])
        started = time.perf_counter() + 0.2
        jobs = [client(range(k, n, connections), started, out) for k in range(connections)]
        await asyncio.gather(*jobs)
        return out

    return asyncio.run(run())
