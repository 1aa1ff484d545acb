"""`/strategies/<id>/versions/`: what a strategy was, and the way back to it."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from strategies.api.answers import refusals_as_answers, user_of
from strategies.api.serializers import SavedStrategySerializer
from strategies.api.strategies import answer_saved, find
from strategies.api.version_serializers import VersionDetailSerializer, VersionSerializer
from strategies.models import Pack, StrategyVersion
from strategies.packs.names import PackNames
from strategies.saving.returning import clone_version
from strategies.versions.shown import ShownVersion, shown_versions, with_results
from trader.api.pagination import Pages, in_pages
from trader.work.instants import iso

EXAMPLE = {
    "strategy_id": 12,
    "number": 3,
    "kind": "reset",
    "is_now": True,
    "author": "you@example.com",
    "created_at": "2026-03-02T15:04:05Z",
    "market_time": "2026-03-02T15:04:00Z",
    "changed": ["stop_config"],
    "differences": [{"label": "Stop", "before": "ATR x 1.5", "after": "ATR x 2"}],
    "result": {
        "kpis": {"total_trades": 212, "total_r": 31.4, "profit_factor": 1.41},
        "first_bar": "2026-01-02T14:30:00Z",
        "last_bar": "2026-03-31T19:59:00Z",
        "engine_version": "3.0.0",
    },
}


def _rows(request: Request, pk: int) -> QuerySet[StrategyVersion]:
    mine = StrategyVersion.objects.for_user(user_of(request)).filter(strategy=pk)
    return with_results(mine.order_by("-number"))


@in_pages
@extend_schema(
    operation_id="strategies_versions_list",
    parameters=[OpenApiParameter("page", int), OpenApiParameter("page_size", int)],
    responses=VersionSerializer(many=True),
    examples=[OpenApiExample("A stop was widened", value=EXAMPLE, response_only=True)],
)
@api_view(["GET"])
def version_list(request: Request, pk: int) -> Response:
    """Every version of a strategy, the newest first, with the figures each had."""
    strategy = find(request, pk)
    pages = Pages()
    found = list(pages.paginate_queryset(_rows(request, pk), request) or ())
    shown = _shown(request, strategy.pk, found)
    return pages.get_paginated_response([_listed(one) for one in shown])


@extend_schema(
    operation_id="strategies_versions_retrieve",
    responses=VersionDetailSerializer,
    examples=[
        OpenApiExample(
            "A stop was widened",
            value={**EXAMPLE, "record": {"symbol": "SPY", "timeframe": "5Min"}, "packs": []},
            response_only=True,
        )
    ],
)
@api_view(["GET"])
def version_detail(request: Request, pk: int, number: int) -> Response:
    """One version with its whole record and the packs it read."""
    version = get_object_or_404(_rows(request, pk), number=number)
    [shown] = _shown(request, pk, [version])
    return Response({**_listed(shown), "record": version.record, "packs": version.packs})


@extend_schema(request=None, responses={201: SavedStrategySerializer})
@api_view(["POST"])
def version_clone(request: Request, pk: int, number: int) -> Response:
    """Return to a version: a new strategy as it was then, backtested anew, its packs as of then.

    The strategy itself stays as it is. The forward test of the new one begins now.
    """
    mine = StrategyVersion.objects.for_user(user_of(request)).select_related("strategy", "user")
    version = get_object_or_404(mine, strategy=pk, number=number)
    with refusals_as_answers():
        saved = clone_version(version)
    return answer_saved(saved, status.HTTP_201_CREATED)


def _shown(request: Request, pk: int, found: list[StrategyVersion]) -> list[ShownVersion]:
    """With what each changed, which is said against the one before it."""
    if not found:
        return []
    names = PackNames(Pack.objects.for_user(user_of(request)))
    before = _rows(request, pk).filter(number__lt=found[-1].number).first()
    return shown_versions(found, find(request, pk), names, user_of(request), before)


def _listed(one: ShownVersion) -> dict[str, object]:
    version, result = one.version, one.result
    return {
        "strategy_id": version.strategy_id,
        "number": version.number,
        "kind": version.kind,
        "is_now": one.is_now,
        "author": None if version.author is None else version.author.email,
        "created_at": iso(version.created_at),
        "market_time": iso(version.market_ts),
        "changed": version.changed,
        "differences": [change._asdict() for change in one.differences],
        "result": None if result is None else result._asdict(),
    }
