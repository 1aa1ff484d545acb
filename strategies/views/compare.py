"""Strategies, versions and backtests side by side; what is compared stands in the address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import returning
from accounts.ownership import AuthenticatedRequest
from strategies.compare.comparison import Comparison
from strategies.compare.display import compare_context
from strategies.compare.document import as_csv
from strategies.compare.items import NotFoundError, find
from strategies.compare.refs import LEAST, MOST, CompareError, Ref, joined, parse
from strategies.models import Pack, Strategy
from strategies.packs.names import PackNames
from trader.api.digits import whole_number


@login_required
@require_safe
def compare(request: AuthenticatedRequest) -> HttpResponse:
    """`items` names two to four; `dates=common` and `rows=all` say how they are shown."""
    text = request.GET.get("items", "")
    if not text.strip():
        return render(request, "strategies/compare_none.html")
    try:
        comparison = _comparison(request, text)
    except CompareError as error:
        return render(request, "strategies/compare_none.html", {"fault": error}, status=422)
    shows_all = request.GET.get("rows") == "all"
    return render(request, "strategies/compare.html", compare_context(comparison, shows_all))


@login_required
@require_safe
def compare_csv(request: AuthenticatedRequest) -> HttpResponse:
    try:
        comparison = _comparison(request, request.GET.get("items", ""))
    except CompareError as error:
        return HttpResponse(str(error), status=422, content_type="text/plain")
    answer = HttpResponse(as_csv(comparison), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    return answer


def _comparison(request: AuthenticatedRequest, text: str) -> Comparison:
    try:
        items = find(request.user, parse(text))
    except NotFoundError as error:
        raise Http404 from error
    names = PackNames(Pack.objects.for_user(request.user))
    return Comparison(items, names, is_common=request.GET.get("dates") == "common")


@login_required
@require_POST
def compare_ticked(request: AuthenticatedRequest) -> HttpResponse:
    """From the ticked ones of a list to the page that names them in its address."""
    ids = [pk for pk in map(whole_number, request.POST.getlist("ids")) if pk]
    mine = Strategy.objects.for_user(request.user).filter(pk__in=ids[: MOST + 1])
    known = set(mine.values_list("pk", flat=True))
    refs = [Ref("strategy", pk) for pk in dict.fromkeys(ids) if pk in known]
    if not LEAST <= len(refs) <= MOST or len(ids) > MOST:
        messages.warning(request, "Tick two to four strategies to compare them.")
        back = returning.asked_for(request, reverse("strategies:strategy-list"))
        return HttpResponseRedirect(back)
    return redirect(f"{reverse('strategies:compare')}?items={joined(refs)}")
