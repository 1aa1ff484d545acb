"""Links to a report: made, found by their secret, counted, revoked."""

import hashlib
import secrets
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.ownership import OwnedQuerySet
from strategies.engine.errors import StrategyError
from strategies.models import ReportLink, Strategy

TOKEN_BYTES = 32
DAYS, USUAL_DAYS = (7, 30, 90), 30
MOST_OPEN = 20
WINDOW_SECONDS = 60


def create_link(strategy: Strategy, days: int) -> tuple[ReportLink, str]:
    """A link and its secret, which nobody can read again. Raises StrategyError."""
    if days not in DAYS:
        raise StrategyError([("days", f"Choose one of {', '.join(map(str, DAYS))} days.")])
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        Strategy.objects.select_for_update(no_key=True).get(pk=strategy.pk)
        if open_links(strategy).count() >= MOST_OPEN:
            text = f"{MOST_OPEN} links to this report are open. Revoke one first."
            raise StrategyError([("days", text)])
        link = ReportLink.objects.create(
            user_id=strategy.user_id,
            strategy=strategy,
            token_hash=digest(token),
            expires_at=timezone.now() + timedelta(days=days),
        )
    return link, token


def open_links(strategy: Strategy) -> OwnedQuerySet:
    rows: OwnedQuerySet = ReportLink.objects.filter(strategy=strategy, revoked_at=None)
    return rows.filter(expires_at__gt=timezone.now())


def link_of(token: str) -> ReportLink | None:
    """The link that a secret opens now; None for one that never was, has expired or was revoked."""
    wanted = digest(token)
    link = ReportLink.objects.select_related("user").filter(token_hash=wanted).first()
    if link is None or not constant_time_compare(link.token_hash, wanted):
        return None
    return link if link.is_open_at(timezone.now()) and link.user.is_active else None


def note_opened(link: ReportLink) -> None:
    now = timezone.now()
    ReportLink.objects.filter(pk=link.pk).update(n_opened=F("n_opened") + 1, last_opened_at=now)


def revoke(link: ReportLink) -> None:
    """For good; one that is revoked stays as it is."""
    ReportLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_too_often(address: str, most: int) -> bool:
    """Whether an address has opened more than so many reports, real or not, within a minute."""
    name = f"report-opens:{address}"
    cache.add(name, 0, WINDOW_SECONDS)
    try:
        return cache.incr(name) > most
    except ValueError:
        # It has run out meanwhile.
        return False
