"""Mail in a deployment with a mail server and without one, and the thread that sends it."""

import threading

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import OperationalError

from trader.tests.test_settings import GOOD, load
from trader.worker import mail

PRINT = (
    "from django.conf import settings as s;"
    "print(s.EMAIL_BACKEND.rsplit('.')[-1], s.MAIL_TRANSPORT.rsplit('.')[-2:-1],"
    " s.ACCOUNT_EMAIL_VERIFICATION, s.EMAIL_TIMEOUT)"
)


def test_mail_without_a_server_is_named_in_the_log_and_nothing_of_its_text(caplog):
    link = "https://ror.example.com/reset/secret-key/"
    message = EmailMessage("Reset", link, to=["a@example.com"])
    assert get_connection("trader.mail.UnsentMail").send_messages([message]) == 0
    (record,) = caplog.records
    assert record.msg["event"] == "mail_not_sent"
    assert link not in str(record.msg)
    assert "a@example.com" not in str(record.msg)


def test_nobody_has_to_confirm_by_a_mail_that_is_never_sent(tmp_path):
    assert load(tmp_path, "-c", PRINT, **GOOD).stdout.split() == ["UnsentMail", "[]", "none", "5"]
    sent = load(tmp_path, "-c", PRINT, **GOOD, EMAIL_URL="smtp+tls://u:p@mail.internal:587")
    assert sent.stdout.split() == ["StoredMail", "['smtp']", "mandatory", "5"]


@pytest.fixture
def _no_connection(monkeypatch):
    monkeypatch.setattr(mail, "close_old_connections", lambda: None)


@pytest.mark.usefixtures("_no_connection")
def test_a_worker_sends_what_is_due_until_nothing_is(monkeypatch):
    left = [3, 2, 0, 1]
    monkeypatch.setattr(mail, "send_due", lambda: left.pop(0))
    assert mail.look()
    assert left == [1]


@pytest.mark.usefixtures("_no_connection")
@pytest.mark.parametrize(
    ("error", "event"),
    [(OperationalError("away"), "worker_without_database"), (KeyError(), "mail_failed")],
)
def test_what_fails_is_in_the_log_and_the_thread_goes_on(monkeypatch, caplog, error, event):
    def fail():
        raise error

    monkeypatch.setattr(mail, "send_due", fail)
    assert not mail.look()
    assert [record.msg["event"] for record in caplog.records] == [event]


def test_the_thread_looks_and_ends_when_asked(monkeypatch):
    looked = threading.Event()
    monkeypatch.setattr(mail, "look", lambda: looked.set() or True)
    monkeypatch.setattr(mail, "LOOK_SECONDS", 0.01)
    thread = mail.MailThread()
    thread.start()
    assert looked.wait(30)
    thread.end()
    thread.join(30)
    assert not thread.is_alive()
