"""Asides of a strategy, begun: what-ifs, and the run over more bars."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.ownership import AuthenticatedRequest
from strategies.engine.errors import StrategyError
from strategies.models import Strategy
from strategies.record.what_if import WhatIf
from strategies.runs import asides
from strategies.runs.queue import RunLimitError


class WhatIfForm(forms.Form):
    subject = forms.ChoiceField(choices=[("stop", "Stop"), ("target", "Target")])
    size = forms.FloatField()


class ExtendedForm(forms.Form):
    days = forms.IntegerField()


@login_required
@require_POST
def what_if(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Queue the strategy with another stop or target; the tab shows how it goes."""
    strategy = _find(request, pk)
    form = WhatIfForm(request.POST)
    try:
        if not form.is_valid():
            raise StrategyError([("size", "Enter a number of R, such as 0.8.")])
        asked = WhatIf.asked(form.cleaned_data["subject"], form.cleaned_data["size"])
        asides.start_what_if(strategy, asked)
    except (StrategyError, RunLimitError) as error:
        messages.error(request, _told(error))
    return redirect(f"{strategy.get_absolute_url()}?tab=earning#what-if")


@login_required
@require_POST
def extended(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Queue the strategy over more bars."""
    strategy = _find(request, pk)
    form = ExtendedForm(request.POST)
    try:
        if not form.is_valid():
            raise StrategyError([("days", "Enter a whole number of days, such as 365.")])
        asides.start_extended(strategy, form.cleaned_data["days"])
    except (StrategyError, RunLimitError) as error:
        messages.error(request, _told(error))
    return redirect(f"{strategy.get_absolute_url()}?tab=extended")


def _told(error: StrategyError | RunLimitError) -> str:
    """The first fault without its field, whose place is the form."""
    return error.errors[0][1] if isinstance(error, StrategyError) else str(error)


def _find(request: AuthenticatedRequest, pk: int) -> Strategy:
    found: Strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    return found
