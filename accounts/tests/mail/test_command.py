from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_the_command_hands_one_over_past_the_queue(server, write):
    good = server()
    write()
    out = StringIO()
    call_command("send_test_mail", "dora@example.com", stdout=out)
    assert "has taken it. Waiting for the worker: 1." in out.getvalue()
    assert len(good.texts) == 1


@pytest.mark.parametrize(
    ("answers", "told"), [({"": None}, "timed out"), ({"RCPT": "550 no"}, "550 b'no'")]
)
def test_the_command_says_what_the_server_answers(server, answers, told):
    server(answers)
    with pytest.raises(CommandError, match="Look at EMAIL_URL") as error:
        call_command("send_test_mail", "dora@example.com")
    assert told in str(error.value)


def test_the_command_names_the_setting_that_is_missing(settings):
    settings.MAIL_TRANSPORT = ""
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        call_command("send_test_mail", "dora@example.com")
