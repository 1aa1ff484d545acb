"""Handing mail to the mail server: what it answers, and a limit on how long it may take.

No row is touched here, so a server that never ends its sentence costs a thread and nothing else.
"""

import re
import smtplib
import threading
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

# Of one batch. `EMAIL_TIMEOUT` limits a single answer, which a server may deliver drop by drop.
DEADLINE_SECONDS = 30.0
ADDRESS = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")
REASON_LENGTH = 300


class Answer(Enum):
    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"


class Outcome(NamedTuple):
    answer: Answer
    reason: str = ""


class ServerAwayError(Exception):
    """No mail can be handed over now; the text says why."""


class Handover:
    """One connection and the mails it carries, in a thread that may be left behind."""

    def __init__(self, messages: Sequence[EmailMessage]) -> None:
        self.messages = messages
        self.outcomes: list[Outcome] = []
        self.away = ""
        self.given_up = threading.Event()

    def run(self, deadline_seconds: float) -> list[Outcome]:
        """What became of the mails, in order; those not reached are missing at the end.

        Raises ServerAwayError when not even the first was reached.
        """
        thread = threading.Thread(target=self._carry, name="mail-handover", daemon=True)
        thread.start()
        thread.join(deadline_seconds)
        if thread.is_alive():
            self.given_up.set()
            self.away = f"The mail server took longer than {deadline_seconds:g} seconds"
        if self.away and not self.outcomes:
            raise ServerAwayError(self.away)
        return list(self.outcomes)

    def _carry(self) -> None:
        connection = get_connection(settings.MAIL_TRANSPORT)
        try:
            connection.open()
            for message in self.messages:
                if self.given_up.is_set() or not self._send(connection, message):
                    break
        except Exception as error:  # It is for others to say; the thread has nobody above it.
            self.away = reason_of(error)
        finally:
            close(connection)

    def _send(self, connection: BaseEmailBackend, message: EmailMessage) -> bool:
        """Whether the connection carries further mails."""
        try:
            connection.send_messages([message])
        except OSError as error:
            if is_line_broken(error):
                self.away = reason_of(error)
                return False
            self.outcomes.append(Outcome(answer_to(error), reason_of(error)))
        except ValueError as error:
            self.outcomes.append(Outcome(Answer.REFUSED, reason_of(error)))
        else:
            self.outcomes.append(Outcome(Answer.TAKEN))
        return True


def is_line_broken(error: OSError) -> bool:
    """Whether the connection is gone; every answer of a server is an SMTPException as well."""
    answers = smtplib.SMTPException
    return not isinstance(error, answers) or isinstance(error, smtplib.SMTPServerDisconnected)


def answer_to(error: OSError) -> Answer:
    """Final where the server says that this mail or this address will never do."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Answer.REFUSED if codes and min(codes) >= 500 else Answer.LATER
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
        return Answer.REFUSED
    return Answer.LATER


def reason_of(error: Exception) -> str:
    """For the row and the log: what the server said, without the addresses in it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    else:
        said = str(error)
    return ADDRESS.sub("[address]", f"{type(error).__name__}: {said}")[:REASON_LENGTH]


def close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        # The server has left without a word; what it has taken, it has.
        return
