"""Bringing many results up to date: begun, watched with the outcome of each, cancelled."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.ownership import AuthenticatedRequest
from strategies.listing import refresh_address
from strategies.models import Run, Strategy
from strategies.querysets import RunQuerySet
from strategies.runs import queue
from strategies.saving.refreshing import MOST_AT_ONCE, refresh

SHOWN_REASONS = 5


@login_required
@require_POST
def refresh_all(request: AuthenticatedRequest) -> HttpResponse:
    """Every current strategy, the ones that were refreshed longest ago first."""
    rows = Strategy.objects.for_user(request.user).listed().filter(archived_at=None)
    oldest = rows.select_related("user").order_by("data_refreshed_at", "pk")[:MOST_AT_ONCE]
    begun = refresh(oldest)
    for reason in begun.left[:SHOWN_REASONS]:
        messages.warning(request, reason)
    return redirect(refresh_address(begun.runs))


@login_required
@require_safe
def refresh_show(request: AuthenticatedRequest) -> HttpResponse:
    """How far each is, and what came of it."""
    runs = list(_runs(request).select_related("strategy").defer("result", "config"))
    done = [run for run in runs if not run.is_active]
    context = {
        "runs": runs,
        "n_done": len(done),
        "n_failed": sum(run.status == Run.Status.FAILED for run in done),
        "is_under_way": len(done) < len(runs),
        "cancel_url": f"{reverse('strategies:strategy-refresh-cancel')}?{request.GET.urlencode()}",
    }
    return render(request, "strategies/refresh.html", context)


@login_required
@require_POST
def refresh_cancel(request: AuthenticatedRequest) -> HttpResponse:
    """Cancel what is still to come; what has finished stays."""
    runs = _runs(request)
    for run in runs.active():
        queue.life.cancel(run)
    return redirect(refresh_address(runs))


def _runs(request: HttpRequest) -> RunQuerySet:
    asked = request.GET.get("runs", "").split(",")[:MOST_AT_ONCE]
    ids = [int(one) for one in asked if one.isdecimal() and len(one) < 16]
    rows: RunQuerySet = Run.objects.for_user(request.user).filter(
        strategy__isnull=False, pk__in=ids
    )
    return rows.order_by("pk")
