"""`/strategies/`: the same creation, edit and deletion as on the pages."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from market import clock
from strategies.api.answers import (
    both_ways,
    chosen,
    object_of,
    ordering,
    refusals_as_answers,
    text,
    user_of,
)
from strategies.api.serializers import (
    SavedStrategySerializer,
    StrategyEditSerializer,
    StrategyOrderSerializer,
    StrategyRequestSerializer,
    StrategySerializer,
)
from strategies.models import Strategy
from strategies.packs.library import exported
from strategies.periods import LABELS as PERIODS
from strategies.periods import parts_of
from strategies.querysets import StrategyQuerySet
from strategies.record.parts.series import DIRECTIONS
from strategies.saving import changes, order
from strategies.saving.changes import Saved
from trader.api.pagination import Pages, in_pages

ORDERINGS = ("created_at", "updated_at", "name", "symbol")
FLAGS = ("true", "false")


def find(request: Request, pk: int) -> Strategy:
    rows = Strategy.objects.for_user(user_of(request)).with_span()
    strategy: Strategy = get_object_or_404(rows, pk=pk)
    return strategy


def _rows(request: Request) -> StrategyQuerySet:
    is_bin = chosen(request, "deleted", FLAGS) == "true"
    rows: StrategyQuerySet = Strategy.objects.all()
    return rows.binned(user_of(request)) if is_bin else rows.for_user(user_of(request))


@in_pages
@extend_schema(
    methods=["GET"],
    operation_id="strategies_list",
    parameters=[
        OpenApiParameter("symbol", str),
        OpenApiParameter("direction", str, enum=DIRECTIONS),
        OpenApiParameter("monitored", str, enum=FLAGS),
        OpenApiParameter("archived", str, enum=FLAGS, description="Both when absent."),
        OpenApiParameter("deleted", str, enum=FLAGS, description="true: what lies in the bin."),
        OpenApiParameter("tag", str),
        OpenApiParameter(
            "period",
            str,
            enum=tuple(PERIODS),
            description="`kpis` and `equity_curve_data` of these trades alone.",
        ),
        OpenApiParameter("ordering", str, enum=both_ways(ORDERINGS)),
        OpenApiParameter("page", int),
        OpenApiParameter("page_size", int),
    ],
    responses=StrategySerializer(many=True),
)
@extend_schema(
    methods=["POST"],
    request=StrategyRequestSerializer,
    responses={201: SavedStrategySerializer},
)
@api_view(["GET", "POST"])
def strategy_list(request: Request) -> Response:
    """Your strategies; POST stores a new one and queues its backtest."""
    if request.method == "POST":
        with refusals_as_answers():
            saved = changes.create_strategy(user_of(request), object_of(request))
        return answer_saved(saved, status.HTTP_201_CREATED)
    rows = _rows(request).listed().with_span()
    if tag := text(request, "tag"):
        rows = rows.tagged(tag)
    if chosen(request, "archived", FLAGS):
        rows = rows.filter(archived_at__isnull=request.query_params["archived"] == "false")
    if symbol := text(request, "symbol"):
        rows = rows.filter(symbol=symbol.upper())
    if chosen(request, "direction", DIRECTIONS):
        rows = rows.filter(direction=request.query_params["direction"])
    if chosen(request, "monitored", FLAGS):
        is_wanted = request.query_params["monitored"] == "true"
        rows = rows.filter(alert_tracking_enabled=is_wanted)
    pages = Pages()
    page = pages.paginate_queryset(
        rows.order_by(*ordering(request, ORDERINGS, "-created_at")), request
    )
    period = chosen(request, "period", tuple(PERIODS))
    return pages.get_paginated_response(_shown(user_of(request), list(page or ()), period))


def _shown(user: User, page: list[Strategy], period: str) -> list[dict[str, object]]:
    """The strategies, with the figures of a period in place of those of everything."""
    rows = StrategySerializer(page, many=True).data
    if not period:
        return list(rows)
    clocks = clock.now_of({one.data_source for one in page})
    parts = parts_of(user, page, period, clocks)
    found = zip(rows, (parts[one.pk] for one in page), strict=True)
    return [{**row, "kpis": part.kpis, "equity_curve_data": part.curve} for row, part in found]


@extend_schema(methods=["GET"], responses=StrategySerializer)
@extend_schema(methods=["PATCH"], request=StrategyEditSerializer, responses=SavedStrategySerializer)
@extend_schema(
    methods=["DELETE"],
    parameters=[OpenApiParameter("confirmed", str, enum=FLAGS)],
    responses={204: None},
)
@api_view(["GET", "PATCH", "DELETE"])
def strategy_detail(request: Request, pk: int) -> Response:
    """One strategy. PATCH names the version it read; DELETE of a monitored one asks first."""
    strategy = find(request, pk)
    if request.method == "DELETE":
        is_confirmed = chosen(request, "confirmed", FLAGS) == "true"
        with refusals_as_answers():
            changes.delete_strategy(strategy, confirmed=is_confirmed)
        return Response(status=status.HTTP_204_NO_CONTENT)
    if request.method == "PATCH":
        with refusals_as_answers():
            saved = changes.update_strategy(
                strategy,
                object_of(request),
                version=_version(request),
                confirmed=object_of(request).get("confirmed") is True,
            )
        return answer_saved(saved, status.HTTP_200_OK)
    return Response(StrategySerializer(strategy).data)


@extend_schema(request=StrategyOrderSerializer, responses=StrategySerializer)
@api_view(["PATCH"])
def strategy_order(request: Request, pk: int) -> Response:
    """Its tags, and whether it lies in the archive. Its version does not move."""
    strategy = find(request, pk)
    asked = StrategyOrderSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    with refusals_as_answers():
        if "tags" in asked.validated_data:
            order.set_tags(strategy, asked.validated_data["tags"])
        if "is_archived" in asked.validated_data:
            order.set_archived(strategy, asked.validated_data["is_archived"])
    return Response(StrategySerializer(find(request, pk)).data)


@extend_schema(request=None, responses=StrategySerializer)
@api_view(["POST"])
def strategy_restore(request: Request, pk: int) -> Response:
    """Take a strategy that was deleted in the last 30 days out of the bin, unwatched."""
    binned = get_object_or_404(Strategy.objects.binned(user_of(request)), pk=pk)
    changes.restore_strategy(binned)
    return Response(StrategySerializer(find(request, pk)).data)


@extend_schema(request=None, responses={201: SavedStrategySerializer})
@api_view(["POST"])
def strategy_clone(request: Request, pk: int) -> Response:
    """A copy with a forward test of its own from now on."""
    strategy = find(request, pk)
    with refusals_as_answers():
        saved = changes.clone_strategy(strategy)
    return answer_saved(saved, status.HTTP_201_CREATED)


@extend_schema(responses=StrategyRequestSerializer)
@api_view(["GET"])
def strategy_export(request: Request, pk: int) -> Response:
    """The flat record with the packs it reads, as import and `manage.py backtest` take it."""
    return Response(exported(find(request, pk)))


def _version(request: Request) -> int:
    version = object_of(request).get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise ValidationError({"version": ["Send the version you read."]})
    return version


def answer_saved(saved: Saved, code: int) -> Response:
    shown = dict(StrategySerializer(saved.strategy).data)
    return Response({**shown, "result": saved.result, "warnings": saved.warnings}, status=code)
