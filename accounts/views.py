"""The settings page: display, defaults for new strategies, account, API keys."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import ApiKeyForm, DefaultsForm, DisplayForm, PreferenceForm, ProfileForm
from accounts.keys import create_key, revoke_key
from accounts.models import ApiKey, User, UserSettings
from accounts.openings import OpenedForm
from accounts.ownership import AuthenticatedRequest

PAGE = "accounts/settings.html"


def settings_row(request: AuthenticatedRequest) -> UserSettings:
    row, _ = UserSettings.objects.get_or_create(user=request.user)
    return row


def page_context(request: AuthenticatedRequest, **forms: BaseForm | str) -> dict[str, object]:
    """The whole page; a form that was refused replaces its fresh twin, so nothing typed is lost."""
    row = settings_row(request)
    return {
        "display_form": DisplayForm(instance=row),
        "defaults_form": DefaultsForm(instance=row),
        "profile_form": ProfileForm(instance=request.user),
        "key_form": ApiKeyForm(request.user),
        "keys": ApiKey.objects.for_user(request.user).usable(),
        **forms,
    }


def save_or_show(
    request: AuthenticatedRequest,
    form: OpenedForm[User] | OpenedForm[UserSettings],
    name: str,
    done: str,
) -> HttpResponse:
    if not form.is_valid():
        status = 422 if form.conflict is None else 409
        return render(request, PAGE, page_context(request, **{name: form}), status=status)
    form.save()
    messages.success(request, done)
    return redirect(reverse("accounts:settings"))


@login_required
@require_safe
def settings_page(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, PAGE, page_context(request))


@login_required
@require_POST
def display_save(request: AuthenticatedRequest) -> HttpResponse:
    form = DisplayForm(request.POST, instance=settings_row(request))
    return save_or_show(request, form, "display_form", "Display settings are saved.")


@login_required
@require_POST
def defaults_save(request: AuthenticatedRequest) -> HttpResponse:
    form = DefaultsForm(request.POST, instance=settings_row(request))
    return save_or_show(request, form, "defaults_form", "Defaults for new strategies are saved.")


@login_required
@require_POST
def profile_save(request: AuthenticatedRequest) -> HttpResponse:
    form = ProfileForm(request.POST, instance=request.user)
    return save_or_show(request, form, "profile_form", "Your profile is saved.")


@login_required
@require_POST
def preference_save(request: AuthenticatedRequest) -> HttpResponse:
    """The theme and sound switches of the frame."""
    form = PreferenceForm(request.POST, instance=settings_row(request))
    if not form.is_valid():
        return HttpResponse("Not a preference that exists.", status=422)
    form.save()
    return HttpResponse(status=204)


@login_required
@require_POST
@never_cache
def key_create(request: AuthenticatedRequest) -> HttpResponse:
    """Answers with the page itself, since the key can be shown only now."""
    form = ApiKeyForm(request.user, request.POST)
    if not form.is_valid():
        return render(request, PAGE, page_context(request, key_form=form), status=422)
    row, text = create_key(request.user, form.cleaned_data["name"])
    return render(request, PAGE, page_context(request, new_key=text, new_key_name=row.name))


@login_required
@require_POST
def key_revoke(request: AuthenticatedRequest, key_id: int) -> HttpResponse:
    row = get_object_or_404(ApiKey.objects.for_user(request.user).usable(), pk=key_id)
    revoke_key(row)
    messages.success(request, f"The key “{row.name}” no longer opens anything.")
    return redirect(reverse("accounts:settings") + "#keys")
