"""From a delivery to its alert and its strategy, and from the alert to its deliveries."""

import pytest
from django.urls import reverse

from accounts.models import User
from alerts.subjects import origins
from alerts.testing import make_alert
from strategies.models import Strategy
from webhooks.testing import make_endpoint, make_message

pytestmark = pytest.mark.django_db


def test_a_delivery_leads_to_its_alert_and_strategy_and_back(
    client, alice: User, monitored: Strategy
) -> None:
    make_endpoint(alice)
    alert = make_alert(alice, strategy=monitored)
    (delivery,) = make_message(alice, code=alert.code)
    client.force_login(alice)
    address = reverse("webhooks:delivery-detail", args=[delivery.code])
    text = client.get(address).content.decode()
    assert f'href="{alert.get_absolute_url()}"' in text
    assert f'href="{monitored.get_absolute_url()}"' in text
    assert f'href="{address}"' in client.get(alert.get_absolute_url()).content.decode()


def test_a_strategy_leads_to_its_alerts(client, alice: User, monitored: Strategy) -> None:
    make_alert(alice, strategy=monitored, symbol="SPY")
    make_alert(alice, symbol="QQQ")
    client.force_login(alice)
    address = f"/alerts/?strategy={monitored.pk}"
    assert f'href="{address}"' in client.get(monitored.get_absolute_url()).content.decode()
    (row,) = client.get(address).context["page"].object_list
    assert row.symbol == "SPY"


def test_an_alert_of_a_deleted_strategy_is_still_found(alice: User) -> None:
    alert = make_alert(alice)
    assert [one.label for one in origins(alice, alert.code)] == ["Alert"]


def test_nobody_learns_of_the_alerts_of_others(alice: User, charlie: User) -> None:
    alert = make_alert(alice)
    assert origins(charlie, alert.code) == []
