"""Trouble with an endpoint is told by a mail that no sender waits for."""

import pytest
from django.db import transaction

from accounts.models import Mail
from webhooks.outbound import notices
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stored(settings):
    settings.EMAIL_BACKEND = "accounts.mail.backend.StoredMail"


def test_the_notice_is_a_row_once_its_cause_is_stored(alice, django_capture_on_commit_callbacks):
    endpoint = make_endpoint(alice)
    with django_capture_on_commit_callbacks(execute=True):
        notices.mail_on_commit(endpoint.pk, "failing")
        assert not Mail.objects.exists()
    row = Mail.objects.get()
    assert (row.recipients, row.state) == (alice.email, "waiting")
    assert endpoint.name in row.subject


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_cannot_be_written_undoes_nothing(alice, monkeypatch, caplog):
    endpoint = make_endpoint(alice)
    monkeypatch.setattr(notices, "send_mail", lambda *_: 1 / 0)
    with transaction.atomic():
        endpoint.name = "Renamed"
        endpoint.save()
        notices.mail_on_commit(endpoint.pk, "failing")
    endpoint.refresh_from_db()
    assert endpoint.name == "Renamed"
    assert "Error calling mail_on_commit" in caplog.text
