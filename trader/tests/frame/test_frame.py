from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import UserSettings
from alerts.models import Alert
from alerts.testing import make_alert
from market.models import FeedState
from market.sources import label_of

pytestmark = pytest.mark.django_db
MONDAY_10_ET = 1583161200  # 2020-03-02 15:00 UTC
STATUS = "/frame/status/"


@pytest.fixture
def page(client, alice):
    """Pages with one blank wherever white space stands: a template may break its lines anywhere."""
    client.force_login(alice)
    return lambda path=STATUS: " ".join(client.get(path).content.decode().split())


def make_feed(speed=60.0, age_seconds=1, leased=True):
    now = timezone.now()
    return FeedState.objects.create(
        source="simulated",
        now_ts=MONDAY_10_ET + 60,
        speed=speed,
        status="running",
        heartbeat_at=now,
        bar_at=now - timedelta(seconds=age_seconds),
        lease_until=now + timedelta(seconds=10 if leased else -10),
    )


def test_visitors_get_no_status(client):
    assert client.get(STATUS).status_code == 302


def test_no_feed_yet_is_said(page):
    assert "no feed yet" in page()


def test_the_market_clock_is_the_clock_of_an_accelerated_feed(page):
    make_feed()
    shown = page()
    assert ">10:01<" in shown
    assert 'data-state="open"' in shown
    assert "5 h 59 min" in shown


def test_the_clock_is_shown_in_the_zone_of_the_user(page, alice):
    make_feed()
    UserSettings.objects.filter(user=alice).update(display_timezone="Europe/Berlin")
    assert ">16:01<" in page()


def test_the_clock_of_a_dead_feed_stands_still(page):
    make_feed(leased=False)
    shown = page()
    assert 'data-speed="0.0"' in shown
    assert 'data-gauge="feed" data-state="silent"' in shown


@pytest.mark.parametrize(("age", "state"), [(5, "fresh"), (300, "late"), (900, "silent")])
def test_the_age_of_the_newest_bar_is_honest(page, age, state):
    make_feed(age_seconds=age)
    assert f'data-gauge="feed" data-state="{state}"' in page()


def test_simulated_data_is_labelled(page):
    assert "Simulated" in page()
    assert label_of("alpaca:iex") == "Alpaca IEX"


def test_the_monitor_switch_starts_as_stopped(page):
    shown = page()
    assert 'data-gauge="monitor" data-state="stopped"' in shown
    assert 'aria-checked="false"' in shown


def test_the_frame_marks_where_one_is(page):
    assert 'class="side-link active" href="/settings/" aria-current="page"' in page("/settings/")


def test_a_chosen_theme_is_there_before_any_script(page, alice):
    UserSettings.objects.filter(user=alice).update(theme="dark")
    assert '<html lang="en" data-theme-choice="dark" data-bs-theme="dark">' in page("/settings/")


@pytest.mark.parametrize(
    ("n", "said"), [(0, "Alerts"), (1, "Alerts, 1 unread"), (120, "Alerts, 99+ unread")]
)
def test_the_bell_is_named_as_it_reads(page, alice, n, said):
    plain = make_alert(alice)
    plain.delete()
    fields = {one.attname: getattr(plain, one.attname) for one in Alert._meta.concrete_fields}
    rows = [Alert(**{**fields, "id": None, "code": uuid4(), "bar_ts": k}) for k in range(n)]
    Alert.objects.bulk_create(rows)
    assert f'aria-label="{said}"' in page("/settings/")


def test_an_api_answer_pays_nothing_for_the_frame(client, alice, django_assert_max_num_queries):
    client.force_login(alice)
    with django_assert_max_num_queries(4):
        client.get("/api/v1/settings/")
