"""Sending is storing: in the transaction of whoever sends, without a server in sight."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import connection, transaction
from django.utils import timezone

from accounts.mail.content import pack, unpack
from accounts.models import Mail
from accounts.tests.mail.conftest import LINK


def test_a_mail_becomes_a_row_and_no_server_is_asked(write, settings):
    settings.EMAIL_PORT = 1
    row = write()
    assert (row.recipients, row.subject) == ("dora@example.com", "Reset the password")
    assert row.state == "waiting"


def test_its_text_is_not_readable_in_the_database(write):
    row = write()
    assert LINK in row.content
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM mails WHERE id = %s", [row.pk])
        assert LINK not in cursor.fetchone()[0]


def test_it_is_gone_with_the_transaction_of_its_caller(write):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_the_log_tells_of_it_without_address_and_link(write, caplog):
    caplog.set_level("INFO")
    write()
    text = str([record.msg for record in caplog.records])
    assert "mail_stored" in text
    assert "dora" not in text
    assert "secret-key" not in text


def test_a_line_break_in_a_header_is_refused_where_it_is_written(db):
    with pytest.raises(ValueError, match="newlines"):
        send_mail("Hello\nBcc: all@example.com", "text", None, ["dora@example.com"])
    assert not Mail.objects.exists()


def test_a_mail_to_nobody_is_none(db):
    assert EmailMessage("Hello", "text", to=[]).send() == 0
    assert not Mail.objects.exists()


def test_attachments_are_refused(db):
    message = EmailMessage("Hello", "text", to=["dora@example.com"])
    message.attach("a.txt", "text")
    with pytest.raises(ValueError, match="attachments"):
        message.send()


def test_a_mail_comes_back_as_it_went_in():
    message = EmailMultiAlternatives(
        "Grüße", "plain", "A <a@example.com>", ["b@example.com"], bcc=["c@example.com"],
        cc=["d@example.com"], reply_to=["e@example.com"], headers={"X-Kind": "test"},
    )  # fmt: skip
    message.attach_alternative("<p>rich</p>", "text/html")
    again = unpack(pack(message))
    assert again.recipients() == ["b@example.com", "d@example.com", "c@example.com"]
    sent = again.message().as_string()
    for part in ("plain", "<p>rich</p>", "X-Kind: test", "Reply-To: e@example.com"):
        assert part in sent
    assert again.extra_headers["Message-ID"].endswith("@example.com>")


def test_a_mail_lives_as_long_as_its_writer_says(db, settings):
    message = EmailMessage("Hello", "text", to=["dora@example.com"])
    message.lifetime = timezone.timedelta(hours=1)
    message.send()
    row = Mail.objects.get()
    assert (row.expires_at - row.due_at).total_seconds() == 3600
