"""Retention of this room's rows."""

from datetime import timedelta

from allauth.account import app_settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Mail, User, UserEvent
from trader.work.turns import remove

KEEP_EVENTS = timedelta(days=30)
# What became of a mail, for operators who are asked about it.
KEEP_MAIL = timedelta(days=14)
# Ten times as long as the link of the mail works.
KEEP_UNCONFIRMED = timedelta(days=30)
MOST_USERS = 1000


def prune() -> int:
    """Forget what is past its time, in short transactions; return how many rows."""
    now = timezone.now()
    n_deleted = sum(
        (
            remove(UserEvent.objects.filter(at__lt=now - KEEP_EVENTS)),
            remove(Mail.objects.filter(ended_at__lt=now - KEEP_MAIL)),
            remove(Session.objects.filter(expire_date__lt=now)),
        )
    )
    for user in never_confirmed()[:MOST_USERS]:
        n_deleted += user.delete()[0]
    return n_deleted


def never_confirmed() -> QuerySet[User]:
    """Sign-ups whose address was never confirmed, where no one gets in without that."""
    if app_settings.EMAIL_VERIFICATION != app_settings.EmailVerificationMethod.MANDATORY:
        return User.objects.none()
    before = timezone.now() - KEEP_UNCONFIRMED
    unused = User.objects.filter(last_login=None, is_staff=False, api_keys=None)
    signed_up = unused.filter(date_joined__lt=before, emailaddress__verified=False)
    return signed_up.exclude(emailaddress__verified=True).distinct()
