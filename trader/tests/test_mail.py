"""Mail in a deployment without a mail server."""

from django.core.mail import EmailMessage, get_connection

from trader.tests.test_settings import GOOD, load

PRINT = (
    "from django.conf import settings as s;"
    "print(s.EMAIL_BACKEND.rsplit('.')[-1], s.ACCOUNT_EMAIL_VERIFICATION)"
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
    assert load(tmp_path, "-c", PRINT, **GOOD).stdout.split() == ["UnsentMail", "none"]
    sent = load(tmp_path, "-c", PRINT, **GOOD, EMAIL_URL="smtp+tls://u:p@mail.internal:587")
    assert sent.stdout.split() == ["EmailBackend", "mandatory"]
