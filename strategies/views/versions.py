"""Versions of a strategy: gone back to as a clone, and all of them as a file."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from accounts.ownership import AuthenticatedRequest
from strategies.engine.errors import StrategyError
from strategies.models import Pack, Strategy, StrategyVersion
from strategies.packs.names import PackNames
from strategies.saving.returning import clone_version
from strategies.versions.history import history_csv


@login_required
@require_POST
def version_clone(request: AuthenticatedRequest, pk: int, number: int) -> HttpResponse:
    """The strategy stays as it is: the version begins anew beside it."""
    mine = StrategyVersion.objects.for_user(request.user).select_related("strategy", "user")
    version = get_object_or_404(mine, strategy=pk, number=number)
    try:
        saved = clone_version(version)
    except StrategyError as error:
        messages.error(request, f"It can't be opened as it was: {error}")
        return redirect(f"{version.strategy.get_absolute_url()}?tab=history")
    messages.success(request, saved.announcement)
    for warning in saved.warnings:
        messages.warning(request, warning)
    return redirect(saved.strategy)


@login_required
@require_safe
def versions_csv(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    names = PackNames(Pack.objects.for_user(request.user))
    answer = HttpResponse(history_csv(strategy, names, request.user), content_type="text/csv")
    name = slugify(strategy.name) or "strategy"
    answer["Content-Disposition"] = f'attachment; filename="{name}-versions.csv"'
    return answer
