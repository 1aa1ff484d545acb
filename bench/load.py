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


async def _client(request: Request, until: float, out: Measured, offset: int) -> None:
    parts = urlsplit(request.url)
    if parts.hostname not in LOOPBACK:
        raise ValueError("Load is only sent to this machine.")
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    index = offset
    while time.perf_counter() < until:
        started = time.perf_counter()
        writer.write(request.render(index))
        await writer.drain()
        status = await _read_answer(reader)
        out.latencies_ms.append((time.perf_counter() - started) * 1e3)
        out.requests += 1
        out.errors += status >= 400
        index += 1
    writer.close()


def measure(request: Request, *, clients: int = 8, seconds: float = 3.0) -> Measured:
    """Send `request` from `clients` connections for `seconds`."""

    async def run() -> Measured:
        out = Measured(0, 0, seconds, [])
        until = time.perf_counter() + seconds
        jobs = [_client(request, until, out, 1_000_000 * k) for k in range(clients)]
        await asyncio.gather(*jobs)
        return out

    return asyncio.run(run())
