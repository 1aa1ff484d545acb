"""Choosing a recorded day, watching it being played, and what came of it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.ownership import AuthenticatedRequest
from alerts.forms import SPEEDS, ReplayControlForm, ReplayForm
from alerts.replay_chart import replay_chart
from alerts.replay_end import compare
from alerts.replays import (
    alerts_of,
    closed_trades,
    is_recent,
    market_time,
    replay_strategy,
    seconds_left,
    strategy_of,
)
from market.errors import BarsError
from market.models import Replay
from market.replays import cancel_replay, pause_replay, set_speed, step_replay
from strategies.engine.errors import StrategyError
from strategies.runs.queue import RunLimitError
from trader.api.digits import whole_number

SHOWN_ALERTS = 200


@login_required
@require_http_methods(["GET", "POST"])
def replay_new(request: AuthenticatedRequest) -> HttpResponse:
    """The dialog: strategy, recorded day, speed. Its choices depend on one another."""
    form = ReplayForm(request.user, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and form.is_valid():
        try:
            started = replay_strategy(
                form.cleaned_data["strategy"],
                form.cleaned_data["dataset"],
                form.cleaned_data["day"],
                speed=float(form.cleaned_data["speed"]),
                sends_webhooks=form.cleaned_data["webhooks"],
            )
        except (BarsError, StrategyError, RunLimitError) as error:
            form.add_error(None, str(error))
        else:
            return redirect("alerts:replay-detail", code=started.replay.code)
    is_part = request.headers.get("HX-Target") == "replay-form"
    template = "alerts/_replay_form.html" if is_part else "alerts/replay_new.html"
    form.show_errors = request.method == "POST"
    return render(request, template, {"form": form})


@login_required
@require_GET
def replay_list(request: AuthenticatedRequest) -> HttpResponse:
    replays = list(Replay.objects.for_user(request.user)[:100])
    return render(request, "alerts/replays.html", {"replays": replays})


@login_required
@require_GET
def replay_detail(request: AuthenticatedRequest, code: UUID) -> HttpResponse:
    return render(request, "alerts/replay.html", _context(request, code))


@login_required
@require_GET
def replay_progress(request: AuthenticatedRequest, code: UUID) -> HttpResponse:
    return render(request, "alerts/_replay.html", _context(request, code))


@login_required
@require_GET
def replay_chart_json(request: AuthenticatedRequest, code: UUID) -> JsonResponse:
    """Bars from `after` on, epoch seconds, and every entry and exit so far."""
    replay = get_object_or_404(Replay.objects.for_user(request.user), code=code)
    strategy = strategy_of(replay)
    if strategy is None:
        raise Http404
    after_ts = whole_number(request.GET.get("after", "0"))
    return JsonResponse(replay_chart(replay, strategy, after_ts or 0))


@login_required
@require_POST
def replay_control(request: AuthenticatedRequest, code: UUID) -> HttpResponse:
    """Pause, go on, step by a minute or more, or another speed."""
    replay = get_object_or_404(Replay.objects.for_user(request.user), code=code)
    form = ReplayControlForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "That is no way to control a replay.")
    elif form.cleaned_data["speed"]:
        set_speed(replay, float(form.cleaned_data["speed"]))
    elif form.cleaned_data["step"]:
        step_replay(replay, form.cleaned_data["step"])
    else:
        pause_replay(replay, is_paused=form.cleaned_data["state"] == "paused")
    if request.headers.get("HX-Request"):
        return render(request, "alerts/_replay.html", _context(request, code))
    return redirect("alerts:replay-detail", code=code)


@login_required
@require_POST
def replay_cancel(request: AuthenticatedRequest, code: UUID) -> HttpResponse:
    replay = get_object_or_404(Replay.objects.for_user(request.user), code=code)
    cancel_replay(replay)
    return redirect("alerts:replay-detail", code=code)


def _context(request: AuthenticatedRequest, code: UUID) -> dict[str, object]:
    replay = get_object_or_404(Replay.objects.for_user(request.user), code=code)
    rows, strategy = alerts_of(replay), strategy_of(replay)
    comparison = compare(replay, strategy) if strategy and replay.is_over else None
    return {
        "replay": replay,
        "percent": round(100 * replay.progress),
        "seconds_left": seconds_left(replay),
        "strategy": strategy,
        "comparison": comparison,
        "is_settling": comparison is not None and not comparison.is_ready and is_recent(replay),
        "market_time": market_time(replay),
        "speeds": SPEEDS,
        "n_alerts": rows.order_by().count(),
        "closed": closed_trades(replay),
        "alerts": rows[:SHOWN_ALERTS],
    }
