"""What would be sent, while it is being written; nothing is stored."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from webhooks.bodies.meaning import meant_events, suited_events
from webhooks.drafts import draft_context, draft_endpoint, draft_template, form_of
from webhooks.events import EventType
from webhooks.meaning_rules import CONFIRM
from webhooks.previews import template_previews


@login_required
@require_POST
def payload_preview(request: AuthenticatedRequest) -> HttpResponse:
    """Of the endpoint in the form. A template that has just been chosen ticks its events."""
    draft = draft_endpoint(request.user, request.POST)
    is_preset = "preset" in request.POST
    if is_preset:
        draft.events = suited_events(draft)
    context = {
        "form": form_of(request.user, draft, CONFIRM in request.POST),
        "is_preset": is_preset,
        **draft_context(draft),
    }
    return render(request, "webhooks/_preview.html", context)


@login_required
@require_POST
def template_preview(request: AuthenticatedRequest) -> HttpResponse:
    draft = draft_template(request.POST)
    events = meant_events(draft)
    context = {"previews": template_previews(draft), "suited": [EventType(e).label for e in events]}
    return render(request, "webhooks/_template_preview.html", context)
