"""The monitor switch, the panel that shows its honest state, and the switch of each strategy."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.ownership import AuthenticatedRequest
from alerts.models import StrategyState
from alerts.monitor.panel import panel_context
from alerts.monitor.status import monitor_state
from alerts.monitor.switch import (
    confirm_closed,
    start_monitor,
    stop_monitor,
    unwatch_strategy,
    watch_strategy,
)
from strategies.models import Strategy
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.waiting import NoNewBarsError


@login_required
@require_GET
def monitor_panel(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "alerts/_monitor.html", panel_context(request.user))


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
    except NoNewBarsError as needed:
        # Its own page has what can be done instead.
        messages.warning(request, str(needed))
        return redirect(strategy)
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
