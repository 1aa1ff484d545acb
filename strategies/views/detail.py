"""One strategy: its result in tabs, and what can be done with it."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from market import bars as market_bars
from market import clock
from strategies import hooks
from strategies.display import ShownStrategy
from strategies.engine.errors import StrategyError
from strategies.listing import restoring
from strategies.models import Pack, Run, Strategy
from strategies.packs.display import ShownPack
from strategies.packs.names import PackNames
from strategies.runs import queue
from strategies.runs.analytics import Choice, analytics_tab
from strategies.runs.aside_display import extended_context, what_if_context
from strategies.runs.display import (
    Context,
    band_context,
    cost_context,
    equity_context,
    trades_context,
    unfinished_context,
)
from strategies.runs.queue import RunLimitError
from strategies.runs.slice_tables import earning_tab, states_tab
from strategies.runs.trade_table import NAMES as TABLE_NAMES
from strategies.runs.trade_table import TradeTable
from strategies.saving import changes
from strategies.trust.display import trust_context, worst_verdict
from strategies.verdict import verdict_of
from strategies.versions.history import history_context
from strategies.versions.marks import edits_context


class Viewed(NamedTuple):
    """A shown result, and what of its page was asked for."""

    request: AuthenticatedRequest
    strategy: Strategy
    run: Run
    names: PackNames


class Tab(NamedTuple):
    label: str
    context: Callable[[Viewed], Context]


def _find(request: AuthenticatedRequest, pk: int) -> Strategy:
    # The curve that lists draw is as long as the result, which has it as well.
    rows = Strategy.objects.shown_to(request.user).defer("equity_curve_data")
    strategy: Strategy = get_object_or_404(rows, pk=pk)
    return strategy


@login_required
def strategy_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The header, and of the tabs only the one that is shown."""
    strategy = _find(request, pk)
    names = PackNames(Pack.objects.for_user(request.user))
    shown = ShownStrategy(strategy, names, clock.now(strategy.data_source))
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "equity"
    context: Context = {
        "strategy": strategy,
        "row": shown,
        "tabs": [(key, one.label) for key, one in TABS.items()],
        "tab": tab,
        "stale": [*shown.stale_reasons, *_data_reasons(strategy)],
        "active_run": _latest_unshown(strategy),
        "live": hooks.live_state_of(strategy),
        "refresh": getattr(strategy, "forward_refresh", None),
        "is_held_still": _is_held_still(request, tab),
    }
    run = strategy.current_run
    if run is not None:
        context.update(cost_context(run), **band_context(run), worst_check=worst_verdict(run))
        context["verdict"] = verdict_of(run)
        context.update(TABS[tab].context(Viewed(request, strategy, run, names)))
    return render(request, "strategies/detail.html", context)


def _equity(viewed: Viewed) -> Context:
    edits = edits_context(viewed.strategy, viewed.run)
    return {**equity_context(viewed.run, viewed.names), **edits}


def _analytics(viewed: Viewed) -> Context:
    choice = Choice.of_query(viewed.request.GET)
    return {"analytics": analytics_tab(viewed.run.result, choice)}


def _chart(viewed: Viewed) -> Context:
    """The page loads it by itself."""
    return {}


def _trades(viewed: Viewed) -> Context:
    page_url = f"{viewed.strategy.get_absolute_url()}?tab=trades"
    table = TradeTable(viewed.run, viewed.request.GET, page_url, is_tab=True)
    return {**trades_context(table), **unfinished_context(viewed.run, viewed.names)}


def _states(viewed: Viewed) -> Context:
    return states_tab(viewed.run, viewed.names)


def _earning(viewed: Viewed) -> Context:
    return {**earning_tab(viewed.run), **what_if_context(viewed.run, viewed.strategy)}


def _extended(viewed: Viewed) -> Context:
    return extended_context(viewed.strategy, viewed.names)


def _trust(viewed: Viewed) -> Context:
    return trust_context(viewed.run)


def _configuration(viewed: Viewed) -> Context:
    used = set(viewed.strategy.pack_uses.values_list("pack_id", flat=True))
    packs = [ShownPack(pack) for pack in viewed.names.packs if pack.pack_id in used]
    return {"result": viewed.run.result, "used_packs": packs}


def _history(viewed: Viewed) -> Context:
    page = viewed.request.GET.get("page")
    return history_context(viewed.strategy, viewed.names, viewed.request.user, page)


TABS = {
    "equity": Tab("Equity & KPIs", _equity),
    "extended": Tab("Extended", _extended),
    "chart": Tab("Price chart", _chart),
    "trades": Tab("Trades", _trades),
    "states": Tab("Confluence analysis", _states),
    "earning": Tab("When it earns", _earning),
    "analytics": Tab("Analytics", _analytics),
    "trust": Tab("Trust", _trust),
    "configuration": Tab("Configuration", _configuration),
    "history": Tab("History", _history),
}


# Tabs in which somebody may be typing or looking at one place: newer results wait until asked for.
HELD_STILL = ("chart", "analytics", "trust", "extended", "states", "earning")


def _is_held_still(request: AuthenticatedRequest, tab: str) -> bool:
    """Trades move on as long as nobody has put them in an order, or looks at a page of them."""
    is_chosen = any(request.GET.get(name) for name in TABLE_NAMES)
    return tab in HELD_STILL or (tab == "trades" and is_chosen)


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
@require_POST
def strategy_backtest(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = _find(request, pk)
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
        saved = changes.clone_strategy(_find(request, pk))
    except StrategyError as error:
        messages.error(request, f"It can't be copied as it is: {error}")
        return redirect("strategies:strategy-detail", pk)
    messages.success(request, saved.announcement)
    return redirect(saved.strategy)


@login_required
def strategy_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say what goes, then delete on POST."""
    strategy = _find(request, pk)
    if request.method == "POST":
        changes.delete_strategy(strategy, confirmed=True)
        text = f"“{strategy.name}” lies in the bin for {changes.KEEP_DELETED.days} days."
        messages.success(request, text, extra_tags=restoring([strategy]))
        return redirect("strategies:strategy-list")
    context = {
        "strategy": strategy,
        "n_trades": strategy.trades.count(),
        "n_runs": strategy.runs.count(),
        "losses": hooks.losses_of(strategy),
    }
    return render(request, "strategies/delete.html", context)
