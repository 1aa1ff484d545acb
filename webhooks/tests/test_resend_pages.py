"""What the pages say of a delivery that arrived, and of a wish to send again what failed."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from webhooks.testing import make_delivery, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def shown(page, delivery) -> str:
    return page.get(reverse("webhooks:delivery-detail", args=[delivery.code])).content.decode()


def test_an_accepted_order_says_why_it_is_not_sent_again(page, alice):
    text = shown(page, make_delivery(make_endpoint(alice), state="delivered", profile="order"))
    assert "Delivered" in text
    assert "might fill it twice" in text
    assert "Send again" not in text


def test_an_accepted_record_has_the_button(page, alice):
    text = shown(page, make_delivery(make_endpoint(alice), state="delivered", profile="record"))
    assert "Send again" in text
    assert "might fill it twice" not in text


@pytest.mark.parametrize(
    ("states", "level", "text"),
    [
        ([], "info", "Nothing failed in this time."),
        (["delivered"], "info", "Nothing failed in this time."),
        (["failed"], "success", "1 message is on its way again."),
        (["failed", "failed"], "success", "2 messages are on their way again."),
        (["expired"], "info", "Nothing was sent again. 1 stale message was left alone."),
        (
            ["failed", "expired", "expired"],
            "success",
            "1 message is on its way again. 2 stale messages were left alone.",
        ),
    ],
)
def test_resending_what_failed_says_what_came_of_it(page, alice, states, level, text):
    endpoint = make_endpoint(alice)
    for state in states:
        make_delivery(endpoint, state=state, is_exit=True, event_type="exit_long")
    answer = page.post(reverse("webhooks:endpoint-resend", args=[endpoint.code]), {"hours": "24"})
    (said,) = get_messages(answer.wsgi_request)
    assert (said.level_tag, str(said)) == (level, text)
