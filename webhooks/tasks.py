"""Thin tasks: each may run twice or not at all, what is due stands in the rows."""

from datetime import timedelta

from django.utils import timezone

from webhooks.outbound import kick, notices, retention, sender

SWEEP_AHEAD = timedelta(seconds=2)


def send_due() -> int:
    """Cluster hot. Send what is due; the number of requests made."""
    return sender.run_sender()


def sweep() -> None:
    """Cluster hot, every two seconds: wake the sender for what no wake-up reached."""
    now = timezone.now()
    if sender.has_due(now, SWEEP_AHEAD):
        kick.kick()


def mail_endpoint_notice(endpoint_id: int, kind: str) -> None:
    """Cluster slow. Only for tasks queued by an earlier version, which mailed this way."""
    notices.mail_notice(endpoint_id, kind)


def prune() -> int:
    """Cluster slow, daily: forget closed deliveries and attempts after 30 days."""
    return retention.prune(timezone.now())
