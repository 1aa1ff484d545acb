"""The backend that Django and allauth send with: it stores, in the transaction of its caller."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from accounts.mail.content import addresses, pack
from accounts.models import Mail

log = structlog.get_logger(__name__)
# For how long a mail server may be away. Mail with a link gives its own, shorter than the link's.
LIFETIME = timedelta(days=3)
SUBJECT_LENGTH = 255


class StoredMail(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        rows = [to_row(message, now) for message in email_messages if addresses(message)]
        for row in rows:
            row.save()
            log.info("mail_stored", mail=row.pk)
        return len(rows)


def to_row(message: EmailMessage, now: datetime) -> Mail:
    lifetime: timedelta = getattr(message, "lifetime", LIFETIME)
    return Mail(
        recipients=", ".join(addresses(message)),
        subject=str(message.subject)[:SUBJECT_LENGTH],
        content=pack(message),
        due_at=now,
        expires_at=now + lifetime,
    )
