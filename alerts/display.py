"""Alerts as lists show them: each with what became of its deliveries, in one query."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.config import choices_of
from alerts.explanation import cause_of
from alerts.models import Alert
from market.sources import kind_of
from webhooks.models import Delivery, Endpoint

# The most telling state first: it stands for the alert when its deliveries differ.
ORDER = (
    "failed", "expired", "blocked", "held", "sending", "pending", "skipped", "dropped",
    "superseded", "nothing_to_close", "delivered",
)  # fmt: skip
# About two kilobytes each.
REMEMBERED_LINES = 4096


class Deliveries(NamedTuple):
    """What became of an alert's deliveries; both empty when there is none."""

    state: str
    text: str


class ListedAlert(NamedTuple):
    """All that one line of a list says, and nothing else: its template sees only this.

    So a line that has been rendered stands for every equal one, whoever asks.
    """

    pk: int
    url: str
    acknowledge_url: str
    # Empty when the strategy is gone.
    strategy_url: str
    kind: str
    label: str
    type_label: str
    symbol: str
    direction: str
    is_late: bool
    strategy_name: str
    timeframe: str
    data_source: str
    # How its bars came, empty for a market's own.
    origin: str
    why: str
    fill_at: datetime
    price: float
    price_decimals: int
    is_exit: bool
    r_multiple: float | None
    is_acknowledged: bool
    acknowledged_at: str
    deliveries: Deliveries
    is_new: bool

    @property
    def html(self) -> SafeString:
        """The line in the zone that the page has activated."""
        # The year too: dates of another one are written with theirs.
        return _line(self, timezone.get_current_timezone_name(), timezone.localdate().year)


@lru_cache(REMEMBERED_LINES)
def _line(alert: ListedAlert, _zone: str, _year: int) -> SafeString:
    return render_to_string("alerts/_row.html", {"alert": alert, "key": str(alert.pk)})


def listed(user: User, alerts: Iterable[Alert], *, is_new: bool = False) -> list[ListedAlert]:
    """The lines of some of the user's alerts."""
    alerts = list(alerts)
    states = _delivery_states(user, alerts)
    addresses = Addresses(
        _address_of("alerts:alert-detail"),
        _address_of("alerts:alert-acknowledge"),
        _address_of("strategies:strategy-detail"),
    )
    return [_listed(alert, _deliveries(states[alert.code]), addresses, is_new) for alert in alerts]


class Addresses(NamedTuple):
    alert: Callable[[int], str]
    acknowledge: Callable[[int], str]
    strategy: Callable[[int], str]


def _address_of(name: str) -> Callable[[int], str]:
    """Addresses that differ in a number only, reversed once for a whole list."""
    before, after = reverse(name, args=[0]).rsplit("0", 1)
    return lambda pk: f"{before}{pk}{after}"


def _listed(
    alert: Alert, deliveries: Deliveries, addresses: Addresses, is_new: bool
) -> ListedAlert:
    kind = alert.kind
    r_multiple = alert.details.get("r_multiple")
    return ListedAlert(
        pk=alert.pk,
        url=addresses.alert(alert.pk),
        acknowledge_url=addresses.acknowledge(alert.pk),
        strategy_url=addresses.strategy(alert.strategy_id) if alert.strategy_id else "",
        kind=Alert.Source.TEST.value if alert.is_test else kind.mark,
        label=Alert.Source.TEST.label if alert.is_test else kind.label,
        type_label=kind.label,
        symbol=alert.symbol,
        direction=alert.direction,
        is_late=alert.is_late,
        strategy_name=alert.strategy_name,
        timeframe=alert.timeframe,
        data_source=alert.data_source,
        origin=alert.origin_text,
        why=cause_of(alert),
        fill_at=alert.fill_at,
        price=alert.price,
        price_decimals=alert.shown_decimals,
        is_exit=alert.is_exit,
        r_multiple=r_multiple if isinstance(r_multiple, int | float) else None,
        is_acknowledged=alert.acknowledged,
        acknowledged_at=_acknowledged_at(alert),
        deliveries=deliveries,
        is_new=is_new,
    )


def _delivery_states(user: User, alerts: list[Alert]) -> dict[UUID, Counter[str]]:
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    codes = [alert.code for alert in alerts]
    rows = Delivery.objects.for_user(user).filter(message_code__in=codes)
    for code, state in rows.order_by().values_list("message_code", "state"):
        found[code][state] += 1
    return found


def _deliveries(states: Counter[str]) -> Deliveries:
    state = next((one for one in ORDER if states[one]), "")
    total, words = sum(states.values()), state.replace("_", " ")
    if total <= 1:
        return Deliveries(state, words)
    text = f"{states['delivered']} of {total}"
    return Deliveries(state, text if state == "delivered" else f"{text}, {words}")


def why_unsent(alert: Alert) -> str:
    """Why an alert without a delivery has none, as far as that is known."""
    if alert.is_test:
        return "Its sender chose no endpoint."
    if alert.is_late and alert.kind.is_kept_back_late:
        return "Not sent: an entry this old must not reach a bot."
    choice = choices_of([alert.strategy])[alert.strategy.pk] if alert.strategy else None
    if choice is not None and not choice.send_webhooks:
        is_replay = kind_of(alert.data_source).is_replayed
        what = "this replay" if is_replay else "this strategy"
        return f"Webhooks are off for {what}: its alerts are stored and sent nowhere."
    if not Endpoint.objects.filter(user_id=alert.user_id).exists():
        return "You have no endpoint yet."
    return "No endpoint took this alert: none is ticked for this event and this strategy."


def _acknowledged_at(alert: Alert) -> str:
    at = alert.acknowledged_at
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""
