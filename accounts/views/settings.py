"""The settings page: display, defaults, costs, account. Each form is saved by itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import CostsForm, DefaultsForm, DisplayForm, PreferenceForm, ProfileForm
from accounts.models import User, UserSettings
from accounts.openings import OpenedForm
from accounts.ownership import AuthenticatedRequest

PAGE = "accounts/settings.html"


def settings_row(request: AuthenticatedRequest) -> UserSettings:
    row, _ = UserSettings.objects.get_or_create(user=request.user)
    return row


def page_context(request: AuthenticatedRequest, **forms: BaseForm) -> dict[str, object]:
    """The whole page; a form that was refused replaces its fresh twin, so nothing typed is lost."""
    row = settings_row(request)
    return {
        "display_form": DisplayForm(instance=row),
        "defaults_form": DefaultsForm(instance=row),
        "costs_form": CostsForm(instance=row),
        "profile_form": ProfileForm(instance=request.user),
        **forms,
    }


def save_or_show(
    request: AuthenticatedRequest,
    form: OpenedForm[User] | OpenedForm[UserSettings],
    section: str,
    done: str,
) -> HttpResponse:
    """Only the section of the form is answered, where the page can take it: what was typed in the
    others stays.
    """
    is_saved = form.is_valid()
    if is_saved:
        form.save()
    refused = {} if is_saved else {f"{section}_form": form}
    if request.htmx:
        context = page_context(request, **refused) | {"saved": done if is_saved else ""}
        return render(request, f"accounts/_{section}.html", context)
    if refused:
        status = 422 if form.conflict is None else 409
        return render(request, PAGE, page_context(request, **refused), status=status)
    messages.success(request, done)
    return redirect(reverse("accounts:settings") + f"#{section}")


@login_required
@require_safe
def settings_page(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, PAGE, page_context(request))


@login_required
@require_POST
def display_save(request: AuthenticatedRequest) -> HttpResponse:
    form = DisplayForm(request.POST, instance=settings_row(request))
    return save_or_show(request, form, "display", "Display settings are saved.")


@login_required
@require_POST
def defaults_save(request: AuthenticatedRequest) -> HttpResponse:
    form = DefaultsForm(request.POST, instance=settings_row(request))
    return save_or_show(request, form, "defaults", "Defaults for new strategies are saved.")


@login_required
@require_POST
def costs_save(request: AuthenticatedRequest) -> HttpResponse:
    form = CostsForm(request.POST, instance=settings_row(request))
    return save_or_show(request, form, "costs", "Costs of new strategies are saved.")


@login_required
@require_POST
def profile_save(request: AuthenticatedRequest) -> HttpResponse:
    form = ProfileForm(request.POST, instance=request.user)
    return save_or_show(request, form, "profile", "Your profile is saved.")


@login_required
@require_POST
def preference_save(request: AuthenticatedRequest) -> HttpResponse:
    """The theme and sound switches of the frame."""
    form = PreferenceForm(request.POST, instance=settings_row(request))
    if not form.is_valid():
        return HttpResponse("Not a preference that exists.", status=422)
    form.save()
    return HttpResponse(status=204)
