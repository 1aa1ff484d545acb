"""The trust checks of a strategy's shown result: started, watched, cancelled."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.models import Strategy
from strategies.trust import queue
from strategies.trust.display import trust_context
from strategies.trust.queue import TrustError


@login_required
def strategy_trust(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The checks as a part of the page; POST has the shown result checked."""
    strategy = _find(request, pk)
    if strategy.current_run is None:
        raise Http404
    if request.method == "POST":
        try:
            queue.request_check(strategy.current_run)
        except TrustError as error:
            messages.error(request, str(error))
            return _to_tab(strategy)
        strategy = _find(request, pk)
    return _answer(request, strategy)


@login_required
@require_POST
def strategy_trust_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = _find(request, pk)
    check = queue.check_of(strategy.current_run)
    if check is None:
        raise Http404
    queue.life.cancel(check)
    return _answer(request, _find(request, pk))


def _find(request: AuthenticatedRequest, pk: int) -> Strategy:
    strategy: Strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    return strategy


def _answer(request: AuthenticatedRequest, strategy: Strategy) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return _to_tab(strategy)
    assert strategy.current_run is not None
    context = {"strategy": strategy, **trust_context(strategy.current_run)}
    return render(request, "strategies/_trust.html", context)


def _to_tab(strategy: Strategy) -> HttpResponse:
    address = reverse("strategies:strategy-detail", args=[strategy.pk])
    response = redirect(f"{address}?tab=trust")
    return response
