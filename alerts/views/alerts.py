"""The list of alerts, one alert in full, and saying that they have been seen."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.ownership import AuthenticatedRequest
from alerts.acknowledging import acknowledge
from alerts.chart import chart_of
from alerts.display import listed, why_unsent
from alerts.drawing.shown import chart_with_lines, shown_conditions
from alerts.explanation import bar_lines, explain, sentence
from alerts.forms import AlertFilterForm
from alerts.models import Alert
from alerts.monitor.panel import panel_context
from strategies.models import Strategy
from trader.work.plural import counted
from webhooks.models import Delivery

PAGE_SIZE = 50


@login_required
@require_GET
def alert_list(request: AuthenticatedRequest) -> HttpResponse:
    form = AlertFilterForm(request.user, request.GET)
    page = Paginator(form.rows(), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = listed(request.user, page.object_list)
    context: dict[str, object] = {
        "form": form,
        "page": page,
        "n_unread": Alert.objects.for_user(request.user).unread().order_by().count(),
    }
    if request.headers.get("HX-Target") == "alert-results":
        return render(request, "alerts/_results.html", context)
    return render(request, "alerts/list.html", {**context, **panel_context(request.user)})


@login_required
@require_GET
def alert_row(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One row for the open list; nothing when the filters of that list leave it out."""
    get_object_or_404(Alert.objects.for_user(request.user), pk=pk)
    alert = AlertFilterForm(request.user, request.GET).rows().filter(pk=pk).first()
    if alert is None:
        return HttpResponse(status=204)
    shown = listed(request.user, [alert], is_new=True)
    return render(request, "alerts/_rows.html", {"alerts": shown})


@login_required
@require_GET
def alert_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    rows = Alert.objects.for_user(request.user).select_related("strategy", "drawing")
    alert = get_object_or_404(rows, pk=pk)
    deliveries = (
        Delivery.objects.for_user(request.user)
        .filter(message_code=alert.code)
        .select_related("endpoint")
    )
    lines = bar_lines(alert)
    context = {
        "alert": alert,
        "sentence": sentence(alert),
        "conditions": shown_conditions(alert),
        "deciding": [line for line in lines if line.is_deciding],
        "others": [line for line in lines if not line.is_deciding],
        "explanation": explain(alert),
        "deliveries": deliveries,
        "why_unsent": why_unsent(alert),
        "counterpart": _counterpart(alert),
    }
    return render(request, "alerts/detail.html", context)


@login_required
@require_GET
def alert_chart(request: AuthenticatedRequest, pk: int) -> JsonResponse:
    """Bars around an alert, its trade, and indicator lines, which it asks for."""
    rows = Alert.objects.for_user(request.user).select_related("strategy")
    alert = get_object_or_404(rows, pk=pk)
    return JsonResponse(chart_with_lines(alert, chart_of(alert, _counterpart(alert))))


@login_required
@require_GET
def trade_alert(request: AuthenticatedRequest, pk: int, entry_ts: int) -> HttpResponse:
    """From a trade to the alert that told of its entry, or else of its exit."""
    strategy = get_object_or_404(Strategy.objects.for_user(request.user), pk=pk)
    rows = Alert.objects.for_user(request.user).filter(strategy=strategy, entry_bar_ts=entry_ts)
    alert = rows.order_by("fill_at", "pk").first()
    if alert is None:
        messages.info(request, "No alert tells of this trade: nobody watched, or it was not asked.")
        return redirect(f"{reverse('alerts:alert-list')}?strategy={pk}")
    return redirect(alert)


def _counterpart(alert: Alert) -> Alert | None:
    """The entry of an exit, or the exit of an entry, when it has an alert."""
    if alert.strategy_id is None or alert.entry_bar_ts is None:
        return None
    same_trade = Alert.objects.filter(
        user_id=alert.user_id,
        strategy_id=alert.strategy_id,
        entry_bar_ts=alert.entry_bar_ts,
    )
    other: Alert | None = same_trade.exclude(alert_type=alert.alert_type).first()
    return other


@login_required
@require_POST
def alert_acknowledge(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    rows = Alert.objects.for_user(request.user)
    get_object_or_404(rows, pk=pk)
    acknowledge(request.user, rows.filter(pk=pk))
    if not request.headers.get("HX-Request"):
        is_from_list = request.POST.get("next") == "list"
        return redirect("alerts:alert-list" if is_from_list else rows.get(pk=pk))
    shown = listed(request.user, rows.filter(pk=pk))
    return render(request, "alerts/_rows.html", {"alerts": shown})


@login_required
@require_POST
def alert_acknowledge_all(request: AuthenticatedRequest) -> HttpResponse:
    """All that the filters in the address show."""
    form = AlertFilterForm(request.user, request.GET)
    n_changed = acknowledge(request.user, form.rows())
    if not request.headers.get("HX-Request"):
        messages.success(request, f"{counted(n_changed, 'alert')} acknowledged.")
        return redirect(f"{reverse('alerts:alert-list')}?{request.GET.urlencode()}")
    page = Paginator(form.rows(), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = listed(request.user, page.object_list)
    n_unread = Alert.objects.for_user(request.user).unread().order_by().count()
    context = {"form": form, "page": page, "n_unread": n_unread}
    return render(request, "alerts/_results.html", context)
