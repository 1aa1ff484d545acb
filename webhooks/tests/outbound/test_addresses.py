"""Every class of address, each odd way of writing it, and a name that changes its mind."""

import ipaddress
import socket

import pytest

from webhooks.models import Attempt
from webhooks.outbound import addresses
from webhooks.outbound.addresses import AddressError, check_url, is_allowed, parse_target, vet
from webhooks.outbound.sender import run_sender
from webhooks.testing import make_endpoint, make_message, receiving

DENIED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1",
    "127.8.8.8", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c::1",
    "2001:20::1", "2001:db8::1", "2002:a9fe:a9fe::1", "2002:7f00:1::", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
ALLOWED = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]


@pytest.fixture
def no_loopback(settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = False


@pytest.fixture
def names(monkeypatch):
    """A resolver under the test's control: name -> list of answers, the last one repeating."""
    table: dict[str, list[list[str]]] = {}

    def getaddrinfo(host, port, **_):
        if host not in table:
            return original(host, port, type=socket.SOCK_STREAM)
        answers = table[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if not found:
            raise socket.gaierror(-2, "Name or service not known")
        return [(0, 0, 0, "", (text, port)) for text in found]

    original = socket.getaddrinfo
    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)
    return table


@pytest.mark.parametrize("text", DENIED)
def test_reserved_address_is_denied(no_loopback, text):
    assert not is_allowed(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ALLOWED)
def test_public_address_is_allowed(no_loopback, text):
    assert is_allowed(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_allowed_only_by_its_setting(settings, text):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    assert is_allowed(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", [row for row in DENIED if not row.startswith(("127.", "::1"))])
def test_loopback_setting_opens_nothing_else(settings, text):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    address = ipaddress.ip_address(text)
    assert not is_allowed(address) or addresses.is_loopback(address)


@pytest.mark.parametrize(
    "host",
    ["127.1", "2130706433", "0x7f000001", "017700000001", "0x7f.1", "0", "[::ffff:7f00:1]",
     "[::1]", "localhost", "169.254.43518", "0xa9fea9fe"],
)  # fmt: skip
def test_odd_spelling_of_an_inner_address_is_denied_at_save(no_loopback, host):
    with pytest.raises(AddressError, match="private or reserved"):
        check_url(f"https://{host}/hook")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://example.com/", "must begin with"),
        ("file:///etc/passwd", "must begin with"),
        ("gopher://example.com/", "must begin with"),
        ("http://example.com/", "must begin with https"),
        ("https://user:pw@example.com/", "credentials"),
        ("https://user@example.com/", "credentials"),
        ("https:///path", "no host"),
        ("https://example.com:22/", "Port 22"),
        ("https://example.com:0/", "Port 0"),
        ("https://example.com:99999/", "not a valid"),
        ("https://exa mple.com/", "spaces"),
        ("https://example.com/\r\nX: y", "control"),
        ("https://example.com\\@10.0.0.1/", "backslashes"),
        ("https://[fe80::1%25eth0]/", "percent|not a valid"),
        ("https://[::1/", "not a valid"),
        ("https://example.com/" + "x" * 2000, "longer"),
    ],
)
def test_unusable_url_is_refused_with_its_reason(no_loopback, url, message):
    with pytest.raises(AddressError, match=message):
        parse_target(url)


def test_plain_http_needs_the_operators_setting(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    assert parse_target("http://example.com/x?y=1").path == "/x?y=1"


def test_international_name_is_written_in_ascii(no_loopback):
    assert parse_target("https://münchen.example/").host == "xn--mnchen-3ya.example"


def test_one_inner_address_among_public_ones_refuses_the_name(no_loopback):
    mixed = [ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("10.0.0.1")]
    with pytest.raises(AddressError, match=r"10\.0\.0\.1"):
        vet("example.com", mixed)


def test_name_without_an_address_is_saved_with_a_warning(no_loopback, names):
    names["nowhere.example"] = [[]]
    assert "has no address" in check_url("https://nowhere.example/")


def test_name_of_an_inner_address_is_refused_at_save(no_loopback, names):
    names["sneaky.example"] = [["10.1.2.3"]]
    with pytest.raises(AddressError, match="private or reserved"):
        check_url("https://sneaky.example/")


@pytest.mark.django_db
def test_name_that_turns_inward_after_saving_is_refused_at_the_dial(alice, names, settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    names["rebinding.example"] = [["93.184.215.14"], ["10.0.0.5"]]
    url = "http://rebinding.example/hook"
    assert check_url(url) == ""
    make_endpoint(alice, url=url)
    (delivery,) = make_message(alice)
    run_sender()
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert "private or reserved" in delivery.reason
    assert Attempt.objects.get().address == ""


@pytest.mark.django_db
def test_vetted_address_is_dialled_and_the_name_is_asked_once(alice, names, settings):
    """The second answer of the resolver would lead elsewhere; nobody asks for it."""
    with receiving() as receiver:
        port = receiver.server.server_address[1]
        settings.WEBHOOK_ALLOW_HTTP = True
        names["bot.localhost"] = [["127.0.0.1"], ["10.0.0.5"]]
        make_endpoint(alice, url=f"http://bot.localhost:{port}/hook?a=1")
        (delivery,) = make_message(alice)
        run_sender()
        delivery.refresh_from_db()
        assert delivery.state == "delivered"
        (request,) = receiver.requests
        assert request.headers["host"] == f"bot.localhost:{port}"
        assert request.path == "/hook?a=1"
        assert len(names["bot.localhost"]) == 1


@pytest.mark.django_db
def test_permanent_refusal_is_no_matter_of_retries(alice, settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    make_endpoint(alice, url="https://127.0.0.1/hook")
    (delivery,) = make_message(alice)
    run_sender()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.n_attempts) == ("failed", 1)
