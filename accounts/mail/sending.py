"""Due mail, claimed, handed over, and what became of it.

A claim is a lease: a worker that dies keeps a mail for a minute, then another one sends it.
"""

from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone

from accounts.mail.content import unpack
from accounts.mail.transport import (
    DEADLINE_SECONDS,
    Answer,
    Handover,
    Outcome,
    ServerAwayError,
)
from accounts.models import Mail

log = structlog.get_logger(__name__)
State = Mail.State
BATCH = 20
LEASE = timedelta(seconds=2 * DEADLINE_SECONDS)
# After the first, second, … try; the last one for all others.
PAUSES_SECONDS = (5, 20, 60, 180, 300, 900)


def send_due(now: datetime | None = None, deadline_seconds: float = DEADLINE_SECONDS) -> int:
    """Hand over what is due, one batch; how many mails were looked at."""
    now = now or timezone.now()
    found = list(Mail.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:BATCH])
    claimed = [row for pk in found if (row := claim(pk, now)) is not None]
    fresh = [row for row in claimed if not end_if_too_old(row, now)]
    ready = [(row, message) for row in fresh if (message := read(row, now)) is not None]
    if ready:
        hand_over(ready, deadline_seconds)
    return len(found)


def claim(pk: int, now: datetime) -> Mail | None:
    """The row under a lease of ours; None when another worker was faster."""
    mine = Mail.objects.due(now).filter(pk=pk)
    if not mine.update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    row: Mail = Mail.objects.get(pk=pk)
    return row


def end_if_too_old(row: Mail, now: datetime) -> bool:
    if row.expires_at > now:
        return False
    end(row, State.EXPIRED, row.last_error)
    log.error("mail_expired", mail=row.pk, attempts=row.attempts - 1, reason=row.last_error)
    return True


def read(row: Mail, now: datetime) -> EmailMessage | None:
    """Its text; None when it can't be read, for which the key may have to be put back."""
    try:
        return unpack(row.content)
    except (ValueError, KeyError, TypeError) as error:
        postpone(row, now, f"The text can't be read ({type(error).__name__}).")
        log.error("mail_unreadable", mail=row.pk, remedy="Put the key back that wrote it.")
        return None


def hand_over(ready: list[tuple[Mail, EmailMessage]], deadline_seconds: float) -> None:
    try:
        outcomes = Handover([message for _, message in ready]).run(deadline_seconds)
    except ServerAwayError as error:
        for row, _ in ready:
            postpone(row, timezone.now(), str(error))
        log.warning("mail_server_away", n_mails=len(ready), reason=str(error))
        return
    for (row, _), outcome in zip(ready, outcomes, strict=False):
        settle(row, outcome)
    for row, _ in ready[len(outcomes) :]:
        release(row)


def settle(row: Mail, outcome: Outcome) -> None:
    if outcome.answer is Answer.LATER:
        postpone(row, timezone.now(), outcome.reason)
        log.warning("mail_postponed", mail=row.pk, tries=row.attempts, reason=outcome.reason)
    elif outcome.answer is Answer.REFUSED:
        end(row, State.REFUSED, outcome.reason)
        log.warning("mail_refused", mail=row.pk, reason=outcome.reason)
    else:
        end(row, State.SENT, "")
        waited = timezone.now() - row.created_at
        log.info("mail_sent", mail=row.pk, waited_s=round(waited.total_seconds(), 1))


def end(row: Mail, state: State, error: str) -> None:
    """Nothing more will be done with it, so its text goes."""
    row.state, row.last_error, row.content = state, error, ""
    row.ended_at, row.lease_until = timezone.now(), None
    row.save(update_fields=["state", "last_error", "content", "ended_at", "lease_until"])


def postpone(row: Mail, now: datetime, reason: str) -> None:
    pause_s = PAUSES_SECONDS[min(row.attempts, len(PAUSES_SECONDS)) - 1]
    due_at = now + timedelta(seconds=pause_s)
    Mail.objects.filter(pk=row.pk).update(due_at=due_at, last_error=reason, lease_until=None)


def release(row: Mail) -> None:
    """The server left before its turn came: that was no try."""
    Mail.objects.filter(pk=row.pk).update(lease_until=None, attempts=F("attempts") - 1)


def oldest_mail_s() -> float:
    """Seconds the oldest waiting mail has waited, 0 when there is none."""
    oldest = Mail.objects.waiting().order_by("created_at").values_list("created_at", flat=True)
    first = oldest.first()
    return 0.0 if first is None else (timezone.now() - first).total_seconds()
