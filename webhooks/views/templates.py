"""Body templates: the shared defaults to read and copy, one's own to change."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.openings import locked
from accounts.ownership import AuthenticatedRequest
from webhooks.bodies.placeholders import PLACEHOLDERS
from webhooks.drafts import draft_template
from webhooks.forms import TemplateForm
from webhooks.models import Template
from webhooks.previews import template_previews


@login_required
@require_safe
def template_list(request: AuthenticatedRequest) -> HttpResponse:
    own = Q(endpoints__user=request.user)
    rows = Template.objects.for_user(request.user).annotate(
        n_endpoints=Count("endpoints", filter=own)
    )
    context = {
        "own": [row for row in rows if not row.is_default],
        "defaults": [row for row in rows if row.is_default],
    }
    return render(request, "webhooks/template_list.html", context)


@login_required
def template_create(request: AuthenticatedRequest) -> HttpResponse:
    return _edit(request, None)


@login_required
def template_detail(request: AuthenticatedRequest, pk: str) -> HttpResponse:
    """The form of one's own template; a default is shown to read and copy."""
    template: Template = get_object_or_404(Template.objects.for_user(request.user), pk=pk)
    if not template.is_default:
        return _edit(request, template)
    context = {"template": template, "previews": template_previews(template)}
    return render(request, "webhooks/template_default.html", context)


def _edit(request: AuthenticatedRequest, template: Template | None) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, template)
    with transaction.atomic():
        return _form_page(request, template and locked(template))


def _form_page(request: AuthenticatedRequest, template: Template | None) -> HttpResponse:
    form = TemplateForm(request.user, request.POST or None, instance=template)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, f"{saved.name} was saved.")
        return redirect("webhooks:template-list")
    users = template.endpoints.filter(user=request.user) if template else []
    context = {
        "form": form,
        "template": template,
        "endpoints": users,
        "placeholders": PLACEHOLDERS.values(),
        "previews": template_previews(_draft(request, template)),
    }
    status = 200 if not form.is_bound else 422 if form.conflict is None else 409
    return render(request, "webhooks/template_form.html", context, status=status)


def _draft(request: AuthenticatedRequest, template: Template | None) -> Template:
    if request.method == "POST":
        return draft_template(request.POST)
    return template or Template()


@login_required
@require_POST
def template_copy(request: AuthenticatedRequest, pk: str) -> HttpResponse:
    template: Template = get_object_or_404(Template.objects.for_user(request.user), pk=pk)
    copy = copy_template(request, template)
    messages.success(request, f"{copy.name} is yours to change.")
    return redirect("webhooks:template-detail", copy.pk)


def copy_template(request: AuthenticatedRequest, template: Template) -> Template:
    copy: Template = Template.objects.create(
        user=request.user,
        name=f"{template.name[:72]} (copy)",
        category=template.category,
        payload_template=template.payload_template,
        event_bodies=template.event_bodies,
        events=template.events,
    )
    return copy


@login_required
@require_POST
def template_delete(request: AuthenticatedRequest, pk: str) -> HttpResponse:
    template: Template = get_object_or_404(Template.objects.editable_by(request.user), pk=pk)
    users = list(template.endpoints.values_list("name", flat=True))
    if users:
        names = ", ".join(users)
        messages.error(
            request, f"{template.name} is in use by {names}. Choose another there first."
        )
        return redirect("webhooks:template-detail", pk)
    template.delete()
    messages.success(request, f"{template.name} was deleted.")
    return redirect("webhooks:template-list")
