"""The table of alert kinds: each is complete, is no other one, and is read by all that show it.

The new one is that of docs/extending.md.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from accounts.models import User
from alerts import kinds
from alerts.config import Choice
from alerts.display import listed
from alerts.explanation import cause_of
from alerts.forms import AlertFilterForm
from alerts.kinds import BREACH, ENTRY, EXIT, KINDS, Kind, UnknownKindError
from alerts.models import Alert
from alerts.outgoing import message_values, queue_message
from alerts.templatetags.alert_words import late_text
from alerts.testing import make_alert
from tests.documents import executed
from webhooks.events import all_events
from webhooks.models import Delivery
from webhooks.profiles import RECORD
from webhooks.testing import make_endpoint

ICONS = Path(settings.BASE_DIR) / "static" / "img" / "icons.svg"
SCALE_IN = executed("extending.md", "SCALE_IN =", kinds)["SCALE_IN"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_is_complete(kind: Kind) -> None:
    assert KINDS[kind.name] is kind
    assert len(kind.name) <= Alert._meta.get_field("alert_type").max_length
    assert kind.label
    assert kind.verb
    assert kind.mark
    assert f'id="{kind.icon}"' in ICONS.read_text()
    assert {kind.event_type_of(one) for one in ("LONG", "SHORT")} <= set(all_events())
    assert kind.trade_event in ("trade.created", "trade.closed", None)


@pytest.mark.parametrize(
    ("kind", "direction", "event", "action", "position"),
    [
        (ENTRY, "LONG", "entry_long", "buy", "long"),
        (ENTRY, "SHORT", "entry_short", "sell", "short"),
        (EXIT, "LONG", "exit_long", "close", "flat"),
        (EXIT, "SHORT", "exit_short", "close", "flat"),
        (BREACH, "LONG", "compliance_breach", None, None),
    ],
)
def test_what_a_kind_orders(kind: Kind, direction, event, action, position) -> None:
    assert kind.event_type_of(direction) == event
    assert (kind.action_of(direction), kind.position_of(direction)) == (action, position)


def test_no_other_file_names_a_kind() -> None:
    room = Path(kinds.__file__).parent
    files = [path for path in room.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)]
    naming = {path.name for path in files for name in KINDS if name in path.read_text()}
    assert naming == {"kinds.py"}


def queued(alert: Alert) -> Delivery:
    with transaction.atomic():
        queue_message(alert, None, None)
    return Delivery.objects.get(message_code=alert.code)


@pytest.mark.django_db
def test_breach_orders_nothing_and_is_no_exit(alice: User) -> None:
    make_endpoint(alice)
    alert = make_alert(alice, alert_type=BREACH.name)
    assert (alert.is_entry, alert.is_exit) == (False, False)
    assert message_values(alert)["order_action"] is None
    delivery = queued(alert)
    assert (delivery.event_type, delivery.is_exit) == ("compliance_breach", False)
    # By the schedule of records, though the endpoint is for orders.
    assert (delivery.profile, delivery.expires_at, delivery.deadline) == (RECORD, None, None)
    assert not delivery.needs_confirmation


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        ({}, ""),
        ({"source": Alert.Source.TEST}, "test"),
        ({"alert_type": BREACH.name}, ""),
        ({"alert_type": BREACH.name, "source": Alert.Source.TEST}, "test"),
    ],
)
def test_only_a_test_is_addressed_as_one(alice: User, fields, subject) -> None:
    make_endpoint(alice)
    assert queued(make_alert(alice, **fields)).subject == subject


@pytest.mark.django_db
def test_what_concerns_no_strategy_goes_past_endpoints_of_some(alice: User) -> None:
    make_endpoint(alice, subjects=["strategy:7"])
    with transaction.atomic():
        assert queue_message(make_alert(alice, alert_type=BREACH.name), None, None) == 0


@pytest.mark.django_db
def test_exit_is_sent_as_one(alice: User) -> None:
    make_endpoint(alice)
    delivery = queued(make_alert(alice, alert_type=EXIT.name))
    assert (delivery.event_type, delivery.is_exit) == ("exit_long", True)
    assert delivery.deadline > delivery.expires_at


@pytest.mark.django_db
def test_breach_is_worded_as_what_it_is(alice: User) -> None:
    alert = make_alert(alice, alert_type=BREACH.name, trigger="daily loss", is_late=True)
    row = listed(alice, [alert])[0]
    assert (row.kind, row.label, row.why) == ("breach", "Rule breach", "daily loss")
    assert cause_of(alert) == "daily loss"
    assert late_text(alert) == "This rule breach was found late. It was sent all the same."


def test_only_entries_and_exits_can_be_declined() -> None:
    silent = Choice(alert_on_entry=False, alert_on_exit=False)
    assert [silent.wants(kind) for kind in (ENTRY, EXIT, BREACH)] == [False, False, True]


@pytest.mark.django_db
def test_unknown_kind_fails_loudly(alice: User) -> None:
    make_endpoint(alice)
    alert = make_alert(alice, alert_type="nonsense")
    with pytest.raises(UnknownKindError, match="nonsense"):
        _ = alert.event_type
    with pytest.raises(UnknownKindError):
        queued(alert)
    assert not Delivery.objects.exists()


@pytest.fixture
def with_another(monkeypatch) -> Kind:
    monkeypatch.setitem(KINDS, SCALE_IN.name, SCALE_IN)
    return SCALE_IN


@pytest.mark.django_db
def test_new_kind_is_stored_and_found(with_another: Kind, alice: User) -> None:
    assert (with_another.name, "Scale in") in Alert._meta.get_field("alert_type").choices
    alert = make_alert(alice, alert_type=with_another.name)
    alert.clean_fields(exclude=["data"])
    assert alert.get_alert_type_display() == "Scale in"
    form = AlertFilterForm(alice, {"type": with_another.name})
    assert form.is_valid()
    assert list(form.rows()) == [alert]
    assert listed(alice, [alert])[0].label == "Scale in"


@pytest.mark.django_db
def test_new_kind_is_sent(with_another: Kind, alice: User) -> None:
    make_endpoint(alice)
    alert = make_alert(alice, alert_type=with_another.name, direction="SHORT")
    values = message_values(alert)
    assert (values["event_type"], values["order_action"]) == ("scale_in_signal", "sell")
    assert queued(alert).event_type == "entry_short"


@pytest.mark.django_db
def test_new_kind_is_in_the_api_and_its_document(with_another: Kind, client, alice: User) -> None:
    client.force_login(alice)
    make_alert(alice, alert_type=with_another.name, received_at=timezone.now())
    answer = client.get(f"/api/v1/alerts/?type={with_another.name}").json()
    assert [row["alert_type"] for row in answer["results"]] == [with_another.name]
    document = SchemaGenerator().get_schema(request=None, public=True)
    assert with_another.name in str(document["components"]["schemas"]["AlertTypeEnum"])
    parameters = document["paths"]["/api/v1/alerts/"]["get"]["parameters"]
    kinds_of_filter = next(one["schema"]["enum"] for one in parameters if one["name"] == "type")
    assert with_another.name in kinds_of_filter
