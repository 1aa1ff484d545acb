"""The delivery log over all endpoints, one delivery with its attempts, sending it again."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.ownership import AuthenticatedRequest
from webhooks.display import log_context, panel_context, wants_log_only
from webhooks.models import Delivery
from webhooks.outbound.dispatch import ResendError, resend


def get_delivery(request: HttpRequest, code: uuid.UUID) -> Delivery:
    delivery: Delivery = get_object_or_404(
        Delivery.objects.for_user(request.user)
        .select_related("endpoint")
        .prefetch_related("attempts"),
        code=code,
    )
    return delivery


@login_required
@require_safe
def delivery_list(request: AuthenticatedRequest) -> HttpResponse:
    context = log_context(request.user, request.GET)
    if wants_log_only(request):
        return render(request, "webhooks/_delivery_log.html", context)
    return render(request, "webhooks/delivery_list.html", context)


@login_required
@require_safe
def delivery_detail(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    context = panel_context(get_delivery(request, code))
    return render(request, "webhooks/delivery_detail.html", context)


@login_required
@require_safe
def delivery_panel(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    """State and attempts; the page fetches it again while the delivery is open."""
    context = panel_context(get_delivery(request, code))
    return render(request, "webhooks/_delivery_panel.html", context)


@login_required
@require_POST
def delivery_resend(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    delivery = get_delivery(request, code)
    try:
        resend(delivery, confirmed="confirm" in request.POST)
    except ResendError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The message is on its way again, with the same id and body.")
    return redirect("webhooks:delivery-detail", code)
