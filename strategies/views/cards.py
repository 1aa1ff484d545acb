"""The list of strategies as cards, and its empty state."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.display import shown_strategies
from strategies.engine.errors import StrategyError
from strategies.listing import SORT_LABELS, ListForm, Listing
from strategies.models import Pack
from strategies.packs.names import PackNames
from strategies.periods import LABELS as PERIODS
from strategies.saving.order import MOST_TAGS
from strategies.saving.sample import create_sample_strategy

PER_PAGE = {"cards": 20, "table": 100}
VIEW_KEY = "strategies_view"


@login_required
def strategy_list(request: AuthenticatedRequest) -> HttpResponse:
    """Cards or a table; the query count does not grow with the number of rows."""
    chosen = ListForm(request.GET).chosen()
    view = _view(request, chosen["view"])
    listing = Listing(request.user, chosen)
    pages = Paginator(listing.in_order(), PER_PAGE[view])
    page = pages.get_page(request.GET.get("page"))
    shown = list(page)
    names = PackNames(Pack.objects.for_user(request.user))
    choices = listing.choices()
    context = {
        "rows": shown_strategies(shown, names, listing.clocks, listing.parts(shown)),
        "page": page,
        "chosen": chosen,
        "choices": choices,
        "sorts": SORT_LABELS.items(),
        "view": view,
        "n_narrowing": listing.n_narrowing,
        "has_any": listing.has_any,
        "n_binned": listing.n_binned,
        "period": PERIODS.get(chosen["period"], ""),
        "most_tags": MOST_TAGS,
    }
    return render(request, "strategies/list.html", context)


def _view(request: AuthenticatedRequest, asked: str) -> str:
    """As asked for, else as the last time."""
    if asked:
        request.session[VIEW_KEY] = asked
    kept = request.session.get(VIEW_KEY, "cards")
    return kept if kept in PER_PAGE else "cards"


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
