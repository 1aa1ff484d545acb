"""An endpoint that was tried and never took anything over looks like what it is."""

import re

import pytest
from django.utils import timezone

from webhooks.outbound.outcomes import joined
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db
ERROR = "The name example.com has no address."


@pytest.mark.parametrize(
    ("fields", "health", "badge", "last"),
    [
        ({}, "unused", "Not used yet", "not tried yet"),
        ({"last_failure_at": timezone.now(), "n_failures_in_row": 1, "last_error": ERROR},
         "unaccepted", "Nothing accepted yet", '<strong class="fault-text">never</strong>'),
        ({"last_success_at": timezone.now()}, "healthy", "Healthy", " ago"),
    ],
)  # fmt: skip
def test_the_list_says_whether_anything_was_ever_accepted(
    client, alice, fields, health, badge, last
):
    endpoint = make_endpoint(alice, **fields)
    client.force_login(alice)
    shown = client.get("/webhooks/").content.decode()
    assert endpoint.health == health
    assert badge in shown
    assert last in re.sub(r"<time[^>]*>", "", shown)


def test_its_page_says_why(client, alice):
    now = timezone.now()
    endpoint = make_endpoint(alice, last_failure_at=now, n_failures_in_row=1, last_error=ERROR)
    client.force_login(alice)
    shown = client.get(f"/webhooks/{endpoint.code}/").content.decode()
    assert "Nothing was accepted yet" in shown
    assert ERROR in shown
    assert f"{ERROR}." not in shown


@pytest.mark.parametrize(
    ("error", "more", "expected"),
    [
        (ERROR, ["a test is tried once"],
         "The name example.com has no address; a test is tried once"),
        ("HTTP 500", ["all 3 tries failed"], "HTTP 500; all 3 tries failed"),
        (ERROR, [], "The name example.com has no address"),
        ("x" * 400, [], "x" * 300),
    ],
)  # fmt: skip
def test_a_reason_is_one_clause(error, more, expected):
    assert joined(error, *more) == expected
