"""Pages go over the wire compressed; the API's answers do not."""

import gzip

import pytest

pytestmark = pytest.mark.django_db
ASKS = {"headers": {"accept-encoding": "gzip"}}


def test_a_page_is_compressed_for_whoever_asks(client, alice):
    client.force_login(alice)
    answer = client.get("/strategies/", **ASKS)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert "<h1>Strategies</h1>" in gzip.decompress(answer.content).decode()
    assert answer["X-Request-ID"]


def test_a_page_is_plain_for_whoever_does_not(client, alice):
    client.force_login(alice)
    assert not client.get("/strategies/").has_header("Content-Encoding")


def test_the_same_page_differs_in_length_so_that_it_tells_nothing(client, alice):
    client.force_login(alice)
    assert len({len(client.get("/webhooks/new/", **ASKS).content) for _ in range(8)}) > 1


def test_answers_of_the_api_are_plain(client):
    answer = client.get("/api/schema/", **ASKS)
    assert answer.status_code == 200
    assert len(answer.content) > 10_000
    assert not answer.has_header("Content-Encoding")
