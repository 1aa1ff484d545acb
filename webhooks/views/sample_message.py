"""A test of one endpoint: its body is shown, and sent once that is confirmed."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.ownership import AuthenticatedRequest
from webhooks.display import panel_context
from webhooks.events import EventType
from webhooks.models import Endpoint
from webhooks.outbound.dispatch import send_test
from webhooks.previews import is_confirmed_by_name, tested_event, trial


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint_test(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    """Nothing is sent before its body was seen, and no order without the endpoint's name."""
    rows = Endpoint.objects.for_user(request.user).select_related("template")
    endpoint: Endpoint = get_object_or_404(rows, code=code)
    data = request.POST if request.method == "POST" else request.GET
    event = tested_event(endpoint, data.get("event", ""))
    row = trial(endpoint, event)
    problem = ""
    if request.method == "POST":
        if not row.needs_name or is_confirmed_by_name(endpoint, data.get("name", "")):
            return _sent(request, endpoint, event)
        problem = f"Type the name of the endpoint, {endpoint.name}, to send it."
    context = {
        "endpoint": endpoint,
        "trial": row,
        "problem": problem,
        "events": [
            (one.value, one.label, one.value == event)
            for one in EventType
            if one.value in endpoint.events
        ],
    }
    if request.htmx:
        return render(request, "webhooks/_test_panel.html", context)
    return render(request, "webhooks/endpoint_test.html", context, status=422 if problem else 200)


def _sent(request: AuthenticatedRequest, endpoint: Endpoint, event: str) -> HttpResponse:
    delivery = send_test(endpoint, event)
    if request.htmx:
        return render(request, "webhooks/_delivery_panel.html", panel_context(delivery))
    return redirect("webhooks:delivery-detail", delivery.code)
