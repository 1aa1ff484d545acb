"""One HTTP request to one vetted address, timed, from an event loop in a thread of its own.

The thread that owns the database only submits jobs and collects results; nothing here touches
the database. Names are looked up in threads that nobody waits for, so a resolver that hangs
holds up only its own job.
"""

import asyncio
import contextlib
import queue
import ssl
import threading
from concurrent.futures import Future
from functools import lru_cache
from time import perf_counter
from types import TracebackType
from typing import NamedTuple, Self, TypedDict

import httpx

from webhooks.outbound import addresses
from webhooks.outbound.addresses import AddressError, IPAddress, Target
from webhooks.profiles import longest_timeout_seconds

DNS_TIMEOUT_SECONDS = 2.0
CONNECT_TIMEOUT_SECONDS = 3.0
BODY_TIMEOUT_SECONDS = 2.0
READ_LIMIT_BYTES = 64 * 1024
KEEP_LIMIT_BYTES = 16 * 1024
MAX_ADDRESSES_TRIED = 2
MAX_CONNECTIONS = 200
NO_DETAIL = "All connection attempts failed"
USER_AGENT = "RoR-Trader-Webhooks/1"


class SendJob(NamedTuple):
    """Everything a request needs; `key` comes back with the result."""

    key: int
    url: str
    headers: dict[str, str]
    body: bytes
    timeout_seconds: float


class SendResult(NamedTuple):
    """Times in milliseconds, None where the request did not get that far.

    `is_accepted`: the endpoint's rules take the answer for an acceptance, whatever its status.
    `is_unsent`: it ended before anything was dialled.
    """

    status: int | None = None
    response: str = ""
    error: str = ""
    is_permanent: bool = False
    retry_after_seconds: float | None = None
    address: str = ""
    dns_ms: float | None = None
    connect_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float = 0.0
    is_accepted: bool = False
    is_unsent: bool = False

    @property
    def is_success(self) -> bool:
        if self.is_accepted:
            return True
        return self.status is not None and 200 <= self.status < 300 and not self.error


class Measured(TypedDict):
    """The fields of a result that its timings fill."""

    address: str
    dns_ms: float | None
    connect_ms: float | None
    first_byte_ms: float | None
    total_ms: float


class Timings:
    """Moments of one request, in milliseconds since its start."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self.address = ""
        self.dns_ms: float | None = None
        self.connected_ms: float | None = None
        self.first_byte_ms: float | None = None

    def now_ms(self) -> float:
        return round((perf_counter() - self._start) * 1000, 2)

    async def trace(self, event: str, _: dict[str, object]) -> None:
        """httpcore reports each step; the last one of connecting may be TCP or TLS."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self.connected_ms = self.now_ms()
        elif event == "http11.receive_response_headers.complete":
            self.first_byte_ms = self.now_ms()

    def fields(self) -> Measured:
        connect = None
        if self.connected_ms is not None:
            connect = round(self.connected_ms - (self.dns_ms or 0), 2)
        return Measured(
            address=self.address,
            dns_ms=self.dns_ms,
            connect_ms=connect,
            first_byte_ms=self.first_byte_ms,
            total_ms=self.now_ms(),
        )


class Transport:
    """Runs jobs concurrently; finished ones wait in `results` as (job, result)."""

    def __init__(self) -> None:
        self.results: queue.SimpleQueue[tuple[SendJob, SendResult]] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._client: httpx.AsyncClient | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=2)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=2)
        self._loop.close()

    def submit(self, job: SendJob) -> None:
        future = asyncio.run_coroutine_threadsafe(self._run(job), self._loop)
        future.add_done_callback(lambda done: self._collect(job, done))

    def _collect(self, job: SendJob, done: "Future[SendResult]") -> None:
        if done.cancelled():
            return
        problem = done.exception()
        result = done.result() if problem is None else SendResult(error=_describe(problem))
        self.results.put((job, result))

    async def _run(self, job: SendJob) -> SendResult:
        if self._client is None:
            self._client = new_client()
        return await send(self._client, job)

    async def _close(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def new_client() -> httpx.AsyncClient:
    # Connections are never reused: two names may share an address, and each needs its own TLS.
    limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=0)
    return httpx.AsyncClient(
        verify=_tls(),
        limits=limits,
        timeout=httpx.Timeout(longest_timeout_seconds(), connect=CONNECT_TIMEOUT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


async def send(client: httpx.AsyncClient, job: SendJob) -> SendResult:
    """Send once. Every failure becomes a result that names its cause."""
    timings = Timings()
    try:
        async with asyncio.timeout(job.timeout_seconds):
            return await _send(client, job, timings)
    except TimeoutError:
        error = f"No complete answer within {job.timeout_seconds:g} s"
        return SendResult(error=error, **timings.fields())
    except AddressError as problem:
        return SendResult(
            error=problem.message,
            is_permanent=problem.permanent,
            is_unsent=True,
            **timings.fields(),
        )
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as problem:
        return SendResult(error=_describe(problem), **timings.fields())


async def _send(client: httpx.AsyncClient, job: SendJob, timings: Timings) -> SendResult:
    target = addresses.parse_target(job.url)
    vetted = addresses.vet(target.host, await _resolve(target))
    timings.dns_ms = timings.now_ms()
    candidates = vetted[:MAX_ADDRESSES_TRIED]
    for address in candidates:
        timings.address = str(address)
        try:
            return await _request(client, job, target, address, timings)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            # Nothing was sent yet, so another address of the same name is no repeat.
            if address == candidates[-1]:
                raise
    raise AddressError(f"The name {target.host} has no address.", permanent=False)


async def _request(
    client: httpx.AsyncClient,
    job: SendJob,
    target: Target,
    address: IPAddress,
    timings: Timings,
) -> SendResult:
    """Dial the vetted address while speaking to the name: Host header, SNI and certificate."""
    literal = f"[{address}]" if address.version == 6 else str(address)
    extensions: dict[str, object] = {
        "trace": timings.trace,
        "sni_hostname": target.host,
    }
    request = client.build_request(
        "POST",
        f"{target.scheme}://{literal}:{target.port}{target.path}",
        content=job.body,
        headers=_merged(_base_headers(target), job.headers),
        extensions=extensions,
    )
    response = await client.send(request, stream=True)
    received = bytearray()
    left_seconds = job.timeout_seconds - timings.now_ms() / 1000
    try:
        # The status is the answer. A body that drips or breaks off takes nothing away from it;
        # an accepted order must not be sent again for its sake.
        with contextlib.suppress(httpx.HTTPError, OSError):
            async with asyncio.timeout(min(BODY_TIMEOUT_SECONDS, left_seconds * 0.9)):
                await _read_into(received, response)
    finally:
        await response.aclose()
    return SendResult(
        status=response.status_code,
        response=bytes(received[:KEEP_LIMIT_BYTES]).decode("utf-8", "replace").replace("\x00", "�"),
        error=_refusal(response.status_code),
        retry_after_seconds=_retry_after(response.headers.get("retry-after", "")),
        **timings.fields(),
    )


def _base_headers(target: Target) -> dict[str, str]:
    return {
        "Host": target.authority,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Accept": "*/*",
        # No compression: the limit counts what crosses the wire and nothing can be inflated.
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _merged(base: dict[str, str], own: dict[str, str]) -> httpx.Headers:
    """The user's own headers replace ours of the same name, however they are spelt."""
    headers = httpx.Headers(base)
    headers.update(own)
    return headers


async def _read_into(received: bytearray, response: httpx.Response) -> None:
    """At most `READ_LIMIT_BYTES`; the rest is left unread and the connection closed."""
    async for chunk in response.aiter_raw():
        received += chunk
        if len(received) >= READ_LIMIT_BYTES:
            return


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"The receiver answered with a redirect ({status}), which is not followed"
    return "" if 200 <= status < 300 else f"The receiver answered {status}"


def _retry_after(value: str) -> float | None:
    """Seconds only; a date says nothing without trusting the receiver's clock."""
    digits = value.strip()
    return float(digits) if digits.isascii() and digits.isdigit() else None


async def _resolve(target: Target) -> list[IPAddress]:
    """Look the name up in a daemon thread, for at most `DNS_TIMEOUT_SECONDS`."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[IPAddress]] = loop.create_future()

    def hand_over(found: list[IPAddress] | None, problem: AddressError | None) -> None:
        if answer.done():
            return
        if problem is not None:
            answer.set_exception(problem)
        else:
            answer.set_result(found or [])

    def work() -> None:
        found, problem = None, None
        try:
            found = addresses.lookup(target.host, target.port)
        except AddressError as error:
            problem = error
        # The loop may be gone by the time a slow resolver answers; then nobody waits for it.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(hand_over, found, problem)

    threading.Thread(target=work, daemon=True).start()
    try:
        async with asyncio.timeout(DNS_TIMEOUT_SECONDS):
            return await answer
    except TimeoutError:
        raise AddressError(
            f"Looking up {target.host} took longer than {DNS_TIMEOUT_SECONDS:g} s.",
            permanent=False,
        ) from None


def _describe(problem: BaseException) -> str:
    """What the user reads: the kind of failure and its detail, without the address."""
    names: dict[type[BaseException], str] = {
        httpx.ConnectTimeout: f"No connection within {CONNECT_TIMEOUT_SECONDS:g} s",
        httpx.ConnectError: "The connection was refused or failed",
        httpx.RemoteProtocolError: "The receiver closed the connection or spoke no HTTP",
        httpx.ReadError: "The connection broke while reading the answer",
        httpx.WriteError: "The connection broke while sending",
    }
    text = names.get(type(problem), type(problem).__name__)
    detail = "" if str(problem) == NO_DETAIL else str(problem)
    return f"{text}: {detail}"[:300] if detail else text
