"""Sending a test alert: what it says, whom it reaches, and that orders are confirmed."""

from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.ownership import AuthenticatedRequest
from alerts.sample_alert import FIRST, TESTED, send_test_alert, trials
from webhooks.events import EventType
from webhooks.models import Endpoint
from webhooks.previews import Trial, is_confirmed_by_name


class Choice(NamedTuple):
    """An endpoint as the form shows it; `typed` is what was written beside it."""

    trial: Trial
    is_chosen: bool
    typed: str
    problem: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def alert_test(request: AuthenticatedRequest) -> HttpResponse:
    """Shows every body first; by default the alert reaches no endpoint."""
    data = request.POST if request.method == "POST" else request.GET
    event = data.get("event", FIRST)
    event = event if event in TESTED else FIRST
    rows = [_choice(row, data) for row in trials(request.user, event)]
    has_problem = any(row.problem for row in rows)
    if request.method == "POST" and not has_problem:
        return _sent(request, event, [row.trial.endpoint for row in rows if row.is_chosen])
    context = {
        "rows": rows,
        "has_problem": has_problem and request.method == "POST",
        "events": [(name, EventType(name).label, name == event) for name in TESTED],
    }
    status = 422 if context["has_problem"] else 200
    is_part = request.headers.get("HX-Target") == "test-endpoints"
    name = "alerts/_test_endpoints.html" if is_part else "alerts/test.html"
    return render(request, name, context, status=status)


def _choice(row: Trial, data: QueryDict) -> Choice:
    code = str(row.endpoint.code)
    is_chosen = row.is_taken and code in data.getlist("endpoints")
    typed = data.get(f"name_{code}", "")
    problem = ""
    if is_chosen and row.needs_name and not is_confirmed_by_name(row.endpoint, typed):
        problem = f"Type the name of the endpoint, {row.endpoint.name}, or untick it."
    return Choice(row, is_chosen, typed, problem)


def _sent(request: AuthenticatedRequest, event: str, chosen: list[Endpoint]) -> HttpResponse:
    alert = send_test_alert(request.user, event, chosen)
    names = ", ".join(endpoint.name for endpoint in chosen)
    where = f"is on its way to {names}" if names else "went to no endpoint"
    messages.success(request, f"A test alert was stored and {where}.")
    return redirect(alert)
