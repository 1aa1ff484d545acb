"""A number in an address that no row can have is answered as any unknown one."""

import re

import pytest
from django.urls import URLResolver, get_resolver
from django.urls.converters import IntConverter

pytestmark = pytest.mark.django_db
TOO_LARGE = (2**63, 2**64, 10**30)
LARGEST = 2**63 - 1


def addresses():
    """Every route of ours that takes a number, with `{}` for it."""
    pending = [("/", {}, get_resolver().url_patterns)]
    while pending:
        above, known, patterns = pending.pop()
        for one in patterns:
            route = above + str(one.pattern)
            converters = known | getattr(one.pattern, "converters", {})
            if isinstance(one, URLResolver):
                pending.append((route, converters, one.url_patterns))
            elif any(isinstance(kind, IntConverter) for kind in converters.values()):
                yield re.sub(r"<int:\w+>", "{}", route)


ADDRESSES = sorted(addresses())


def filled(address, number):
    return address.replace("{}", str(number))


def test_there_are_such_routes():
    assert len(ADDRESSES) > 30
    assert "/api/v1/runs/{}/trust/cancel/" in ADDRESSES


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_id_beyond_the_largest_is_unknown(client, alice, address, method):
    client.force_login(alice)
    for number in TOO_LARGE:
        answer = getattr(client, method)(filled(address, number))
        assert answer.status_code == 404
        assert ("json" in answer["Content-Type"]) == address.startswith("/api/")


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_largest_id_is_unknown_like_any_other(client, alice, address, method):
    client.force_login(alice)
    answer = getattr(client, method)(filled(address, LARGEST))
    assert answer.status_code == getattr(client, method)(filled(address, 987_654)).status_code
    assert answer.status_code in (404, 405)
