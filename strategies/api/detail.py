"""`/strategies/<id>/…`: when it earns, what-ifs, more bars, its report, links to it; and refreshing
the results of many."""

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from strategies.api.answers import refusals_as_answers, user_of
from strategies.api.detail_serializers import (
    EXAMPLES,
    EarningSerializer,
    ExtendedSerializer,
    LinkRequestSerializer,
    NewReportLinkSerializer,
    RefreshedSerializer,
    RefreshSerializer,
    ReportLinkSerializer,
    WhatIfSerializer,
)
from strategies.api.serializers import RunDetailSerializer, RunSerializer
from strategies.models import ReportLink, Run, Strategy
from strategies.models.documents import RunResult
from strategies.record.what_if import WhatIf
from strategies.reports import links
from strategies.reports.files import everything
from strategies.runs import asides
from strategies.saving.refreshing import refresh

NO_RESULT = "This strategy has no result yet. Queue a backtest first."
NOT_COUNTED = "This result was computed before its trades were counted by slices: run it again."


@extend_schema(responses=EarningSerializer, examples=[EXAMPLES["earning"]])
@api_view(["GET"])
def earning(request: Request, pk: int) -> Response:
    """R of the shown result by state at entry, hour, weekday, holding time and volatility."""
    run = _find(request, pk).current_run
    if run is None:
        raise NotFound(NO_RESULT)
    result: RunResult = run.result
    if "earning" not in result:
        raise NotFound(NOT_COUNTED)
    return Response(result["earning"])


@extend_schema(methods=["GET"], responses=RunDetailSerializer(many=True))
@extend_schema(
    methods=["POST"],
    request=WhatIfSerializer,
    responses={202: RunSerializer},
    examples=[EXAMPLES["what_if"]],
)
@api_view(["GET", "POST"])
def what_ifs(request: Request, pk: int) -> Response:
    """The newest what-ifs of the configuration as it is; POST has one computed.

    The strategy is run again with that one thing changed, over its own bars: one more try.
    """
    strategy = _find(request, pk)
    if request.method == "GET":
        rows = asides.what_ifs_of(strategy).exclude(what_if="").select_related("trust_check")
        return Response(RunDetailSerializer(rows[: asides.SHOWN_WHAT_IFS], many=True).data)
    asked = WhatIfSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    ((subject, size),) = asked.validated_data.items()
    with refusals_as_answers():
        run = asides.start_what_if(strategy, WhatIf.asked(subject, size))
    return _queued(run)


@extend_schema(methods=["GET"], responses=RunDetailSerializer)
@extend_schema(
    methods=["POST"],
    request=ExtendedSerializer,
    responses={202: RunSerializer},
    examples=[EXAMPLES["extended"]],
)
@api_view(["GET", "POST"])
def extended(request: Request, pk: int) -> Response:
    """The newest run over more bars, apart from the strategy's own result; POST queues one."""
    strategy = _find(request, pk)
    if request.method == "GET":
        run = asides.extended_of(strategy).select_related("trust_check").first()
        if run is None:
            raise NotFound("More bars have not been loaded. POST loads them.")
        return Response(RunDetailSerializer(run).data)
    asked = ExtendedSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    days = asked.validated_data.get("days", asides.usual_days(strategy))
    with refusals_as_answers():
        return _queued(asides.start_extended(strategy, days))


@extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
@api_view(["GET"])
def report(request: Request, pk: int) -> StreamingHttpResponse:
    """Everything: record with packs, result, trust checks and every trade, as one document."""
    return StreamingHttpResponse(everything(_find(request, pk)), content_type="application/json")


@extend_schema(methods=["GET"], responses=ReportLinkSerializer(many=True))
@extend_schema(
    methods=["POST"],
    request=LinkRequestSerializer,
    responses={201: NewReportLinkSerializer},
    examples=[EXAMPLES["link"]],
)
@api_view(["GET", "POST"])
def report_links(request: Request, pk: int) -> Response:
    """Read-only links to the report; POST makes one and tells its address, once."""
    strategy = _find(request, pk)
    if request.method == "GET":
        rows = ReportLink.objects.for_user(user_of(request)).filter(strategy=strategy)[:100]
        return Response(ReportLinkSerializer(rows, many=True).data)
    asked = LinkRequestSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    with refusals_as_answers():
        link, token = links.create_link(strategy, int(asked.validated_data["days"]))
    url = request.build_absolute_uri(reverse("strategies:report-shared", args=[token]))
    shown = {**ReportLinkSerializer(link).data, "url": url}
    return Response(shown, status=status.HTTP_201_CREATED)


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def report_link(request: Request, pk: int, link_pk: int) -> Response:
    """Revoke a link: whoever opens it finds nothing."""
    mine = ReportLink.objects.for_user(user_of(request))
    links.revoke(get_object_or_404(mine, strategy_id=pk, pk=link_pk))
    return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(
    request=RefreshSerializer,
    responses={202: RefreshedSerializer},
    examples=[EXAMPLES["refresh"], EXAMPLES["refreshed"]],
)
@api_view(["POST"])
def refresh_many(request: Request) -> Response:
    """Queue a backtest of each of your strategies named; they wait their turn."""
    asked = RefreshSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    mine = Strategy.objects.for_user(user_of(request)).listed().select_related("user")
    found = mine.filter(pk__in=asked.validated_data["strategies"]).order_by("pk")
    begun = refresh(found)
    answer = {"runs": [run.pk for run in begun.runs], "left": begun.left}
    return Response(answer, status=status.HTTP_202_ACCEPTED)


def _queued(run: Run) -> Response:
    return Response(RunSerializer(run).data, status=status.HTTP_202_ACCEPTED)


def _find(request: Request, pk: int) -> Strategy:
    found: Strategy = get_object_or_404(Strategy.objects.shown_to(user_of(request)), pk=pk)
    return found
