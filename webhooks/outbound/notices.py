"""Mail to an endpoint's owner: a row, which the worker sends in its own time."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from webhooks.models import Endpoint

SUBJECTS = {
    "failing": "Webhook endpoint failing: {name}",
    "disabled": "Webhook endpoint disabled: {name}",
}
TEXTS = {
    "failing": (
        "The endpoint {name} ({host}) does not accept messages: {error}\n\n"
        "Sending pauses for 30 seconds at a time and goes on by itself. Entries expire after "
        "their time to live; exits are tried until the session closes.\n"
    ),
    "disabled": (
        "The endpoint {name} ({host}) was disabled: {reason}.\n\n"
        "Messages are kept as skipped and can be sent again once you have enabled it.\n"
    ),
}


def mail_on_commit(endpoint_id: int, kind: str) -> None:
    """A mail that can't be written must not undo what became of a delivery."""

    def mail() -> None:
        mail_notice(endpoint_id, kind)

    transaction.on_commit(mail, robust=True)


def mail_notice(endpoint_id: int, kind: str) -> None:
    endpoint = Endpoint.objects.select_related("user").filter(pk=endpoint_id).first()
    if endpoint is None:
        return
    facts = {
        "name": endpoint.name,
        "host": endpoint.host,
        "error": endpoint.last_error,
        "reason": endpoint.disabled_reason,
    }
    send_mail(
        " ".join(SUBJECTS[kind].format(**facts).split()),
        TEXTS[kind].format(**facts),
        getattr(settings, "DEFAULT_FROM_EMAIL", None),
        [endpoint.user.email],
    )
