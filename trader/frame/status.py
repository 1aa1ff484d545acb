"""What open pages ask every few seconds: the gauges, and whether server and session are there."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.ownership import AuthenticatedRequest
from trader.frame import signs
from trader.frame.situation import all_gauges


@login_required
@require_safe
@never_cache
def frame_status(request: AuthenticatedRequest) -> HttpResponse:
    """The gauges of the top bar, and what needs attention: in full with `?whole`, else in short."""
    now = timezone.now()
    preferences, _, found = signs.read(request.user, now)
    zone = preferences.zone
    context = {
        "gauges": all_gauges(request.user, zone, found, now),
        "gauge_zone": zone.key,
        "is_poll": True,
        "is_whole": "whole" in request.GET,
    }
    return render(request, "partials/_status.html", context)


@login_required
@require_safe
@never_cache
def pulse(request: AuthenticatedRequest) -> HttpResponse:
    """Asked before a form is sent: server and session are there, the token's cookie is fresh.

    Names the account, since another one may have logged in in another tab.
    """
    get_token(request)
    return HttpResponse(status=204, headers={"X-Account": str(request.user.pk)})


@login_required
@require_safe
def back(request: AuthenticatedRequest) -> HttpResponse:
    """Where a login in a tab of its own ends: the page that waits for it goes on by itself."""
    return render(request, "back.html", {"title": "You are logged in"})
