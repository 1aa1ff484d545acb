"""Which addresses a webhook may be sent to.

The ranges are written out: `ipaddress.is_global` calls NAT64, 6to4 and multicast addresses
global, and each of them can lead into the operator's network. A name is refused when any of its
addresses is refused, and the caller dials one of the addresses vetted here, never the name.
"""

import ipaddress
import queue
import socket
import threading
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL_LENGTH = 2000
SAVE_TIMEOUT_SECONDS = 2.0
ALLOWED_PORTS = (80, 443, 8443)
DEFAULT_PORTS = {"http": 80, "https": 443}

_DENIED_V4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud provider's host agent on a public-looking address
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
# Everything outside global unicast is refused without a list; these lie inside it.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = [
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
]


class AddressError(Exception):
    """The endpoint's address can't be used. `permanent` is False when only the lookup failed."""

    def __init__(self, message: str, permanent: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


class Target(NamedTuple):
    """A parsed endpoint address. `host` is without brackets, in ASCII."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What belongs into the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def is_loopback(address: IPAddress) -> bool:
    return _canonical(address).is_loopback


def is_allowed(address: IPAddress) -> bool:
    address = _canonical(address)
    if address.is_loopback:
        return bool(settings.WEBHOOK_ALLOW_LOOPBACK)
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _DENIED_V4)
    if address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _DENIED_V6)


def _canonical(address: IPAddress) -> IPAddress:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def parse_target(url: str) -> Target:
    """Take the address apart or say what is wrong with it. Looks nothing up."""
    if len(url) > MAX_URL_LENGTH:
        raise AddressError(f"The address is longer than {MAX_URL_LENGTH} characters.")
    if any(ord(char) <= 32 or ord(char) == 127 for char in url) or "\\" in url:
        raise AddressError("The address contains spaces, control characters or backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise AddressError("This is not a valid address.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressError("The address must begin with https:// (or http:// where allowed).")
    if not host:
        raise AddressError("The address has no host name.")
    if parts.username is not None or parts.password is not None:
        raise AddressError("Put credentials into a header, not into the address.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    target = Target(parts.scheme, _ascii_host(host), port, path)
    _check_scheme_and_port(target)
    return target


def _ascii_host(host: str) -> str:
    if "%" in host:
        raise AddressError("The host name contains a percent sign.")
    if ":" in host or host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise AddressError("The host name can't be written in international form.") from None


def _check_scheme_and_port(target: Target) -> None:
    """Plain http and odd ports are for loopback, in development, or where the operator says so."""
    if _is_allowed_loopback(target.host):
        return
    if target.scheme == "http" and not settings.WEBHOOK_ALLOW_HTTP:
        raise AddressError("The address must begin with https://, so that nobody can read along.")
    if target.port not in ALLOWED_PORTS:
        ports = ", ".join(map(str, ALLOWED_PORTS))
        raise AddressError(f"Port {target.port} is not allowed; use one of {ports}.")


def _is_allowed_loopback(host: str) -> bool:
    if not settings.WEBHOOK_ALLOW_LOOPBACK:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return is_loopback(ipaddress.ip_address(host))
    except ValueError:
        return False


def lookup(host: str, port: int) -> list[IPAddress]:
    """All addresses of a name, IPv4 first. Blocks for as long as the resolver takes."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError(f"The name {host} has no address.", permanent=False) from None
    found = {ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows}
    return sorted(found, key=lambda address: (address.version, int(address)))


def _lookup_within(seconds: float, target: Target) -> list[IPAddress]:
    """`lookup` in a thread that is left behind when the resolver hangs."""
    answers: queue.SimpleQueue[list[IPAddress] | AddressError] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(lookup(target.host, target.port))
        except AddressError as problem:
            answers.put(problem)

    threading.Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        answer = AddressError(f"Looking up {target.host} takes too long.", permanent=False)
    if isinstance(answer, AddressError):
        raise answer
    return answer


def vet(host: str, addresses: list[IPAddress]) -> list[IPAddress]:
    """The addresses to dial, or an error when even one of them is out of bounds."""
    for address in addresses:
        if not is_allowed(address):
            raise AddressError(
                f"{host} leads to {address}, an address inside a private or reserved network."
            )
    if not addresses:
        raise AddressError(f"The name {host} has no address.", permanent=False)
    return addresses


def check_url(url: str) -> str:
    """Vet an address before it is saved; returns a warning, empty when all is well.

    A name that can't be looked up just now is no error: it is vetted again at each dial.
    """
    target = parse_target(url)
    try:
        vet(target.host, _lookup_within(SAVE_TIMEOUT_SECONDS, target))
    except AddressError as problem:
        if problem.permanent:
            raise
        return f"{problem.message} Check the spelling; sending will try again each time."
    return ""
