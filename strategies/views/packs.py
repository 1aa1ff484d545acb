"""Pages of packs: the list by family, one pack by tabs, and what can be done to it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack
from strategies.packs import library
from strategies.packs.display import FAMILY_NOTES, FAMILY_TITLES, ShownPack, pack_label
from strategies.packs.forms import NewPackForm, PackForm, PlotForm, typed_values
from strategies.packs.listing import OFFERED, USED, ListForm, sections
from strategies.packs.parameters import ParameterError
from strategies.packs.tabs import tabs_of
from strategies.previews.forms import PreviewForm
from strategies.previews.panel import panel_context
from strategies.saving import pack_changes, pack_undo
from strategies.saving.asking import ConfirmationNeededError


@login_required
def pack_list(request: AuthenticatedRequest) -> HttpResponse:
    """Every pack of the user, by family and category, narrowed by what the address says."""
    chosen = ListForm(request.GET).chosen()
    packs = Pack.objects.for_user(request.user)
    context = {
        "sections": sections(packs, pack_changes.use_counts(request.user), chosen),
        "chosen": chosen,
        "n_narrowing": sum(bool(value) for value in chosen.values()),
        "families": FAMILY_TITLES.items(),
        "used_choices": USED,
        "enabled_choices": OFFERED,
    }
    return render(request, "packs/list.html", context)


@login_required
def pack_templates(request: AuthenticatedRequest) -> HttpResponse:
    """What a new pack may be made of."""
    found = [
        (title, FAMILY_NOTES[family], [one for one in TEMPLATES.values() if one.family == family])
        for family, title in FAMILY_TITLES.items()
    ]
    return render(request, "packs/templates.html", {"families": found})


@login_required
def pack_create(request: AuthenticatedRequest, template_id: str) -> HttpResponse:
    """A new version of a template, its parameters as they are at first."""
    template = TEMPLATES.get(template_id)
    if template is None:
        raise Http404
    form = NewPackForm(template, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pack = library.create_pack(request.user, template.id, form.changes())
        except ParameterError as error:
            form.show_errors(error.errors)
        else:
            messages.success(request, f"“{pack_label(pack)}” is ready.")
            return redirect("strategies:pack-detail", pack.pk)
    context = {"template": template, "form": form, "family_title": FAMILY_TITLES[template.family]}
    return render(request, "packs/new.html", context)


@login_required
def pack_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One pack, a tab of it; on POST its edit, which may ask before it resets strategies."""
    pack = get_object_or_404(Pack.objects.for_user(request.user), pk=pk)
    if request.method == "POST" and request.GET.get("tab") == "plot":
        return _plot(request, pack)
    typed = typed_values(pack, request.GET)
    form = PackForm(pack, request.POST or None, typed)
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
    tab = "parameters" if request.method == "POST" else request.GET.get("tab", "")
    found = {"form": form, "losses": losses, "is_typed": bool(typed)}
    return _page(request, pack, tab, found, status)


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


def _plot(request: AuthenticatedRequest, pack: Pack) -> HttpResponse:
    """Colours and width: they compute nothing anew."""
    form = PlotForm(pack, request.POST)
    status = 200
    if form.is_valid():
        changes = {"plot_settings": form.settings()}
        try:
            pack_changes.edit_pack(pack, changes, revision=form.cleaned_data["revision"])
        except pack_changes.PackConflictError as error:
            pack, status = error.pack, 409
            form = PlotForm(pack)
            form.conflict = error.message
        else:
            messages.success(request, "Saved. Charts are drawn like this from now on.")
            return redirect(f"{reverse('strategies:pack-detail', args=[pack.pk])}?tab=plot")
    return _page(request, pack, "plot", {"plot_form": form}, status)


def _page(
    request: AuthenticatedRequest,
    pack: Pack,
    tab: str,
    found: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    row, tabs = ShownPack(pack), tabs_of(TEMPLATES[pack.base_template])
    tab = tab if tab in tabs else next(iter(tabs))
    context = {
        "row": row,
        "template": row.template,
        "tabs": tabs.items(),
        "tab": tab,
        "impact": pack_changes.impact_of(pack),
        **found,
    }
    if tab == "plot":
        context.setdefault("plot_form", PlotForm(pack))
    if tab == "preview":
        context |= panel_context(PreviewForm(request.user, pack, request.GET))
    if tab == "versions":
        context |= _versions(request, pack)
    return render(request, "packs/detail.html", context, status=status)


def _versions(request: AuthenticatedRequest, pack: Pack) -> dict[str, object]:
    """The others of its template, and whether it may go."""
    uses = pack_changes.use_counts(request.user)
    mine = Pack.objects.for_user(request.user).filter(base_template=pack.base_template)
    return {
        "versions": [ShownPack(one, uses.get(one.pack_id, 0)) for one in mine.order_by("pk")],
        "reason_to_keep": pack_changes.reason_to_keep(pack),
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
    typed = typed_values(copy, request.POST)
    page = reverse("strategies:pack-detail", args=[copy.pk])
    return redirect(f"{page}?{urlencode(typed)}" if typed else page)


@login_required
@require_POST
def pack_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    pack = get_object_or_404(Pack.objects.for_user(request.user), pk=pk)
    offer = pack_undo.offer_of(pack)
    try:
        pack_changes.delete_pack(pack)
    except library.PackError as error:
        messages.error(request, error.message)
        return redirect("strategies:pack-detail", pk)
    text = f"“{ShownPack(pack).label}” is deleted."
    messages.success(request, text, extra_tags=f"{pack_undo.MARK}{offer}")
    return redirect("strategies:pack-list")


@login_required
@require_POST
def pack_restore(request: AuthenticatedRequest) -> HttpResponse:
    """Take the deletion of a pack back."""
    try:
        pack = pack_undo.take_back(request.user, request.POST.get("offer", ""))
    except library.PackError as error:
        messages.error(request, error.message)
        return redirect("strategies:pack-list")
    messages.success(request, f"“{pack_label(pack)}” is back.")
    return redirect("strategies:pack-detail", pack.pk)
