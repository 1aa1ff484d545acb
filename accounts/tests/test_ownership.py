from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from accounts import crypto, timezones
from accounts.keys import create_key
from accounts.middleware import ZoneResetMiddleware
from accounts.models import ApiKey, User


def test_for_user_gives_only_ones_own(alice, bob):
    mine, _ = create_key(alice, "mine")
    create_key(bob, "theirs")
    assert list(ApiKey.objects.for_user(alice)) == [mine]


def test_for_user_gives_a_visitor_nothing(alice):
    create_key(alice, "mine")
    assert not ApiKey.objects.for_user(AnonymousUser()).exists()


def test_an_address_is_stored_in_lower_case(db):
    assert User.objects.create_user("Dora@Example.COM", "x").email == "dora@example.com"


def test_a_user_needs_an_address(db):
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_encryption_round_trip_hides_the_text():
    token = crypto.encrypt("broker secret")
    assert "broker" not in token
    assert crypto.decrypt(token) == "broker secret"


def test_an_older_key_still_decrypts(settings):
    token = crypto.encrypt("broker secret")
    new = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleSE="
    settings.FIELD_ENCRYPTION_KEY = f"{new},{settings.FIELD_ENCRYPTION_KEY}"
    assert crypto.decrypt(token) == "broker secret"


def test_a_zone_alias_and_an_unknown_zone_are_exchange_time():
    assert timezones.zone_of("US/Eastern") == ZoneInfo("America/New_York")
    assert timezones.zone_of("Mars/Base") == ZoneInfo("America/New_York")


def test_every_offered_zone_exists():
    assert all(timezones.zone_of(name) for name, _ in timezones.CHOICES)


def test_a_zone_never_reaches_the_next_request(rf):
    def view(request):
        timezone.activate("Asia/Tokyo")
        return timezone.get_current_timezone_name()

    assert ZoneResetMiddleware(view)(rf.get("/")) == "Asia/Tokyo"
    assert timezone.get_current_timezone_name() == "UTC"


def test_user_rows_use_the_agreed_tables(db):
    assert {"users", "user_settings", "user_events"} <= set(connection.introspection.table_names())
