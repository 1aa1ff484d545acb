"""`/runs/` and `/trades/`: backtests started and watched, and the trades they gave."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from strategies.api.answers import (
    ID,
    both_ways,
    chosen,
    number,
    ordering,
    refusals_as_answers,
    user_of,
)
from strategies.api.serializers import (
    RunDetailSerializer,
    RunRequestSerializer,
    RunSerializer,
    TradeSerializer,
    TrustSummarySerializer,
)
from strategies.models import Run, Strategy, Trade, TrustCheck
from strategies.record.unknown import refuse_unknown
from strategies.runs import queue
from strategies.runs.trade_sizes import lay_beside
from strategies.trust import queue as trust_rows
from trader.api.pagination import Pages, in_pages

STATUSES = tuple(Run.Status.values)
KINDS = tuple(Run.Kind.values)
SEGMENTS = tuple(Trade.Segment.values)
RUN_ORDERINGS = ("created_at", "finished_at")
TRADE_ORDERINGS = ("entry_fill_ts", "exit_fill_ts", "r_multiple", "number")
PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


@in_pages
@extend_schema(
    methods=["GET"],
    operation_id="runs_list",
    parameters=[
        OpenApiParameter("strategy", ID),
        OpenApiParameter("status", str, enum=STATUSES),
        OpenApiParameter("kind", str, enum=KINDS),
        OpenApiParameter("ordering", str, enum=both_ways(RUN_ORDERINGS)),
        *PAGING,
    ],
    responses=RunSerializer(many=True),
)
@extend_schema(methods=["POST"], request=RunRequestSerializer, responses={202: RunSerializer})
@api_view(["GET", "POST"])
def run_list(request: Request) -> Response:
    """Your backtests; POST queues one of a stored strategy or of an unsaved record."""
    if request.method == "POST":
        return _start(request)
    rows = Run.objects.for_user(user_of(request)).defer("config", "result")
    strategy_id = number(request, "strategy")
    if strategy_id is not None:
        rows = rows.filter(strategy_id=strategy_id)
    for name, allowed in (("status", STATUSES), ("kind", KINDS)):
        if chosen(request, name, allowed):
            rows = rows.filter(**{name: request.query_params[name]})
    pages = Pages()
    page = pages.paginate_queryset(
        rows.order_by(*ordering(request, RUN_ORDERINGS, "-created_at")), request
    )
    return pages.get_paginated_response(RunSerializer(page, many=True).data)


def _start(request: Request) -> Response:
    asked = RunRequestSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    user = user_of(request)
    subject = asked.validated_data.get("config")
    if subject is None:
        mine = Strategy.objects.for_user(user)
        subject = get_object_or_404(mine, pk=asked.validated_data["strategy"])
    with refusals_as_answers():
        if not isinstance(subject, Strategy):
            refuse_unknown(subject)
        run = queue.start_backtest(user, subject)
    return Response(RunSerializer(run).data, status=status.HTTP_202_ACCEPTED)


@extend_schema(responses=RunDetailSerializer)
@api_view(["GET"])
def run_detail(request: Request, pk: int) -> Response:
    """One run with its whole result."""
    rows = Run.objects.for_user(user_of(request)).select_related("trust_check")
    return Response(RunDetailSerializer(get_object_or_404(rows, pk=pk)).data)


@extend_schema(request=None, responses={202: TrustSummarySerializer})
@api_view(["POST"])
def run_trust(request: Request, pk: int) -> Response:
    """Have a finished result checked; `trust` of the run then says how it goes."""
    run = get_object_or_404(Run.objects.for_user(user_of(request)), pk=pk)
    with refusals_as_answers():
        check = trust_rows.request_check(run)
    return Response(check.as_summary(), status=status.HTTP_202_ACCEPTED)


@extend_schema(request=None, responses=TrustSummarySerializer)
@api_view(["POST"])
def run_trust_cancel(request: Request, pk: int) -> Response:
    """Stop the checks of a run; finished ones stay as they are."""
    mine = TrustCheck.objects.for_user(user_of(request))
    check = get_object_or_404(mine, run_id=pk)
    return Response(trust_rows.life.cancel(check).as_summary())


@extend_schema(request=None, responses=RunSerializer)
@api_view(["POST"])
def run_cancel(request: Request, pk: int) -> Response:
    """Stop a run; one that has finished stays as it is."""
    run = get_object_or_404(Run.objects.for_user(user_of(request)), pk=pk)
    return Response(RunSerializer(queue.life.cancel(run)).data)


@in_pages
@extend_schema(
    operation_id="trades_list",
    parameters=[
        OpenApiParameter("strategy", ID),
        OpenApiParameter("run", ID, description="Without it: the shown results of strategies"),
        OpenApiParameter("segment", str, enum=SEGMENTS),
        OpenApiParameter("ordering", str, enum=both_ways(TRADE_ORDERINGS)),
        *PAGING,
    ],
    responses=TradeSerializer(many=True),
)
@api_view(["GET"])
def trade_list(request: Request) -> Response:
    """Closed trades of your strategies, or of one run."""
    rows = Trade.objects.for_user(user_of(request))
    run_id, strategy_id = number(request, "run"), number(request, "strategy")
    rows = rows.filter(strategy__isnull=False) if run_id is None else rows.filter(run_id=run_id)
    if strategy_id is not None:
        rows = rows.filter(strategy_id=strategy_id)
    if chosen(request, "segment", SEGMENTS):
        rows = rows.filter(segment=request.query_params["segment"])
    pages = Pages()
    page = pages.paginate_queryset(
        rows.order_by(*ordering(request, TRADE_ORDERINGS, "-entry_fill_ts")), request
    )
    shown = lay_beside(list(page or ()))
    return pages.get_paginated_response(TradeSerializer(shown, many=True).data)
