"""The list of strategies as cards, and its empty state."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from market import clock
from strategies.display import shown_strategies
from strategies.engine.errors import StrategyError
from strategies.models import Pack, Strategy
from strategies.packs.names import PackNames
from strategies.querysets import SORTS
from strategies.saving.sample import create_sample_strategy

PER_PAGE = 20
SORT_LABELS = {
    "newest": "Newest",
    "oldest": "Oldest",
    "name": "Name",
    "win_rate": "Win rate",
    "profit_factor": "Profit factor",
    "total_r": "Total R",
    "daily_r": "Daily R",
    "max_drawdown": "Max drawdown",
}


@login_required
def strategy_list(request: AuthenticatedRequest) -> HttpResponse:
    """Cards with filters and order; the query count does not grow with the number of cards."""
    mine = Strategy.objects.for_user(request.user).listed()
    symbols = sorted(mine.order_by().values_list("symbol", flat=True).distinct())
    shown = mine
    chosen = _chosen(request)
    if chosen["symbol"]:
        shown = shown.filter(symbol=chosen["symbol"])
    if chosen["direction"]:
        shown = shown.filter(direction=chosen["direction"])
    if chosen["q"]:
        shown = shown.filter(name__icontains=chosen["q"])
    ordered = shown.sorted_by(chosen["sort"]).with_span()
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    names = PackNames(Pack.objects.for_user(request.user))
    clocks = clock.now_of(one.data_source for one in page)
    context = {
        "rows": shown_strategies(page, names, clocks),
        "page": page,
        "chosen": chosen,
        "symbols": symbols,
        "sorts": SORT_LABELS.items(),
        "has_any": bool(symbols),
    }
    return render(request, "strategies/list.html", context)


def _chosen(request: AuthenticatedRequest) -> dict[str, str]:
    sort = request.GET.get("sort", "newest")
    return {
        "symbol": _text(request, "symbol"),
        "direction": _text(request, "direction"),
        "q": _text(request, "q"),
        "sort": sort if sort in SORTS else "newest",
    }


def _text(request: AuthenticatedRequest, name: str) -> str:
    """What was asked for, without the null characters that PostgreSQL refuses to compare."""
    return request.GET.get(name, "").replace("\0", "").strip()[:120]


@login_required
@require_POST
def strategy_sample(request: AuthenticatedRequest) -> HttpResponse:
    """Give the user a strategy that is known to work on the recorded bars."""
    try:
        saved = create_sample_strategy(request.user)
    except StrategyError as error:
        messages.error(request, f"The sample can't be loaded: {error}")
        return redirect("strategies:strategy-list")
    messages.success(request, saved.announcement)
    return redirect(saved.strategy)
