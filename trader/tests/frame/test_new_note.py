"""The line of docs/extending.md: one function, named in a list."""

import pytest

from tests.documents import executed
from trader.frame import attention
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/settings/", "/frame/status/", "/frame/status/?whole"])
@pytest.mark.parametrize(("n_endpoints", "is_said"), [(1, False), (21, True)])
def test_a_line_is_said_on_the_dashboard_on_pages_and_by_the_poll(
    client, alice, monkeypatch, path, n_endpoints, is_said
):
    crowded = executed("extending.md", "def crowded", attention)["crowded"]
    monkeypatch.setattr(attention, "PROVIDERS", [crowded])
    for number in range(n_endpoints):
        make_endpoint(alice, name=f"Bot {number}")
    client.force_login(alice)
    assert ("21 endpoints are many." in client.get(path).content.decode()) == is_said
