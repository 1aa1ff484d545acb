"""Mail as in production: stored by the backend, handed to a server of this machine."""

from contextlib import ExitStack

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import Mail
from accounts.tests.mail.server import mail_server

LINK = "https://ror.example.com/accounts/password/reset/key/2-secret-key/"


@pytest.fixture(autouse=True)
def stored(settings):
    settings.EMAIL_BACKEND = "accounts.mail.backend.StoredMail"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"


@pytest.fixture
def server(settings):
    """Starts a server that behaves as told, and points the settings at it."""
    with ExitStack() as stack:

        def start(answers=None, letter_s=0.0):
            started = stack.enter_context(mail_server(answers, letter_s))
            settings.EMAIL_PORT = started.port
            settings.EMAIL_TIMEOUT = 0.3 if None in started.answers.values() else 20
            return started

        yield start


@pytest.fixture
def write(db):
    """Stores a mail and returns its row."""

    def store(to="dora@example.com", subject="Reset the password", **fields):
        EmailMessage(subject, f"Open {LINK}", "RoR Trader <noreply@ror.test>", [to]).send()
        row = Mail.objects.latest("pk")
        Mail.objects.filter(pk=row.pk).update(**fields)
        row.refresh_from_db()
        return row

    return store


@pytest.fixture
def now_due(db):
    """As if the pause of every waiting mail were over."""
    return lambda: Mail.objects.waiting().update(due_at=timezone.now())
