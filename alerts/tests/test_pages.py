"""The Alerts page and the page of one alert."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, UserEvent, UserSettings
from alerts.display import listed
from alerts.kinds import EXIT
from alerts.models import Alert
from alerts.testing import make_alert, make_strategy, store_history
from webhooks.models import Delivery
from webhooks.testing import make_endpoint, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, alice: User):
    client.force_login(alice)
    return client


def test_empty_list_says_what_to_do_next(page) -> None:
    text = page.get("/alerts/").content.decode()
    assert "No alerts yet" in text
    assert "Choose a strategy to monitor" in text


def test_list_shows_alerts_newest_first(page, alice: User) -> None:
    make_alert(alice, symbol="OLDEST")
    make_alert(alice, symbol="NEWEST")
    text = page.get("/alerts/").content.decode()
    assert text.index("NEWEST") < text.index("OLDEST")


def test_list_shows_the_last_thirty_days_unless_asked(page, alice: User) -> None:
    old = make_alert(alice, symbol="ANCIENT")
    Alert.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert "ANCIENT" not in page.get("/alerts/").content.decode()
    since = (timezone.now() - timedelta(days=40)).date().isoformat()
    assert "ANCIENT" in page.get(f"/alerts/?since={since}").content.decode()


@pytest.mark.parametrize(("query", "is_open"), [("", False), ("since=notadate", True)])
def test_what_is_wrong_with_a_filter_is_in_sight_on_the_phone(page, query, is_open) -> None:
    text = page.get(f"/alerts/?{query}").content.decode()
    fold = re.search(r'<input[^>]*id="filter-open"[^>]*>', text)
    assert fold is not None
    assert ("checked" in fold[0], "Enter a valid date" in text) == (is_open, is_open)


def test_days_begin_at_midnight_where_the_reader_is(page, alice: User) -> None:
    UserSettings.objects.update_or_create(user=alice, defaults={"display_timezone": "Asia/Tokyo"})
    for symbol, minute in (("BEFORE", "14:59"), ("FIRST", "15:00")):
        made = make_alert(alice, symbol=symbol)
        Alert.objects.filter(pk=made.pk).update(created_at=f"2024-03-04T{minute}:00Z")
    shown = page.get("/alerts/?since=2024-03-05&until=2024-03-05").content.decode()
    assert ("FIRST" in shown, "BEFORE" in shown) == (True, False)
    shown = page.get("/alerts/?since=2024-03-01&until=2024-03-04").content.decode()
    assert ("FIRST" in shown, "BEFORE" in shown) == (False, True)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("type=exit_signal", {"EXIT"}),
        ("type=entry_signal", {"ENTRY", "LATE"}),
        ("type=test", {"TEST"}),
        ("symbol=late", {"LATE"}),
        ("late=yes", {"LATE"}),
        ("acknowledged=yes", {"EXIT"}),
        ("acknowledged=no", {"ENTRY", "LATE", "TEST"}),
        ("type=nonsense", {"ENTRY", "EXIT", "LATE", "TEST"}),
    ],
)
def test_filters(page, alice: User, query: str, shown: set[str]) -> None:
    make_alert(alice, symbol="ENTRY")
    make_alert(alice, symbol="EXIT", alert_type=EXIT.name, acknowledged=True,
               acknowledged_at=timezone.now())  # fmt: skip
    make_alert(alice, symbol="LATE", is_late=True)
    make_alert(alice, symbol="TEST", source=Alert.Source.TEST)
    rows = page.get(f"/alerts/?{query}").context["page"].object_list
    assert {row.symbol for row in rows} == shown


def test_filter_by_strategy(page, alice: User, raw) -> None:
    store_history(raw.take(slice(0, 50)))
    strategy = make_strategy(alice)
    make_alert(alice, strategy=strategy, symbol="MINE")
    make_alert(alice, symbol="OTHER")
    rows = page.get(f"/alerts/?strategy={strategy.pk}").context["page"].object_list
    assert [row.symbol for row in rows] == ["MINE"]


def test_filter_offers_strategies_by_name_and_keeps_the_choice(page, alice: User, raw) -> None:
    store_history(raw.take(slice(0, 50)))
    first = make_strategy(alice, name="Alpha <b>")
    second = make_strategy(alice, name="Beta")
    text = page.get(f"/alerts/?strategy={second.pk}").content.decode()
    assert '<option value="">All strategies</option>' in text
    assert f'<option value="{first.pk}">Alpha &lt;b&gt;</option>' in text
    assert f'<option value="{second.pk}" selected>Beta</option>' in text


def test_list_needs_few_queries_however_many_alerts(
    page, alice: User, django_assert_max_num_queries
) -> None:
    for _ in range(60):
        make_alert(alice)
    page.get("/alerts/")
    with django_assert_max_num_queries(15):
        page.get("/alerts/")


def test_acknowledging_one_tells_the_other_pages(page, alice: User) -> None:
    alert = make_alert(alice)
    make_alert(alice)
    answer = page.post(f"/alerts/{alert.pk}/acknowledge/", HTTP_HX_REQUEST="true")
    assert "is-unread" not in answer.content.decode()
    event = UserEvent.objects.get(type="alert.acknowledged")
    assert event.data == {"alerts": [alert.pk], "count": 1, "unread": 1}


def test_acknowledging_again_changes_nothing(page, alice: User) -> None:
    alert = make_alert(alice)
    page.post(f"/alerts/{alert.pk}/acknowledge/")
    first = Alert.objects.get().acknowledged_at
    page.post(f"/alerts/{alert.pk}/acknowledge/")
    assert Alert.objects.get().acknowledged_at == first
    assert UserEvent.objects.count() == 1


def test_a_row_tells_in_utc_when_it_was_seen(page, alice: User) -> None:
    UserSettings.objects.update_or_create(
        user=alice, defaults={"display_timezone": "America/New_York"}
    )
    seen_at = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    make_alert(alice, acknowledged=True, acknowledged_at=seen_at)
    assert "Acknowledged 2026-03-02 18:30:00 UTC" in page.get("/alerts/").content.decode()


def test_a_line_shown_before_follows_the_readers_zone_and_what_changed(page, alice: User) -> None:
    alert = make_alert(alice, fill_at=datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    for zone, shown in (("UTC", "Mar 02, 18:30"), ("America/New_York", "Mar 02, 13:30")):
        UserSettings.objects.update_or_create(user=alice, defaults={"display_timezone": zone})
        assert f">{shown}</time>" in page.get("/alerts/").content.decode()
    Alert.objects.filter(pk=alert.pk).update(strategy_name="Renamed")
    assert "Renamed" in page.get("/alerts/").content.decode()


def test_a_line_can_be_acknowledged_without_scripts(alice: User) -> None:
    alert = make_alert(alice)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    text = browser.get("/alerts/").content.decode()
    form = re.search(r'<form id="acknowledge-one" method="post">(.*?)</form>', text)[1]
    values = dict(re.findall(r'name="(\w+)" value="(\w+)"', form))
    assert f'form="acknowledge-one" formaction="/alerts/{alert.pk}/acknowledge/"' in text
    answer = browser.post(f"/alerts/{alert.pk}/acknowledge/", values)
    assert answer["Location"] == "/alerts/"
    assert not Alert.objects.unread().exists()


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ((), ""),
        (("failed",), "failed"),
        (("delivered", "delivered"), "2 of 2"),
        (("delivered", "pending", "failed"), "1 of 3, failed"),
    ],
)
def test_a_row_sums_up_its_deliveries(alice: User, states: tuple[str, ...], shown: str) -> None:
    alert = make_alert(alice)
    for number in range(len(states)):
        make_endpoint(alice, name=f"bot {number}")
    sent = make_message(alice, code=alert.code) if states else []
    for delivery, state in zip(sent, states, strict=True):
        Delivery.objects.filter(pk=delivery.pk).update(state=state)
    (row,) = listed(alice, [alert])
    assert row.deliveries.text == shown


def test_acknowledge_all_keeps_to_the_filter(page, alice: User) -> None:
    make_alert(alice, symbol="SPY")
    other = make_alert(alice, symbol="QQQ")
    page.post("/alerts/acknowledge-all/?symbol=SPY")
    assert list(Alert.objects.unread()) == [other]


def test_live_row_is_left_out_when_the_filter_hides_it(page, alice: User) -> None:
    alert = make_alert(alice, symbol="SPY")
    assert page.get(f"/alerts/{alert.pk}/row/?symbol=QQQ").status_code == 204
    assert "SPY" in page.get(f"/alerts/{alert.pk}/row/?symbol=spy").content.decode()


def test_detail_explains_the_decision(page, alice: User) -> None:
    data = {"states": {"EMA Stack (Default)": "SML"}, "indicators": {"EMA 9": 101.5},
            "bar": {"open": 1.0, "high": 2.0, "low": 0.5, "close": 1.5, "volume": 100.0},
            "confluence_met": ["1M-EMA_STACK_DEFAULT-SML"], "initial_stop_price": 100.75,
            "risk": 0.5, "atr": 0.33}  # fmt: skip
    alert = make_alert(alice, data=data)
    text = page.get(f"/alerts/{alert.pk}/").content.decode()
    for part in ("SML", "101.5", "1M-EMA_STACK_DEFAULT-SML", "100.75", "0.33", str(alert.code)):
        assert part in text


def test_late_entry_says_that_it_was_not_sent(page, alice: User) -> None:
    alert = make_alert(alice, is_late=True)
    assert "was not sent" in page.get(f"/alerts/{alert.pk}/").content.decode()


def test_prices_of_a_decision_keep_their_digits_and_no_empty_ones(page, alice: User) -> None:
    alert = make_alert(alice, price=455.3, stop_price=453.3978)
    text = page.get(f"/alerts/{alert.pk}/").content.decode()
    assert "<td>455.30\n" in text
    assert "<td>453.3978\n" in text


def test_a_stop_is_not_named_twice(page, alice: User) -> None:
    alert = make_alert(
        alice, alert_type="exit_signal", trigger="stop_loss", exit_reason="stop_loss", exec_type="L"
    )
    text = page.get(f"/alerts/{alert.pk}/").content.decode()
    assert "Exit reason" in text
    assert "Trigger" not in text
    assert "Within the bar, at the level [L]" in text


@pytest.mark.parametrize(
    ("reason", "execution", "words"),
    [
        ("unconfirmed_lc", "LC", ("Entry not confirmed", "At the level, then confirmed [LC]")),
        ("unconfirmed_cc", "CC", ("Entry not confirmed", "At the close, then confirmed [CC]")),
        ("opposite_signal", "C", ("Opposite trigger", "At the close of the bar [C]")),
        ("time_exit", "C", ("Time exit", "At the close of the bar [C]")),
    ],
)
def test_reasons_and_executions_are_words(page, alice: User, reason, execution, words) -> None:
    alert = make_alert(
        alice, alert_type="exit_signal", trigger=reason, exit_reason=reason, exec_type=execution
    )
    for address in (f"/alerts/{alert.pk}/", "/alerts/"):
        assert words[0] in page.get(address).content.decode()
    assert words[1] in page.get(f"/alerts/{alert.pk}/").content.decode()
