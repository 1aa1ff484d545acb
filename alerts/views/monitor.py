"""The monitor switch, the panel that shows its honest state, and the switch of each strategy."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.ownership import AuthenticatedRequest
from alerts.models import StrategyState
from alerts.monitor.status import monitor_state
from alerts.monitor.switch import (
    confirm_closed,
    monitor_of,
    start_monitor,
    stop_monitor,
    unwatch_strategy,
    watch_strategy,
)
from strategies.models import Strategy
from strategies.querysets import StrategyQuerySet
from strategies.saving.asking import ConfirmationNeededError

SHOWN_ERRORS = 5
SHOWN_STRATEGIES = 100
# Large documents that the panel, asked for every half minute, would parse for nothing.
UNSEEN_COLUMNS = ("config", "notes", "kpis", "equity_curve_data", "live_state__group__state")


def monitor_context(user: User) -> dict[str, Any]:
    """What the monitor bar and its list of strategies show: four queries at most."""
    state = monitor_state(user)
    errors = monitor_of(user.pk).errors if state.n_errors else []
    rows = Strategy.objects.for_user(user).monitored()
    shown = _shown(rows)
    return {
        "monitor": state,
        "monitored": shown,
        "n_monitored": len(shown) if len(shown) < SHOWN_STRATEGIES else rows.order_by().count(),
        "errors": list(reversed(errors))[:SHOWN_ERRORS],
    }


def _shown(rows: StrategyQuerySet) -> list[Strategy]:
    """By name; of very many those that need a look or hold a position, then as many as fit."""
    status = StrategyState.Status
    rank = Case(
        When(live_state__status__in=(status.UNCONFIRMED, status.FAILED), then=0),
        When(live_state__status=status.IN_POSITION, then=1),
        default=2,
    )
    rows = rows.select_related("live_state__group").defer(*UNSEEN_COLUMNS)
    first = rows.order_by(rank, "name", "pk")[:SHOWN_STRATEGIES]
    return sorted(first, key=lambda one: (one.name, one.pk))


@login_required
@require_GET
def monitor_panel(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "alerts/_monitor.html", monitor_context(request.user))


@login_required
@require_POST
def monitor_toggle(request: AuthenticatedRequest) -> HttpResponse:
    """Start or stop: `state` says which, without it the opposite of what was asked for last."""
    wanted = request.POST.get("state")
    if wanted not in ("running", "stopped"):
        wanted = "stopped" if monitor_state(request.user).is_wanted else "running"
    if wanted == "running":
        start_monitor(request.user)
    else:
        stop_monitor(request.user)
    return _answer(request)


@login_required
@require_POST
def strategy_switch(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Monitor one strategy or leave it out; an open position has to be agreed to first."""
    strategy = get_object_or_404(Strategy.objects.for_user(request.user), pk=pk)
    wanted = request.POST.get("state")
    if wanted not in ("on", "off"):
        wanted = "off" if strategy.alert_tracking_enabled else "on"
    try:
        if wanted == "on":
            watch_strategy(strategy)
        else:
            unwatch_strategy(strategy, confirmed="confirmed" in request.POST)
    except ConfirmationNeededError as needed:
        context = {"strategy": strategy, "losses": needed.losses, "next": _next(request)}
        return render(request, "alerts/confirm_unwatch.html", context, status=409)
    return _answer(request)


@login_required
@require_POST
def position_settle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The trader has looked at a position that a correction of bars made doubtful."""
    states = StrategyState.objects.for_user(request.user)
    state = get_object_or_404(states, strategy_id=pk)
    confirm_closed(state)
    return _answer(request)


def _answer(request: AuthenticatedRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": "ror:status, ror:monitor"})
    state = monitor_state(request.user)
    messages.info(request, f"{state.label}. {state.explanation}")
    return redirect(_next(request))


def _next(request: AuthenticatedRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else reverse("alerts:alert-list")
