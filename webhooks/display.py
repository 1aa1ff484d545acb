"""Endpoints and their log as pages show them."""

from collections.abc import Mapping
from datetime import timedelta

from django.core.paginator import Paginator
from django.utils import timezone

from accounts.models import User
from accounts.ownership import AuthenticatedRequest
from webhooks import hooks
from webhooks.forms import DeliveryFilter
from webhooks.models import Delivery, Endpoint
from webhooks.outbound.waits import blocked_lanes, describe, held_entries

PAGE_SIZE = 25
MAX_LOST_EXITS = 5


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
