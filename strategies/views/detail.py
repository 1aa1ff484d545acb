"""One strategy: its result in tabs, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from market import bars as market_bars
from market import clock
from strategies import hooks
from strategies.display import StrategyRow
from strategies.engine.errors import StrategyError
from strategies.models import Pack, Run, Strategy
from strategies.packs.display import PackRow
from strategies.runs import queue
from strategies.runs.analytics import Choice, analytics_rows
from strategies.runs.display import result_context
from strategies.runs.queue import RunLimitError
from strategies.saving import changes
from strategies.saving.asking import ConfirmationNeededError
from strategies.trust.display import trust_context
from strategies.views.runs import chart_response, trades_context

TABS = {
    "equity": "Equity & KPIs",
    "analytics": "Analytics",
    "chart": "Price chart",
    "trades": "Trades",
    "trust": "Trust",
    "configuration": "Configuration",
}


def find_strategy(request: AuthenticatedRequest, pk: int) -> Strategy:
    rows = Strategy.objects.for_user(request.user).with_span().select_related("user")
    strategy: Strategy = get_object_or_404(rows, pk=pk)
    return strategy


@login_required
def strategy_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = find_strategy(request, pk)
    return render(request, "strategies/detail.html", _context(request, strategy))


def _context(request: AuthenticatedRequest, strategy: Strategy) -> dict[str, Any]:
    tab = request.GET.get("tab", "equity")
    packs = list(Pack.objects.for_user(request.user))
    row = StrategyRow(strategy, packs, clock.now(strategy.data_source))
    used = set(strategy.pack_uses.values_list("pack_id", flat=True))
    context: dict[str, Any] = {
        "strategy": strategy,
        "row": row,
        "tabs": TABS.items(),
        "tab": tab if tab in TABS else "equity",
        "used_packs": [PackRow(pack) for pack in packs if pack.pack_id in used],
        "stale": [*row.stale_reasons, *_data_reasons(strategy)],
        "active_run": _latest_unshown(strategy),
    }
    run = strategy.current_run
    if run is not None:
        context.update(result_context(run))
        context.update(trades_context(run, request.GET.get("page")))
        context.update(trust_context(run))
        if context["tab"] == "analytics":
            context["analytics"] = analytics_rows(run.result, Choice.of_query(request.GET))
    return context


def _latest_unshown(strategy: Strategy) -> Run | None:
    """A run that is under way, or failed after the one that is shown."""
    latest: Run | None = strategy.runs.order_by("-created_at", "-pk").first()
    if latest is None or latest.pk == strategy.current_run_id:
        return None
    return latest if latest.status != Run.Status.SUCCEEDED else None


def _data_reasons(strategy: Strategy) -> list[str]:
    run = strategy.current_run
    if run is None or not run.data_version:
        return []
    address = (
        strategy.data_source,
        strategy.symbol,
        strategy.timeframe,
        strategy.trading_session,
    )
    is_current = market_bars.is_current(run.data_version, *address)
    return [] if is_current else ["stored bars were corrected or added"]


@login_required
def strategy_chart(request: AuthenticatedRequest, pk: int) -> JsonResponse:
    return chart_response(request, find_strategy(request, pk).current_run)


@login_required
@require_POST
def strategy_backtest(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = find_strategy(request, pk)
    try:
        queue.start_backtest(request.user, strategy)
    except RunLimitError as error:
        messages.error(request, str(error))
    except StrategyError as error:
        messages.error(request, f"It can't be run as it is: {error}")
    return redirect(strategy)


@login_required
@require_POST
def strategy_clone(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    try:
        saved = changes.clone_strategy(find_strategy(request, pk))
    except StrategyError as error:
        messages.error(request, f"It can't be copied as it is: {error}")
        return redirect("strategies:strategy-detail", pk)
    messages.success(request, saved.announcement)
    return redirect(saved.strategy)


@login_required
def strategy_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say what goes, then delete on POST."""
    strategy = find_strategy(request, pk)
    if request.method == "POST":
        changes.delete_strategy(strategy, confirmed=True)
        messages.success(request, f"“{strategy.name}” is deleted.")
        return redirect("strategies:strategy-list")
    context = {
        "strategy": strategy,
        "n_trades": strategy.trades.count(),
        "n_runs": strategy.runs.count(),
        "losses": hooks.losses_of(strategy),
    }
    return render(request, "strategies/delete.html", context)


@login_required
@require_POST
def strategy_monitor(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put the strategy under the monitor or take it out; asks when that forgets a position."""
    strategy = find_strategy(request, pk)
    wanted = request.POST.get("enabled") == "1"
    is_confirmed = request.POST.get("confirmed") == "on"
    try:
        changes.set_monitoring(strategy, wanted, confirmed=is_confirmed)
    except ConfirmationNeededError as error:
        context = {"strategy": strategy, "losses": error.losses}
        return render(request, "strategies/unmonitor.html", context, status=409)
    messages.success(
        request,
        "Monitored: its signals become alerts while the monitor runs."
        if wanted
        else "No longer monitored.",
    )
    return redirect(strategy)
