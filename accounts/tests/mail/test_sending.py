"""What becomes of a mail, by what its server does."""

import time
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.mail.sending import claim, send_due
from accounts.models import Mail
from accounts.tests.mail.conftest import LINK

pytestmark = pytest.mark.django_db


def test_a_mail_is_handed_over_once_and_its_text_forgotten(write, server):
    good = server()
    row = write()
    assert send_due() == 1
    assert send_due() == 0
    row.refresh_from_db()
    assert (row.state, row.content, row.attempts) == ("sent", "", 1)
    assert len(good.texts) == 1
    assert LINK in good.texts[0].replace("=\r\n", "")


def test_many_mails_go_over_one_connection(write, server):
    good = server()
    for number in range(5):
        write(to=f"dora{number}@example.com")
    send_due()
    assert (good.n_connections, len(good.texts)) == (1, 5)


# What the server does, the state afterwards, and what operators read.
SERVERS = [
    ({"": None}, "waiting", "timed out"),
    ({"": "421 too busy"}, "waiting", "421"),
    ({"EHLO": None}, "waiting", "Disconnected"),
    ({"MAIL": "451 not now"}, "waiting", "451"),
    ({"MAIL": "550 sender unknown"}, "waiting", "550"),
    ({"RCPT": "450 greylisted"}, "waiting", "450"),
    ({"RCPT": "550 <dora@example.com> unknown"}, "refused", "550 b'<[address]> unknown'"),
    ({"DATA": "451 not now"}, "waiting", "451"),
    ({".": "554 looks like spam"}, "refused", "554"),
    ({".": None}, "waiting", "Disconnected"),
]


@pytest.mark.parametrize(("answers", "state", "reason"), SERVERS)
def test_what_a_server_answers_decides(write, server, answers, state, reason):
    server(answers)
    row = write()
    send_due()
    row.refresh_from_db()
    assert row.state == state
    assert reason in row.last_error
    assert "dora" not in row.last_error
    assert bool(row.content) is (state == "waiting")


def test_nobody_at_the_address_of_the_server(write, settings):
    settings.EMAIL_PORT = 1
    row = write()
    send_due()
    row.refresh_from_db()
    assert row.state == "waiting"
    assert "ConnectionRefusedError" in row.last_error


def test_a_mail_that_was_refused_keeps_no_other_from_going(write, server):
    bad = server({"RCPT": "550 unknown"})
    write(to="nobody@example.com")
    send_due()
    bad.answers["RCPT"] = "250 ok"
    write()
    send_due()
    assert sorted(Mail.objects.values_list("state", flat=True)) == ["refused", "sent"]


def test_a_server_that_drips_is_left_at_the_deadline(write, server):
    server(letter_s=0.2)
    row = write()
    started = time.monotonic()
    send_due(deadline_seconds=0.5)
    assert time.monotonic() - started < 5
    row.refresh_from_db()
    assert "took longer than 0.5 seconds" in row.last_error


@pytest.mark.parametrize(
    ("attempts", "pause_s"), [(0, 5), (1, 20), (2, 60), (3, 180), (4, 300), (5, 900), (50, 900)]
)
def test_each_try_waits_longer(write, server, attempts, pause_s):
    server({"": None})
    row = write(attempts=attempts)
    before = timezone.now()
    send_due()
    row.refresh_from_db()
    waits_s = (row.due_at - before).total_seconds()
    assert pause_s <= waits_s < pause_s + 5
    assert send_due() == 0


def test_every_try_carries_the_same_id(write, server, now_due):
    good = server({".": "451 not now"})
    write()
    send_due()
    good.answers["."] = "250 taken"
    now_due()
    send_due()
    ids = [line for text in good.texts for line in text.split("\r\n") if "Message-ID" in line]
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_a_mail_past_its_time_is_not_sent(write, server):
    good = server()
    row = write(expires_at=F("created_at") - timedelta(seconds=1), last_error="away")
    send_due()
    row.refresh_from_db()
    assert (row.state, row.content, row.last_error) == ("expired", "", "away")
    assert not good.texts


def test_a_mail_belongs_to_one_worker_until_its_lease_is_over(write):
    row = write()
    now = timezone.now()
    assert claim(row.pk, now) is not None
    assert claim(row.pk, now) is None
    assert claim(row.pk, now + timedelta(seconds=61)) is not None


def test_a_text_whose_key_is_gone_waits_for_it(write, server, settings, now_due):
    good = server()
    row = write()
    key = settings.FIELD_ENCRYPTION_KEY
    settings.FIELD_ENCRYPTION_KEY = "Zm9yZ290dGVuLWtleS1mb3JnB3R0ZW4ta2V5LWZvMTI="
    send_due()
    row.refresh_from_db()
    assert "can't be read" in row.last_error
    settings.FIELD_ENCRYPTION_KEY = key
    now_due()
    send_due()
    assert len(good.texts) == 1


def test_the_rest_of_a_batch_waits_when_the_server_leaves(write, server):
    server({".": None})
    for number in range(3):
        write(to=f"dora{number}@example.com")
    send_due()
    assert Mail.objects.waiting().count() == 3
    assert not Mail.objects.waiting().exclude(lease_until=None).exists()
