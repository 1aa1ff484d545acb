"""Previews of packs on pages: looked for, started, watched, cancelled; their chart."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.ownership import AuthenticatedRequest
from strategies.models import Pack, PackPreview
from strategies.previews import queue
from strategies.previews.chart import chart_of
from strategies.previews.forms import PreviewForm
from strategies.previews.panel import answer_context, form_address, page_of, panel_context
from strategies.previews.queue import PreviewError
from trader.api.digits import whole_number

PANEL = "packs/_preview_panel.html"


@login_required
def preview_of(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The panel for what a form asks; on POST its answer is started where there is none."""
    pack = get_object_or_404(Pack.objects.for_user(request.user), pk=pk)
    is_start = request.method == "POST"
    form = PreviewForm(request.user, pack, request.POST if is_start else request.GET)
    context = panel_context(form)
    if is_start and "asked" in context:
        context |= _started(pack, form)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(form_address(form))
    response = render(request, PANEL, {**context, "is_swapped": True})
    response["HX-Replace-Url"] = form_address(form)
    return response


def _started(pack: Pack, form: PreviewForm) -> dict[str, object]:
    question = form.question()
    assert question is not None
    try:
        return answer_context(queue.start(pack, question))
    except PreviewError as error:
        form.add_error(None, str(error))
        return {"refusal": str(error)}


@login_required
@require_safe
def preview_detail(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    """The panel while it is computed and when it is done; without htmx the page that asks it."""
    preview = _find(request, code)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(page_of(preview))
    return render(request, PANEL, answer_context(preview))


@login_required
@require_POST
def preview_cancel(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    preview = queue.life.cancel(_find(request, code))
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(page_of(preview))
    return render(request, PANEL, answer_context(preview))


@login_required
@require_safe
def preview_chart(request: AuthenticatedRequest, code: uuid.UUID) -> JsonResponse:
    """A stretch of the chart, the newest one or that before `before`."""
    rows = PackPreview.objects.for_user(request.user).select_related("pack")
    preview = get_object_or_404(rows, code=code)
    return JsonResponse(chart_of(preview, whole_number(request.GET.get("before", ""))))


def _find(request: AuthenticatedRequest, code: uuid.UUID) -> PackPreview:
    rows = PackPreview.objects.for_user(request.user).select_related("pack").defer("chart")
    found: PackPreview = get_object_or_404(rows, code=code)
    return found
