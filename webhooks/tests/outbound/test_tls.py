"""The vetted address is dialled, yet the certificate must be the name's."""

import datetime
import ipaddress
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from webhooks.models import Attempt, Delivery
from webhooks.outbound import transport
from webhooks.outbound.sender import run_sender
from webhooks.testing import make_endpoint, make_message, receiving

pytestmark = pytest.mark.django_db


def make_certificate(folder, name):
    """A self-signed certificate for one host name, as a PEM file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(private + certificate.public_bytes(encoding))
    return path


@pytest.fixture
def tls_receiver(tmp_path, monkeypatch):
    """A receiver on 127.0.0.1 with a certificate for bot.localhost, which the sender trusts."""
    path = make_certificate(tmp_path, "bot.localhost")
    names = []
    with receiving() as receiver:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.sni_callback = lambda _socket, name, _context: names.append(name)
        receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
        receiver.names = names
        trusting = ssl.create_default_context(cafile=str(path))
        monkeypatch.setattr(transport, "_tls", lambda: trusting)
        monkeypatch.setattr(
            "webhooks.outbound.addresses.lookup",
            lambda host, port: [ipaddress.ip_address("127.0.0.1")],
        )
        receiver.port = receiver.server.server_address[1]
        yield receiver


def test_name_is_sent_and_checked_while_the_address_is_dialled(alice, tls_receiver):
    make_endpoint(alice, url=f"https://bot.localhost:{tls_receiver.port}/hook")
    (delivery,) = make_message(alice)
    run_sender()
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert tls_receiver.names == ["bot.localhost"]
    assert tls_receiver.requests[0].headers["host"] == f"bot.localhost:{tls_receiver.port}"
    assert Attempt.objects.get().address == "127.0.0.1"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_certificate_of_another_name_is_refused(alice, tls_receiver, capfd):
    make_endpoint(alice, url=f"https://other.localhost:{tls_receiver.port}/hook", ttl_seconds=10)
    make_message(alice)
    Delivery.objects.update(is_test=True)
    run_sender()
    capfd.readouterr()
    assert tls_receiver.requests == []
    assert "certificate" in Attempt.objects.get().error.lower()
