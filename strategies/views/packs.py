"""Pages of packs: the list by family, one pack with its parameters, and what can be done to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack
from strategies.packs import library
from strategies.packs.display import ShownPack, family_sections, pack_label
from strategies.packs.forms import NewPackForm, PackForm
from strategies.packs.parameters import ParameterError
from strategies.saving import pack_changes
from strategies.saving.asking import ConfirmationNeededError

TABS = ("parameters", "outputs")


@login_required
def pack_list(request: AuthenticatedRequest) -> HttpResponse:
    """Every pack of the user, by family and category; creates a custom one on POST."""
    form = NewPackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pack = library.create_pack(
            request.user, form.cleaned_data["base_template"], form.cleaned_data
        )
        messages.success(request, f"“{pack.version}” is ready. Set its parameters.")
        return redirect("strategies:pack-detail", pack.pk)
    sections = family_sections(
        Pack.objects.for_user(request.user), pack_changes.use_counts(request.user)
    )
    context = {"sections": sections, "form": form}
    return render(request, "packs/list.html", context)


@login_required
def pack_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One pack; on POST its edit, which may ask before it resets strategies."""
    pack = get_object_or_404(Pack.objects.for_user(request.user), pk=pk)
    form = PackForm(pack, request.POST or None)
    losses: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, pack, form)
        except ConfirmationNeededError as error:
            losses = error.losses
        except ParameterError as error:
            form.show_errors(error.errors)
        except pack_changes.PackConflictError as error:
            form.show_conflict(error.pack)
        except library.PackError as error:
            form.add_error(None, error.message)
    status = 200 if form.conflict is None else 409
    context = _context(request, pack, form, losses)
    return render(request, "packs/detail.html", context, status=status)


def _save(request: AuthenticatedRequest, pack: Pack, form: PackForm) -> HttpResponse:
    change = pack_changes.edit_pack(
        pack,
        form.changes(),
        revision=form.cleaned_data["revision"],
        confirmed=form.cleaned_data["confirmed"],
    )
    if change.reset:
        names = ", ".join(strategy.name for strategy in change.reset)
        messages.success(request, f"Saved. New forward tests begin for: {names}.")
    else:
        messages.success(request, "Saved. No strategy was affected.")
    return redirect("strategies:pack-detail", pack.pk)


def _context(
    request: AuthenticatedRequest, pack: Pack, form: PackForm, losses: list[str]
) -> dict[str, object]:
    tab = request.GET.get("tab", TABS[0])
    return {
        "row": ShownPack(pack),
        "template": TEMPLATES[pack.base_template],
        "form": form,
        "losses": losses,
        "using": pack_changes.strategies_using(pack),
        "tab": tab if tab in TABS else TABS[0],
    }


@login_required
@require_POST
def pack_toggle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    pack = get_object_or_404(Pack.objects.for_user(request.user), pk=pk)
    library.set_enabled(pack, not pack.enabled)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "packs/_switch.html", {"pack": pack, "label": pack_label(pack)})
    return redirect("strategies:pack-list")


@login_required
@require_POST
def pack_duplicate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    pack = get_object_or_404(Pack.objects.for_user(request.user), pk=pk)
    copy = library.duplicate_pack(pack)
    messages.success(request, f"Copied as “{copy.version}”. Its parameters are yours to change.")
    return redirect("strategies:pack-detail", copy.pk)


@login_required
@require_POST
def pack_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    pack = get_object_or_404(Pack.objects.for_user(request.user), pk=pk)
    try:
        pack_changes.delete_pack(pack)
    except library.PackError as error:
        messages.error(request, error.message)
        return redirect("strategies:pack-detail", pk)
    messages.success(request, f"“{ShownPack(pack).label}” is deleted.")
    return redirect("strategies:pack-list")
