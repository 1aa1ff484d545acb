"""What accounts forget at night, and what they never do."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.keys import create_key
from accounts.models import Mail, User
from accounts.tasks import prune
from accounts.testing import make_user

pytestmark = pytest.mark.django_db


def make_session(**ends_in):
    store = SessionStore()
    store["a"] = 1
    store.save()
    ends = timezone.now() + timedelta(**ends_in)
    Session.objects.filter(pk=store.session_key).update(expire_date=ends)
    return store.session_key


def test_sessions_go_when_they_are_over():
    make_session(minutes=-1)
    kept = make_session(minutes=1)
    prune()
    assert list(Session.objects.values_list("pk", flat=True)) == [kept]


def make_mail(days_ago, state="sent"):
    now = timezone.now()
    ended = None if state == "waiting" else now - timedelta(days=days_ago)
    return Mail.objects.create(
        recipients="a@example.com", subject=state, state=state, due_at=now, expires_at=now,
        ended_at=ended,
    )  # fmt: skip


def test_mail_goes_two_weeks_after_its_end():
    for state in ("sent", "refused", "expired"):
        make_mail(15, state)
    kept = [make_mail(13), make_mail(99, "waiting")]
    prune()
    assert set(Mail.objects.all()) == set(kept)


def sign_up(email, days_ago=31, is_confirmed=False, **fields):
    joined = timezone.now() - timedelta(days=days_ago)
    user = make_user(email, date_joined=joined, **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=is_confirmed)
    return user


@pytest.fixture
def _confirming(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.mark.usefixtures("_confirming")
def test_sign_ups_that_nobody_confirmed_go_after_a_month():
    sign_up("gone@example.com")
    sign_up("young@example.com", days_ago=29)
    sign_up("confirmed@example.com", is_confirmed=True)
    sign_up("used@example.com", last_login=timezone.now())
    sign_up("staff@example.com", is_staff=True)
    create_key(sign_up("key@example.com"), "script")
    make_user("by-hand@example.com", date_joined=timezone.now() - timedelta(days=99))
    prune()
    assert set(User.objects.values_list("email", flat=True)) == {
        f"{name}@example.com" for name in ("young", "confirmed", "used", "staff", "key", "by-hand")
    }


def test_no_sign_up_goes_where_nobody_has_to_confirm():
    sign_up("kept@example.com")
    prune()
    assert User.objects.count() == 1
