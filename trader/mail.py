"""Where mail goes in a deployment that has not been told of a mail server."""

from collections.abc import Sequence

import structlog
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = structlog.get_logger(__name__)


class UnsentMail(BaseEmailBackend):
    """Says in the log that a mail was not sent: no page fails for it, and no secret link leaks."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            log.error("mail_not_sent", subject=message.subject, remedy="Set EMAIL_URL.")
        return 0
