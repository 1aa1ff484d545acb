"""Whatever stands in a form's `next`, the deed is followed by a page."""

import pytest

from alerts.testing import make_strategy

pytestmark = pytest.mark.django_db
NO_PATHS = ("0", "NaN", "x", "{", "🙂", "dashboard", "//evil.example/", "")


@pytest.fixture
def forms(client, alice):
    client.force_login(alice)
    strategy = make_strategy(alice)
    return {"/alerts/monitor/toggle/": {}, f"/alerts/strategies/{strategy.pk}/monitor/": {}}


@pytest.mark.parametrize("target", NO_PATHS)
def test_next_that_is_no_path_leads_to_the_alerts(client, forms, target):
    for address, values in forms.items():
        answer = client.post(address, {**values, "next": target})
        assert (answer.status_code, answer["Location"]) == (302, "/alerts/")


def test_next_that_is_a_path_is_followed(client, forms):
    for address, values in forms.items():
        answer = client.post(address, {**values, "next": "/strategies/?page=2"})
        assert (answer.status_code, answer["Location"]) == (302, "/strategies/?page=2")
