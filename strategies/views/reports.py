"""The report of one strategy: to print, as files, and behind links for who has no account."""

from collections.abc import Iterator

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from accounts.ownership import AuthenticatedRequest
from market import clock
from strategies.engine.errors import StrategyError
from strategies.models import Pack, ReportLink, Strategy
from strategies.packs.names import PackNames
from strategies.reports import links
from strategies.reports.files import FILES, everything
from strategies.reports.page import report_context
from trader.observability.request import client_ip

# A page behind a secret address: in no cache, in no search engine, and named to nobody it links to.
OF_A_SECRET = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}

# Where a session keeps the address of a link that has just been made.
NEW_LINK = "new_report_link_"
SHOWN_LINKS = 100


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(choices=[(str(one), f"{one} days") for one in links.DAYS])


@login_required
@require_safe
def report(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    strategy = _find(request, pk)
    return render(request, "strategies/report.html", _context(strategy))


@login_required
@require_safe
def report_json(request: AuthenticatedRequest, pk: int) -> StreamingHttpResponse:
    strategy = _find(request, pk)
    return _file(everything(strategy), strategy, "report.json", "application/json")


@login_required
@require_safe
def report_csv(request: AuthenticatedRequest, pk: int, name: str) -> StreamingHttpResponse:
    strategy = _find(request, pk)
    return _file(FILES[name](strategy), strategy, f"{name}.csv", "text/csv")


@login_required
def report_links(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The links to a report; POST makes one, and the page that follows shows its address, once."""
    strategy = _find(request, pk)
    if request.method == "POST":
        return _made(request, strategy)
    rows = ReportLink.objects.for_user(request.user).filter(strategy=strategy)
    context = {
        "strategy": strategy,
        "links": rows[:SHOWN_LINKS],
        "days": links.DAYS,
        "usual_days": links.USUAL_DAYS,
        "address": request.session.pop(f"{NEW_LINK}{pk}", ""),
    }
    response = render(request, "strategies/report_links.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _made(request: AuthenticatedRequest, strategy: Strategy) -> HttpResponse:
    form = LinkForm(request.POST)
    try:
        if not form.is_valid():
            raise StrategyError([("days", "Choose how long it is to be open.")])
        _, token = links.create_link(strategy, int(form.cleaned_data["days"]))
    except StrategyError as error:
        messages.error(request, error.errors[0][1])
    else:
        path = reverse("strategies:report-shared", args=[token])
        # Until the page that follows has shown it; reloading that one makes no other link.
        request.session[f"{NEW_LINK}{strategy.pk}"] = request.build_absolute_uri(path)
    return redirect("strategies:report-links", strategy.pk)


@login_required
@require_POST
def report_link_revoke(request: AuthenticatedRequest, pk: int, link_pk: int) -> HttpResponse:
    mine = ReportLink.objects.for_user(request.user)
    link = get_object_or_404(mine, strategy_id=pk, pk=link_pk)
    links.revoke(link)
    messages.success(request, "The link is dead: whoever opens it finds nothing.")
    return redirect("strategies:report-links", pk)


@require_safe
def report_shared(request: HttpRequest, token: str) -> HttpResponse:
    """The report behind a link, for anybody who knows its secret."""
    if links.is_too_often(client_ip(request), settings.RATE_LIMIT_REPORTS):
        return _secret(HttpResponse("Too many tries. Wait a minute.", status=429))
    link = links.link_of(token)
    rows = Strategy.objects.with_span().select_related("user").filter(deleted_at=None)
    strategy = rows.filter(pk=link.strategy_id).first() if link is not None else None
    if link is None or strategy is None:
        raise Http404
    links.note_opened(link)
    # What somebody wrote for themselves.
    strategy.notes = ""
    context = {**_context(strategy), "link": link}
    return _secret(render(request, "strategies/report.html", context))


def _secret(response: HttpResponse) -> HttpResponse:
    for name, value in OF_A_SECRET.items():
        response[name] = value
    return response


def _context(strategy: Strategy) -> dict[str, object]:
    names = PackNames(Pack.objects.for_user(strategy.user))
    return report_context(strategy, names, clock.now(strategy.data_source))


def _file(lines: Iterator[str], strategy: Strategy, name: str, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=kind)
    stem = slugify(strategy.name) or "strategy"
    response["Content-Disposition"] = f'attachment; filename="{stem}-{name}"'
    return response


def _find(request: AuthenticatedRequest, pk: int) -> Strategy:
    found: Strategy = get_object_or_404(Strategy.objects.shown_to(request.user), pk=pk)
    return found
