"""The drill-down on the builder's page: tabs, cards as they come, what starts and ends it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.drilldown import queue
from strategies.drilldown.asking import Question
from strategies.drilldown.page import drill_context, told
from strategies.engine.errors import StrategyError
from strategies.models import Drilldown, Strategy
from strategies.runs.queue import RunLimitError


@login_required
def drill_panel(request: AuthenticatedRequest, pk: int | None = None) -> HttpResponse:
    """The section as it is now; the whole page without htmx."""
    question = _question(request, request.GET, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(question.address())
    return _section(request, question)


@login_required
@require_POST
def drill_start(request: AuthenticatedRequest, pk: int | None = None) -> HttpResponse:
    """Ask what the address asks, unless the answer is known; answers with the section."""
    question = _question(request, request.POST, pk)
    if question.asked is None or question.fault:
        return _section(request, question)
    try:
        row = question.find() or question.start(_replaced(request))
    except StrategyError as error:
        return _section(request, question, fault=told(error))
    except RunLimitError as error:
        return _section(request, question, fault=str(error))
    return _section(request, question, row)


@login_required
@require_POST
def drill_cancel(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    """Stop it; the cards that are known stay."""
    row = get_object_or_404(Drilldown.objects.for_user(request.user), code=code)
    queue.life.cancel(row)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("strategies:strategy-create")
    return HttpResponse(status=204)


def _question(request: AuthenticatedRequest, query: QueryDict, pk: int | None) -> Question:
    strategy = None
    if pk is not None:
        strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    return Question(request.user, query, strategy)


def _replaced(request: AuthenticatedRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("drill_replaces", ""))
    except ValueError:
        return None


def _section(
    request: AuthenticatedRequest,
    question: Question,
    row: Drilldown | None = None,
    fault: str = "",
) -> HttpResponse:
    context = {**drill_context(question, row, fault), "builder": question.draft}
    response = render(request, "strategies/_drill_inside.html", context)
    # A tab that has been opened can be left by the back button; a filter is none.
    is_opened = "drill_push" in request.POST
    header = "HX-Push-Url" if is_opened else "HX-Replace-Url"
    response[header] = question.address()
    return response
