"""The monitor switch, the panel that shows its honest state, and the switch of each strategy."""

import json
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import returning
from accounts.ownership import AuthenticatedRequest
from alerts.models import StrategyState
from alerts.monitor.panel import panel_context
from alerts.monitor.status import monitor_state
from alerts.monitor.switch import (
    confirm_closed,
    open_positions,
    start_monitor,
    watch_strategy,
)
from alerts.monitor.undo import TooLateError, stop_everything, stop_strategy, take_back
from strategies.models import Strategy
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.waiting import NoNewBarsError

# Before an offer in the tags of a message.
UNDO = "undo:"
STOPPED = "The monitor is stopped: nothing is evaluated and no alert is raised."


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
        return _answer(request)
    if "confirmed" not in request.POST and open_positions(request.user):
        return _go_to(request, f"{reverse('alerts:monitor-stop')}?next={quote(_next(request))}")
    return _answer(request, stop_everything(request.user), STOPPED)


@login_required
@require_GET
def monitor_stop(request: AuthenticatedRequest) -> HttpResponse:
    """What would be left unwatched, before the monitor is stopped."""
    context = {"positions": open_positions(request.user), "next": _next(request)}
    return render(request, "alerts/confirm_stop.html", context)


@login_required
@require_POST
def undo(request: AuthenticatedRequest) -> HttpResponse:
    """Take back a stop that was just made."""
    try:
        messages.success(request, take_back(request.user, request.POST.get("offer", "")))
    except TooLateError as error:
        messages.warning(request, str(error))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(_next(request))


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
            return _answer(request)
        offer = stop_strategy(strategy, confirmed="confirmed" in request.POST)
    except NoNewBarsError as needed:
        # Its own page has what can be done instead.
        messages.warning(request, str(needed))
        return redirect(strategy)
    except ConfirmationNeededError as needed:
        context = {"strategy": strategy, "losses": needed.losses, "next": _next(request)}
        return render(request, "alerts/confirm_unwatch.html", context, status=409)
    return _answer(request, offer, f"“{strategy.name}” is no longer monitored.")


@login_required
@require_POST
def position_settle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The trader has looked at a position that a correction of bars made doubtful."""
    states = StrategyState.objects.for_user(request.user)
    state = get_object_or_404(states, strategy_id=pk)
    confirm_closed(state)
    return _answer(request)


def _answer(request: AuthenticatedRequest, offer: str = "", said: str = "") -> HttpResponse:
    """What became of a switch; with an offer to take it back for some seconds."""
    state = monitor_state(request.user)
    text = said or f"{state.label}. {state.explanation}"
    if request.headers.get("HX-Request"):
        events: dict[str, object] = {"ror:status": None, "ror:monitor": None}
        if offer:
            events["ror:undo"] = {"text": text, "offer": offer, "url": reverse("alerts:undo")}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
    messages.info(request, text, extra_tags=f"{UNDO}{offer}" if offer else "")
    return HttpResponseRedirect(_next(request))


def _go_to(request: AuthenticatedRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _next(request: AuthenticatedRequest) -> str:
    return returning.asked_for(request, reverse("alerts:alert-list"))
