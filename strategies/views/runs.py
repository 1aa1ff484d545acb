"""Runs on pages: started from the builder, watched, cancelled; their trades and chart."""

import re
import uuid

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.builder.draft import Draft
from strategies.engine.errors import StrategyError
from strategies.forward import queue as forward
from strategies.models import Pack, Run, Strategy
from strategies.packs.names import PackNames
from strategies.runs import queue
from strategies.runs.charts import MOST_PARTS
from strategies.runs.display import trades_context
from strategies.runs.drawn import chart_of, newer_of
from strategies.runs.queue import RunLimitError
from strategies.runs.trade_table import TradeTable
from strategies.verdict import judged_context
from trader.api.digits import whole_number

EDITOR = re.compile(r"/strategies/(\d{1,15})/edit/")


@login_required
@require_POST
def preview_start(request: AuthenticatedRequest) -> HttpResponse:
    """Start a backtest of the builder's unsaved state; answers with the run's panel."""
    draft = Draft(request.user, request.POST)
    if not draft.form.is_valid():
        return _refused(request, [str(e) for errors in draft.form.errors.values() for e in errors])
    try:
        record, replaced = draft.form.as_record(), _replaced(request)
        run = queue.start_backtest(request.user, record, replaces=replaced)
    except StrategyError as error:
        return _refused(request, [f"{field}: {text}" for field, text in error.errors])
    except RunLimitError as error:
        return _refused(request, [str(error)])
    return render(request, "strategies/_run.html", judged_context(run, draft.names))


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
        return render(request, "strategies/run.html", judged_context(run, _names(request)))
    return _panel(request, run)


def _names(request: AuthenticatedRequest) -> PackNames:
    return PackNames(Pack.objects.for_user(request.user))


def _panel(request: AuthenticatedRequest, run: Run) -> HttpResponse:
    """The run's part of a page; `brief` is the line above an earlier result."""
    if "brief" not in request.GET:
        context = {**judged_context(run, _names(request)), "edited_pk": _edited_pk(request)}
        return render(request, "strategies/_run.html", context)
    context = {"run": run, "strategy": run.strategy}
    response = render(request, "strategies/_active_run.html", context)
    if run.status == Run.Status.SUCCEEDED:
        response["HX-Refresh"] = "true"
    return response


def _edited_pk(request: AuthenticatedRequest) -> str:
    """Of the strategy in whose editor the panel stands, to compare with; empty elsewhere."""
    found = EDITOR.search(request.headers.get("HX-Current-URL", ""))
    return found[1] if found else ""


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
    """One page of a run's trades: a part for htmx, else a page of its own.

    `trades` brings what the address of the page around the part says of them.
    """
    run = get_object_or_404(Run.objects.for_user(request.user), code=code)
    name = "_trades" if request.htmx else "run_trades"  # type: ignore[attr-defined]
    asked = QueryDict(request.GET["trades"]) if "trades" in request.GET else request.GET
    table = TradeTable(run, asked, reverse("strategies:run-trades", args=[run.code]))
    return render(request, f"strategies/{name}.html", trades_context(table))


@login_required
def run_chart(request: AuthenticatedRequest, code: uuid.UUID) -> JsonResponse:
    return _chart(request, get_object_or_404(Run.objects.for_user(request.user), code=code))


@login_required
def strategy_chart(request: AuthenticatedRequest, pk: int) -> JsonResponse:
    """The chart of the shown result."""
    mine = Strategy.objects.for_user(request.user).select_related("current_run")
    strategy = get_object_or_404(mine, pk=pk)
    after_ts = _number(request, "after")
    if strategy.current_run is None or after_ts is None:
        return _chart(request, strategy.current_run)
    found = newer_of(strategy.current_run, after_ts)
    if found["n_newer"] and strategy.alert_tracking_enabled:
        # Somebody looks on: the result takes in what has come, as when a trade begins or ends.
        with transaction.atomic():
            forward.ask([strategy])
    return JsonResponse(found)


def _chart(request: AuthenticatedRequest, run: Run | None) -> JsonResponse:
    """A stretch of the chart before `before`, or all of it from `after` on."""
    after_ts = _number(request, "after")
    if run is not None and after_ts is not None:
        return JsonResponse(newer_of(run, after_ts))
    parts = _number(request, "parts")
    n_parts = 2 if parts is None else min(max(parts, 1), MOST_PARTS)
    return JsonResponse(chart_of(run, _number(request, "before"), n_parts))


def _number(request: AuthenticatedRequest, name: str) -> int | None:
    return whole_number(request.GET.get(name, ""))
