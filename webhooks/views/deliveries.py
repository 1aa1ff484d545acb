"""The delivery log over all endpoints, one delivery with its attempts, sending it again."""

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.ownership import AuthenticatedRequest
from webhooks import hooks
from webhooks.display import log_context, panel_context, wants_log_only
from webhooks.models import Delivery
from webhooks.outbound.resending import ResendError, drop, release, resend, settle
from webhooks.outbound.waits import describe


def get_delivery(request: HttpRequest, code: uuid.UUID) -> Delivery:
    delivery: Delivery = get_object_or_404(
        Delivery.objects.for_user(request.user)
        .select_related("endpoint", "lane")
        .prefetch_related("attempts"),
        code=code,
    )
    describe([delivery], timezone.now())
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
    delivery = get_delivery(request, code)
    found = hooks.origins(request.user, delivery.message_code)
    context = {**panel_context(delivery), "origins": found}
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
    again = partial(resend, confirmed="confirm" in request.POST)
    return _decide(request, code, again, "The message is on its way again, with the same id.")


@login_required
@require_POST
def delivery_release(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    return _decide(request, code, release, "The entry is on its way.")


@login_required
@require_POST
def delivery_drop(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    return _decide(request, code, drop, "The entry was dropped; its exit will not be sent either.")


@login_required
@require_POST
def delivery_settle(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    return _decide(request, code, settle, "Noted: you are flat. Later entries go out again.")


def _decide(
    request: AuthenticatedRequest,
    code: uuid.UUID,
    decision: Callable[[Delivery], None],
    said: str,
) -> HttpResponse:
    """Do what the owner decided about this delivery and go back to its page."""
    try:
        decision(get_delivery(request, code))
    except ResendError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, said)
    return redirect("webhooks:delivery-detail", code)
