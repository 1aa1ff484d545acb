"""Putting strategies in order: many at once, tags, the archive, the bin."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import returning
from accounts.ownership import AuthenticatedRequest
from strategies.engine.errors import StrategyError
from strategies.listing import refresh_address, restoring
from strategies.models import Strategy
from strategies.saving import changes, order
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.refreshing import refresh
from strategies.saving.waiting import NoNewBarsError
from trader.work.plural import counted

MOST_AT_ONCE = 100
BINNED_PER_PAGE = 100
NO_TAG = "Write the tag."
ACTIONS = {
    "refresh": "Update data",
    "monitor": "Monitor",
    "unmonitor": "Stop monitoring",
    "archive": "Archive",
    "unarchive": "Take out of the archive",
    "tag": "Add the tag",
    "untag": "Remove the tag",
    "delete": "Delete",
}
Act = Callable[[Strategy], object]


class BulkForm(forms.Form):
    """Which strategies, and what becomes of them; a tag where the action needs one."""

    action = forms.ChoiceField(choices=list(ACTIONS.items()))
    tag = forms.CharField(required=False)

    def act(self) -> Act:
        tag = self.cleaned_data["tag"]
        acts: dict[str, Act] = {
            "monitor": lambda one: changes.set_monitoring(one, True),
            "unmonitor": lambda one: changes.set_monitoring(one, False),
            "archive": lambda one: order.set_archived(one, True),
            "unarchive": lambda one: order.set_archived(one, False),
            "tag": lambda one: order.set_tags(one, [*one.tags, tag]),
            "untag": lambda one: order.set_tags(one, [t for t in one.tags if not _is(t, tag)]),
            "delete": changes.delete_strategy,
        }
        return acts[self.cleaned_data["action"]]

    def clean_tag(self) -> str:
        tag: str = self.cleaned_data["tag"].strip()
        if self.data.get("action") not in ("tag", "untag"):
            return ""
        if not tag:
            raise forms.ValidationError(NO_TAG)
        try:
            order.cleaned_tags([tag])
        except StrategyError as error:
            raise forms.ValidationError(str(error)) from error
        return tag


def _is(tag: str, other: str) -> bool:
    return tag.casefold() == other.casefold()


@login_required
@require_POST
def bulk(request: AuthenticatedRequest) -> HttpResponse:
    """Do one thing to all that are ticked; what would lose something is left and named."""
    back = returning.asked_for(request, reverse("strategies:strategy-list"))
    form = BulkForm(request.POST)
    ids = _ids(request.POST.getlist("ids"))
    rows = Strategy.objects.for_user(request.user).listed().filter(pk__in=ids)
    found = list(rows.order_by("pk"))
    if not form.is_valid():
        faults = form.errors.get("tag") or ["Choose what to do."]
        messages.error(request, str(faults[0]))
    elif not found:
        messages.warning(request, "Tick the strategies first.")
    elif form.cleaned_data["action"] == "refresh":
        begun = refresh(found)
        _tell(request, "refresh", [], begun.left)
        return redirect(refresh_address(begun.runs))
    else:
        _tell(request, form.cleaned_data["action"], *_act_on(found, form.act()))
    return HttpResponseRedirect(back)


def _act_on(found: list[Strategy], act: Act) -> tuple[list[Strategy], list[str]]:
    """Those it was done to, and why not to the others."""
    done, left = [], []
    for strategy in found:
        try:
            act(strategy)
        except (ConfirmationNeededError, NoNewBarsError, StrategyError) as error:
            left.append(f"“{strategy.name}”: {error}")
        else:
            done.append(strategy)
    return done, left


def _tell(
    request: AuthenticatedRequest, action: str, done: list[Strategy], left: list[str]
) -> None:
    if done:
        n = counted(len(done), "strategy", "strategies")
        text = f"{ACTIONS[action]}: done for {n}."
        messages.success(request, text, extra_tags=restoring(done) if action == "delete" else "")
    for line in left[:5]:
        messages.warning(request, line)
    if len(left) > 5:
        messages.warning(request, f"And {len(left) - 5} more were left as they are.")


@login_required
@require_safe
def bin_list(request: AuthenticatedRequest) -> HttpResponse:
    pages = Paginator(Strategy.objects.binned(request.user), BINNED_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = [(one, one.deleted_at + changes.KEEP_DELETED) for one in page if one.deleted_at]
    context = {"rows": rows, "page": page, "kept_days": changes.KEEP_DELETED.days}
    return render(request, "strategies/bin.html", context)


@login_required
@require_POST
def restore_many(request: AuthenticatedRequest) -> HttpResponse:
    """Take back one deletion, of one or many; those that are back already stay as they are."""
    ids = _ids(request.POST.get("ids", "").split(","))
    rows = list(Strategy.objects.binned(request.user).filter(pk__in=ids))
    for row in rows:
        changes.restore_strategy(row)
    if not rows:
        messages.warning(request, "None of them is in the bin any more.")
        return redirect("strategies:strategy-list")
    if len(rows) == 1:
        messages.success(request, f"“{rows[0].name}” is back, unwatched.")
        return redirect("strategies:strategy-detail", pk=rows[0].pk)
    messages.success(request, f"{len(rows)} strategies are back, unwatched.")
    return HttpResponseRedirect(returning.asked_for(request, reverse("strategies:strategy-list")))


def _ids(texts: list[str]) -> list[int]:
    return [int(one) for one in texts[:MOST_AT_ONCE] if one.isdecimal() and len(one) < 16]


@login_required
@require_POST
def restore(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = changes.restore_strategy(_binned(request, pk))
    messages.success(request, f"“{strategy.name}” is back, unwatched.")
    return redirect(strategy)


@login_required
@require_POST
def erase(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = _binned(request, pk)
    changes.erase_strategy(strategy)
    messages.success(request, f"“{strategy.name}” is gone for good.")
    return redirect("strategies:strategy-bin")


def _binned(request: AuthenticatedRequest, pk: int) -> Strategy:
    found: Strategy = get_object_or_404(Strategy.objects.binned(request.user), pk=pk)
    return found


@login_required
@require_POST
def tags(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Replace the tags of one strategy by those written, apart by commas."""
    strategy = get_object_or_404(Strategy.objects.for_user(request.user), pk=pk)
    try:
        order.set_tags(strategy, request.POST.get("tags", "").split(","))
    except StrategyError as error:
        messages.error(request, str(error))
    return redirect(strategy)


@login_required
@require_POST
def archive(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = get_object_or_404(Strategy.objects.for_user(request.user), pk=pk)
    is_archived = request.POST.get("archived") == "yes"
    order.set_archived(strategy, is_archived)
    where = "in the archive" if is_archived else "among the current ones again"
    messages.success(request, f"“{strategy.name}” is {where}.")
    return redirect(strategy)
