"""The list of addresses that the tests of every page go through."""

import pytest
from django.urls import path

from tests import addresses


def view(request) -> None: ...


@pytest.fixture
def two_routes(monkeypatch) -> None:
    patterns = [path("things/", view), path("things/<int:pk>/parts/", view)]
    found = addresses.routes(patterns)
    monkeypatch.setattr(addresses, "routes", lambda: found)


def test_it_is_that_of_the_url_configuration() -> None:
    assert {"", "strategies/<int:pk>/", "accounts/login/", "help/<path:path>"} <= addresses.routes()
    assert not [one for one in addresses.routes() if one.startswith(("admin/", "api/v1/"))]


def test_what_a_route_asks_for_is_filled(two_routes) -> None:
    examples = {"things/<int:pk>/": ["things/7/", "things/8/"]}
    assert list(addresses.filled(examples)) == ["/things/", "/things/7/parts/", "/things/8/parts/"]


def test_a_new_route_without_an_example_is_named(two_routes) -> None:
    with pytest.raises(AssertionError, match=r"no example for things/<int:pk>/parts/"):
        list(addresses.filled({}))
