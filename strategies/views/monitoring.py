"""Putting a strategy under the monitor, or on bars on which a monitor has something to do."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.engine.errors import StrategyError
from strategies.models import Strategy
from strategies.runs.display import Context
from strategies.saving import changes
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.waiting import NoNewBarsError, simulated_record, why_not_simulated


def _find(request: AuthenticatedRequest, pk: int) -> Strategy:
    strategy: Strategy = get_object_or_404(Strategy.objects.for_user(request.user), pk=pk)
    return strategy


@login_required
@require_POST
def strategy_monitor(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put the strategy under the monitor or take it out; asks when that forgets a position."""
    strategy = _find(request, pk)
    wanted = request.POST.get("enabled") == "1"
    is_confirmed = request.POST.get("confirmed") == "on"
    try:
        changes.set_monitoring(strategy, wanted, confirmed=is_confirmed)
    except NoNewBarsError as error:
        return render(request, "strategies/no_new_bars.html", _waiting(strategy, error), status=409)
    except ConfirmationNeededError as error:
        context = {"strategy": strategy, "losses": error.losses}
        return render(request, "strategies/unmonitor.html", context, status=409)
    messages.success(
        request,
        "Monitored: entries and exits become alerts while the monitor runs."
        if wanted
        else "No longer monitored.",
    )
    return redirect(strategy)


def _waiting(strategy: Strategy, error: NoNewBarsError) -> Context:
    return {
        "strategy": strategy,
        "losses": error.losses,
        "copy_name": simulated_record(strategy)["name"],
        "why_not_simulated": why_not_simulated(strategy.symbol),
    }


@login_required
@require_POST
def strategy_simulate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A monitored copy on simulated bars."""
    strategy = _find(request, pk)
    try:
        saved = changes.simulate_strategy(strategy)
    except StrategyError as error:
        messages.error(request, f"It can't run on simulated bars: {error}")
        return redirect(strategy)
    messages.success(
        request,
        f"{saved.announcement} It is monitored: entries and exits become alerts while the monitor "
        "runs.",
    )
    return redirect(saved.strategy)
