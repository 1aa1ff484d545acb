"""Endpoints and their log as pages show them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.utils import timezone

from accounts.models import User
from accounts.ownership import AuthenticatedRequest
from webhooks import hooks
from webhooks.forms import DeliveryFilter
from webhooks.models import Delivery, Endpoint
from webhooks.outbound.resending import ACCEPTED_ORDER
from webhooks.outbound.waits import blocked_lanes, describe, held_entries
from webhooks.querysets import OPEN_STATES

PAGE_SIZE = 25
MAX_LOST_EXITS = 5
# Among so many of a user's newest deliveries those that wait are looked for.
LOOKED_AT = 2_000
# A message that is due for longer waits for a sender that isn't there.
OVERDUE_SECONDS = 10


class Waiting(NamedTuple):
    """Messages of one endpoint that are neither accepted nor given up yet."""

    n: int
    oldest_at: datetime


class Listed(NamedTuple):
    """A row of the list of endpoints; `n_undelivered` counts what is lost and what waits."""

    endpoint: Endpoint
    waiting: Waiting | None
    n_undelivered: int


class NextTry(NamedTuple):
    """When a message goes out next: at an instant to come, or what it waits for."""

    words: str
    at: datetime | None = None
    overdue_s: float | None = None


def wants_log_only(request: AuthenticatedRequest) -> bool:
    """A filter was changed, or news arrived while the log is open."""
    return request.htmx.target in ("delivery-log", "delivery-rows")


def log_context(
    user: User, query: Mapping[str, str], endpoint: Endpoint | None = None
) -> dict[str, object]:
    """One page of deliveries with its filters, of one endpoint or of all."""
    form = DeliveryFilter(user, query)
    rows = Delivery.objects.for_user(user).select_related("endpoint").defer("body")
    if endpoint is not None:
        rows = rows.filter(endpoint=endpoint)
        del form.fields["endpoint"]
    filters = form.filters()
    if "endpoint" in filters:
        filters["endpoint__code"] = filters.pop("endpoint")
    page = Paginator(rows.filter(**filters).order_by("-id"), PAGE_SIZE).get_page(query.get("page"))
    describe(page.object_list, timezone.now())
    return {
        "page": page,
        "filter": form,
        "is_filtered": bool(filters),
        "shows_endpoint": endpoint is None,
    }


def lost_exits(user: User) -> list[Delivery]:
    """Exits that never arrived: the position behind them may still be open at the broker.

    Without those that a block tells of, and those whose owner is flat.
    """
    since = timezone.now() - timedelta(days=1)
    rows = Delivery.objects.for_user(user).filter(
        is_exit=True,
        state__in=("expired", "failed"),
        updated_at__gte=since,
        blocked_lane__isnull=True,
        settled_at__isnull=True,
    )
    return list(rows.select_related("endpoint").order_by("-id")[:MAX_LOST_EXITS])


def undecided(user: User) -> dict[str, object]:
    """What only the owner can decide: exits that hold entries back, entries that are held."""
    return {"blocks": blocked_lanes(user), "held": held_entries(user)}


def subject_labels(user: User, endpoint: Endpoint) -> list[str]:
    """What the endpoint is limited to; empty when it takes everything."""
    labels = dict(hooks.choices(user)) if endpoint.subjects else {}
    return [labels.get(subject, f"{subject} (deleted)") for subject in endpoint.subjects]


def rotation_end(endpoint: Endpoint) -> str:
    """Until when an old secret signs as well; empty when there is none."""
    now = timezone.now().isoformat()
    ends = [row["valid_until"] for row in endpoint.old_secrets if row["valid_until"] > now]
    return max(ends, default="")


def waiting_by_endpoint(user: User) -> dict[int, Waiting]:
    """What waits, by the id of the endpoint; endpoints for which nothing waits are left out."""
    newest = Delivery.objects.for_user(user).order_by("-id").values("pk")[:LOOKED_AT]
    rows = Delivery.objects.filter(pk__in=newest, state__in=OPEN_STATES, is_test=False)
    counts = rows.values_list("endpoint_id").annotate(n=Count("pk"), oldest=Min("first_due_at"))
    return {endpoint_id: Waiting(n, oldest) for endpoint_id, n, oldest in counts.order_by()}


def listed(endpoint: Endpoint, waiting: Waiting | None) -> Listed:
    """For an endpoint that has been annotated with `n_day_lost`."""
    return Listed(endpoint, waiting, endpoint.n_day_lost + (waiting.n if waiting else 0))  # type: ignore[attr-defined]


def panel_context(delivery: Delivery) -> dict[str, object]:
    """State, attempts and what comes next of one delivery."""
    return {
        "delivery": delivery,
        "next": next_try(delivery, timezone.now()),
        "why_kept": ACCEPTED_ORDER,
    }


def next_try(delivery: Delivery, now: datetime) -> NextTry | None:
    """None for a message whose outcome is settled. Never an instant that has passed."""
    endpoint = delivery.endpoint
    if not delivery.is_open:
        return None
    if delivery.state == Delivery.State.SENDING:
        return NextTry("is under way")
    if not endpoint.is_enabled and not delivery.is_test:
        return NextTry("waits until the endpoint is switched on")
    holds = {"at": delivery.next_attempt_at}
    if not delivery.is_test:
        holds["in its turn, at"] = endpoint.next_send_at
        holds["when the pause after failures ends, at"] = endpoint.circuit_open_until
    known = [(words, at) for words, at in holds.items() if at]
    words, at = max(known, key=lambda one: one[1], default=("", now))
    if at > now:
        return NextTry(words, at)
    overdue_s = (now - at).total_seconds()
    if overdue_s > OVERDUE_SECONDS:
        return NextTry("waits for a worker, due for", overdue_s=overdue_s)
    return NextTry("now")
