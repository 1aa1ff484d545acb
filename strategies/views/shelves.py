"""Putting strategies in order: many at once, tags, the archive, the bin."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import returning
from accounts.ownership import AuthenticatedRequest
from strategies.engine.errors import StrategyError
from strategies.models import Strategy
from strategies.saving import changes, order
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.waiting import NoNewBarsError
from trader.work.plural import counted

MOST_AT_ONCE = 100
NO_TAG = "Write the tag."
ACTIONS = {
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
    tag = forms.CharField(required=False, max_length=order.LONGEST_TAG)

    def act(self) -> Act:
        tag = self.cleaned_data["tag"].strip()
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

    def clean(self) -> dict[str, object]:
        needs_tag = self.cleaned_data.get("action") in ("tag", "untag")
        if needs_tag and not self.cleaned_data.get("tag", "").strip():
            raise forms.ValidationError(NO_TAG)
        return self.cleaned_data


def _is(tag: str, other: str) -> bool:
    return tag.casefold() == other.casefold()


@login_required
@require_POST
def bulk(request: AuthenticatedRequest) -> HttpResponse:
    """Do one thing to all that are ticked; what would lose something is left and named."""
    back = returning.asked_for(request, reverse("strategies:strategy-list"))
    form = BulkForm(request.POST)
    ids = [int(one) for one in request.POST.getlist("ids") if one.isdecimal() and len(one) < 16]
    rows = Strategy.objects.for_user(request.user).listed().filter(pk__in=ids[:MOST_AT_ONCE])
    found = list(rows.order_by("pk"))
    if not form.is_valid():
        messages.error(request, NO_TAG if form.non_field_errors() else "Choose what to do.")
    elif not found:
        messages.warning(request, "Tick the strategies first.")
    else:
        _tell(request, form, *_act_on(found, form.act()))
    return redirect(back)


def _act_on(found: list[Strategy], act: Act) -> tuple[int, list[str]]:
    """How many it was done to, and why not to the others."""
    n_done, left = 0, []
    for strategy in found:
        try:
            act(strategy)
        except (ConfirmationNeededError, NoNewBarsError, StrategyError) as error:
            left.append(f"“{strategy.name}”: {error}")
        else:
            n_done += 1
    return n_done, left


def _tell(request: AuthenticatedRequest, form: BulkForm, n_done: int, left: list[str]) -> None:
    said = ACTIONS[form.cleaned_data["action"]]
    if n_done:
        n = counted(n_done, "strategy", "strategies")
        messages.success(request, f"{said}: done for {n}.")
    for line in left[:5]:
        messages.warning(request, line)
    if len(left) > 5:
        messages.warning(request, f"And {len(left) - 5} more were left as they are.")


@login_required
@require_safe
def bin_list(request: AuthenticatedRequest) -> HttpResponse:
    binned = Strategy.objects.binned(request.user)[:500]
    rows = [(one, one.deleted_at + changes.KEEP_DELETED) for one in binned if one.deleted_at]
    return render(request, "strategies/bin.html", {"rows": rows})


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
        order.set_tags(strategy, request.POST.get("tags", "")[:500].split(","))
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
