"""Runs on pages: started from the builder, watched, cancelled; their trades and chart."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from market.prices import decimals_of
from strategies.builder.form import BuilderForm
from strategies.builder.offers import source_offers
from strategies.builder.state import default_state, state_of_query
from strategies.engine.errors import StrategyError
from strategies.models import Pack, Run
from strategies.runs import queue
from strategies.runs.charts import chart_page
from strategies.runs.display import chart_trades, run_context
from strategies.runs.queue import RunLimitError
from strategies.words.trades import trigger_names

TRADES_PER_PAGE = 50
MAX_CHART_PARTS = 10


@login_required
@require_POST
def preview_start(request: AuthenticatedRequest) -> HttpResponse:
    """Start a backtest of the builder's unsaved state; answers with the run's panel."""
    packs = list(Pack.objects.for_user(request.user))
    sources = source_offers(request.user)
    state = state_of_query(request.POST, default_state(request.user, sources), packs)
    form = BuilderForm(packs, sources, state)
    if not form.is_valid():
        return _refused(request, [str(e) for errors in form.errors.values() for e in errors])
    try:
        run = queue.start_backtest(request.user, form.record(), replaces=_replaced(request))
    except StrategyError as error:
        return _refused(request, [f"{field}: {text}" for field, text in error.errors])
    except RunLimitError as error:
        return _refused(request, [str(error)])
    return render(request, "strategies/_run.html", run_context(run))


def _replaced(request: AuthenticatedRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("replaces", ""))
    except ValueError:
        return None


def _refused(request: AuthenticatedRequest, errors: list[str]) -> HttpResponse:
    active = Run.objects.for_user(request.user).active().order_by("created_at")
    context = {"errors": errors, "active": active}
    return render(request, "strategies/_run_refused.html", context)


@login_required
def run_detail(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    """The run's panel while it works and when it is done; the whole page without htmx."""
    run = get_object_or_404(Run.objects.for_user(request.user), code=code)
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "strategies/run.html", run_context(run))
    return _panel(request, run)


def _panel(request: AuthenticatedRequest, run: Run) -> HttpResponse:
    """The run's part of a page; `brief` is the line above an earlier result."""
    if "brief" not in request.GET:
        return render(request, "strategies/_run.html", run_context(run))
    context = {"run": run, "strategy": run.strategy}
    response = render(request, "strategies/_active_run.html", context)
    if run.status == Run.Status.SUCCEEDED:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def run_cancel(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    run = get_object_or_404(Run.objects.for_user(request.user), code=code)
    run = queue.life.cancel(run)
    if request.htmx:  # type: ignore[attr-defined]
        return _panel(request, run)
    return redirect(run.strategy or run)


@login_required
def run_trades(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    """One page of a run's trades, newest first: a part for htmx, else a page of its own."""
    run = get_object_or_404(Run.objects.for_user(request.user), code=code)
    name = "_trades" if request.htmx else "run_trades"  # type: ignore[attr-defined]
    context = trades_context(run, request.GET.get("page"))
    return render(request, f"strategies/{name}.html", context)


def trades_context(run: Run, page: str | None) -> dict[str, Any]:
    rows = run.trades.order_by("-number")
    return {
        "run": run,
        "trades": Paginator(rows, TRADES_PER_PAGE).get_page(page),
        "decimals": decimals_of(run.symbol),
        "trigger_names": trigger_names(run),
    }


@login_required
def run_chart(request: AuthenticatedRequest, code: uuid.UUID) -> JsonResponse:
    run = get_object_or_404(Run.objects.for_user(request.user), code=code)
    return chart_response(request, run)


def chart_response(request: AuthenticatedRequest, run: Run | None) -> JsonResponse:
    """A stretch of the chart before `before`, with the trades and markers inside it."""
    if run is None:
        return JsonResponse({"bars": [], "overlays": [], "markers": [], "trades": []})
    page = chart_page(run, _number(request, "before"), _number(request, "parts") or 2)
    return JsonResponse({**page, **chart_trades(run, page)})


def _number(request: AuthenticatedRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
    if name == "parts" and value is not None:
        return min(max(value, 1), MAX_CHART_PARTS)
    return value
