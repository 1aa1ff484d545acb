"""The first page: what the rooms have to say at a glance. It spans rooms, so it lives here."""

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.ownership import AuthenticatedRequest
from alerts.models import Alert
from market.sources import KINDS, SourceKind, kind_of
from strategies.models import Run, Strategy
from strategies.words.figures import CARD, ShownKpi, shown
from trader.frame.cockpit import cockpit
from webhooks.models import Delivery, Endpoint

RECENT = timedelta(days=7)


class TopStrategy(NamedTuple):
    strategy: Strategy
    source: SourceKind
    kpis: list[ShownKpi]
    total_r: float
    n_trades: int
    curve: Mapping[str, object]


@login_required
@require_safe
def dashboard(request: AuthenticatedRequest) -> HttpResponse:
    user = request.user
    counts = strategy_counts(user)
    context: dict[str, object] = {**counts, "alerts": last_alerts(user)}
    if counts["n_strategies"]:
        context["cockpit"] = cockpit(user)
        since = timezone.now() - RECENT
        recent = Alert.objects.for_user(user).filter(created_at__gte=since)
        context |= {
            "n_recent_alerts": recent.count(),
            "top": top_strategy(user),
            "deliveries": delivery_summary(user),
        }
        if context["top"] is None:
            context["is_computing"] = Run.objects.for_user(user).active().exists()
    return render(request, "dashboard/page.html", context)


@login_required
@require_safe
@never_cache
def now(request: AuthenticatedRequest) -> HttpResponse:
    """Positions and today's trades alone, for the open dashboard."""
    return render(request, "dashboard/_now.html", {"cockpit": cockpit(request.user)})


def strategy_counts(user: User) -> dict[str, int]:
    return (
        Strategy.objects.for_user(user)
        .listed()
        .aggregate(
            n_strategies=Count("pk"),
            n_forward=Count("pk", filter=Q(forward_testing=True) & ~recorded()),
            n_monitored=Count("pk", filter=Q(alert_tracking_enabled=True)),
        )
    )


def recorded() -> Q:
    """Strategies on bars that no feed goes on with."""
    kinds = [kind for kind in KINDS.values() if kind.is_recorded]
    named = [Q(data_source__startswith=kind.prefix) for kind in kinds if kind.is_named]
    return reduce(or_, named, Q(data_source__in=[one.prefix for one in kinds if not one.is_named]))


def last_alerts(user: User) -> list[Alert]:
    return list(Alert.objects.for_user(user).order_by("-created_at", "-pk")[:5])


def top_strategy(user: User) -> TopStrategy | None:
    """The strategy with the highest total R; None before the first trade."""
    rows = Strategy.objects.for_user(user).listed().filter(kpis__total_trades__gt=0)
    best: Strategy | None = rows.order_by("-kpis__total_r", "pk").first()
    if best is None:
        return None
    return TopStrategy(
        strategy=best,
        source=kind_of(best.data_source),
        kpis=shown(CARD, best.kpis),
        total_r=best.kpis["total_r"],
        n_trades=best.kpis["total_trades"],
        curve=best.equity_curve_data or {},
    )


def delivery_summary(user: User) -> dict[str, int]:
    """Endpoints, and what happened to the last week's deliveries."""
    rows = Delivery.objects.for_user(user).filter(created_at__gte=timezone.now() - RECENT)
    return {
        "n_endpoints": Endpoint.objects.for_user(user).filter(is_enabled=True).count(),
        "n_recent": rows.count(),
    }
