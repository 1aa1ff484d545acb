"""Endpoints: list with health, form, detail with log, secret, test and resend."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import events
from accounts.openings import locked
from accounts.ownership import AuthenticatedRequest
from trader.work.plural import counted
from webhooks import hooks
from webhooks.bodies.placeholders import PLACEHOLDERS
from webhooks.display import (
    listed,
    log_context,
    lost_exits,
    rotation_end,
    subject_labels,
    undecided,
    waiting_by_endpoint,
    wants_log_only,
)
from webhooks.drafts import draft_context, draft_endpoint, first_draft
from webhooks.forms import EndpointForm
from webhooks.models import Endpoint
from webhooks.models.endpoint import OFF_BY_OWNER
from webhooks.outbound.circuit import disable_endpoint, enable_endpoint
from webhooks.outbound.dispatch import delete_endpoint, rotate_secret
from webhooks.outbound.resending import ResendError, resend_failed_since
from webhooks.outbound.snippets import SNIPPETS
from webhooks.previews import previews, warnings_of
from webhooks.querysets import RESENDABLE_STATES

RESEND_SPANS = {"1": "the last hour", "24": "the last day", "168": "the last week"}


def get_endpoint(request: HttpRequest, code: uuid.UUID) -> Endpoint:
    endpoint: Endpoint = get_object_or_404(
        Endpoint.objects.for_user(request.user).select_related("template"), code=code
    )
    return endpoint


@login_required
@require_safe
def endpoint_list(request: AuthenticatedRequest) -> HttpResponse:
    since = timezone.now() - timedelta(days=1)
    recent = Q(deliveries__created_at__gte=since)
    endpoints = Endpoint.objects.for_user(request.user).annotate(
        n_day=Count("deliveries", filter=recent),
        n_day_lost=Count("deliveries", filter=recent & Q(deliveries__state__in=RESENDABLE_STATES)),
    )
    waiting = waiting_by_endpoint(request.user)
    context = {
        "rows": [listed(endpoint, waiting.get(endpoint.pk)) for endpoint in endpoints],
        "lost_exits": lost_exits(request.user),
        **undecided(request.user),
    }
    return render(request, "webhooks/endpoint_list.html", context)


@login_required
def endpoint_create(request: AuthenticatedRequest) -> HttpResponse:
    return _edit(request, None)


@login_required
def endpoint_edit(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    return _edit(request, get_endpoint(request, code))


def _edit(request: AuthenticatedRequest, endpoint: Endpoint | None) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, endpoint)
    with transaction.atomic():
        return _form_page(request, endpoint and locked(endpoint))


def _form_page(request: AuthenticatedRequest, endpoint: Endpoint | None) -> HttpResponse:
    form = EndpointForm(request.user, request.POST or None, instance=endpoint)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if form.url_warning:
            messages.warning(request, form.url_warning)
        messages.success(request, f"{saved.name} was saved.")
        return redirect("webhooks:endpoint-detail", saved.code)
    draft = draft_endpoint(request.user, request.POST) if form.is_bound else first_draft(form)
    context = {
        "form": form,
        "endpoint": endpoint,
        "placeholders": PLACEHOLDERS.values(),
        "has_subjects": bool(hooks.choices(request.user)),
        **draft_context(draft),
    }
    status = 200 if not form.is_bound else 422 if form.conflict is None else 409
    return render(request, "webhooks/endpoint_form.html", context, status=status)


@login_required
@require_safe
def endpoint_detail(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    return _detail(request, get_endpoint(request, code))


def _detail(
    request: AuthenticatedRequest, endpoint: Endpoint, is_secret_shown: bool = False
) -> HttpResponse:
    context = {
        "endpoint": endpoint,
        "is_secret_shown": is_secret_shown,
        "snippets": SNIPPETS,
        "spans": RESEND_SPANS,
        "previews": previews(endpoint),
        "warnings": warnings_of(endpoint),
        "subject_labels": subject_labels(request.user, endpoint),
        "old_secret_until": rotation_end(endpoint),
        "waiting": waiting_by_endpoint(request.user).get(endpoint.pk),
        **log_context(request.user, request.GET, endpoint),
    }
    if wants_log_only(request):
        return render(request, "webhooks/_delivery_log.html", context)
    return render(request, "webhooks/endpoint_detail.html", context)


@login_required
def endpoint_delete(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    endpoint = get_endpoint(request, code)
    if request.method == "POST":
        name = endpoint.name
        delete_endpoint(endpoint)
        messages.success(request, f"{name} and its delivery log were deleted.")
        return redirect("webhooks:endpoint-list")
    context = {"endpoint": endpoint, "n_deliveries": endpoint.deliveries.count()}
    return render(request, "webhooks/endpoint_delete.html", context)


@login_required
@require_POST
@never_cache
def secret_show(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    endpoint = get_endpoint(request, code)
    if request.htmx:
        context = {"endpoint": endpoint, "is_secret_shown": True}
        return render(request, "webhooks/_secret.html", context)
    return _detail(request, endpoint, is_secret_shown=True)


@login_required
@require_POST
def secret_rotate(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    endpoint = get_endpoint(request, code)
    rotate_secret(endpoint)
    messages.success(
        request,
        "There is a new secret. For 24 hours messages carry both signatures; put the new secret "
        "into your receiver within that time.",
    )
    return redirect("webhooks:endpoint-detail", code)


@login_required
@require_POST
def endpoint_toggle(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    endpoint = get_endpoint(request, code)
    with transaction.atomic():
        events.lock(request.user.pk)
        if endpoint.is_enabled:
            disable_endpoint(endpoint, OFF_BY_OWNER, timezone.now(), tell=False)
        else:
            enable_endpoint(endpoint)
    verb = "sends again" if endpoint.is_enabled else "is off; its messages are kept as skipped"
    messages.success(request, f"{endpoint.name} {verb}.")
    return redirect("webhooks:endpoint-detail", code)


def _resent_text(n_sent: int, n_left: int) -> str:
    """What became of a wish to send again what failed."""
    if n_sent:
        its = counted(n_sent, "message is on its", "messages are on their")
        sent = f"{its} way again."
    else:
        sent = "Nothing was sent again." if n_left else "Nothing failed in this time."
    stale = counted(n_left, "stale message was", "stale messages were")
    return f"{sent} {stale} left alone." if n_left else sent


@login_required
@require_POST
def endpoint_resend(request: AuthenticatedRequest, code: uuid.UUID) -> HttpResponse:
    endpoint = get_endpoint(request, code)
    hours = request.POST.get("hours", "24")
    since = timezone.now() - timedelta(hours=int(hours) if hours in RESEND_SPANS else 24)
    try:
        n_sent, n_left = resend_failed_since(endpoint, since, "entries" in request.POST)
    except ResendError as problem:
        messages.error(request, str(problem))
    else:
        level = messages.SUCCESS if n_sent else messages.INFO
        messages.add_message(request, level, _resent_text(n_sent, n_left))
    return redirect("webhooks:endpoint-detail", code)
