"""`/packs/<id>/previews/`, `/pack-previews/`: what a pack says over bars, as work with progress."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from strategies.api.answers import ID, chosen, number, refusals_as_answers, user_of
from strategies.api.pack_serializers import (
    PREVIEW_EXAMPLES,
    PreviewChartSerializer,
    PreviewDetailSerializer,
    PreviewRequestSerializer,
    PreviewSerializer,
)
from strategies.api.packs import find
from strategies.models import PackPreview
from strategies.previews import queue
from strategies.previews.chart import chart_of
from strategies.previews.question import Series, checked
from trader.api.pagination import Pages, in_pages

STATUSES = tuple(PackPreview.Status.values)


@in_pages
@extend_schema(
    methods=["GET"],
    operation_id="pack_previews_list",
    parameters=[
        OpenApiParameter("status", str, enum=STATUSES),
        OpenApiParameter("page", int),
        OpenApiParameter("page_size", int),
    ],
    responses=PreviewSerializer(many=True),
)
@extend_schema(
    methods=["POST"],
    operation_id="pack_previews_start",
    request=PreviewRequestSerializer,
    responses={202: PreviewSerializer},
    examples=PREVIEW_EXAMPLES,
)
@api_view(["GET", "POST"])
def preview_list(request: Request, pk: int) -> Response:
    """Previews of a pack, the newest first. POST asks for one: an answer that is there is given
    again, one under way for other values ends. They are kept for a week."""
    pack = find(request, pk)
    if request.method == "POST":
        asked = PreviewRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        typed = {**pack.parameters, **values.pop("parameters", {})}
        with refusals_as_answers():
            question = checked(user_of(request), pack.base_template, typed, Series(**values))
            preview = queue.start(pack, question)
        return Response(PreviewSerializer(preview).data, status=status.HTTP_202_ACCEPTED)
    rows = PackPreview.objects.filter(pack=pack).defer("chart", "result")
    if chosen(request, "status", STATUSES):
        rows = rows.filter(status=request.query_params["status"])
    pages = Pages()
    page = pages.paginate_queryset(rows.order_by("-created_at", "-pk"), request)
    return pages.get_paginated_response(PreviewSerializer(page, many=True).data)


@extend_schema(responses=PreviewDetailSerializer)
@api_view(["GET"])
def preview_detail(request: Request, pk: int) -> Response:
    """One preview with its whole result; of one under way, how far it is."""
    return Response(PreviewDetailSerializer(_find(request, pk)).data)


@extend_schema(request=None, responses=PreviewSerializer)
@api_view(["POST"])
def preview_cancel(request: Request, pk: int) -> Response:
    """Stop a preview; one that has finished stays as it is."""
    return Response(PreviewSerializer(queue.life.cancel(_find(request, pk))).data)


@extend_schema(
    parameters=[OpenApiParameter("before", ID, description="Start of a bar, epoch seconds")],
    responses=PreviewChartSerializer,
)
@api_view(["GET"])
def preview_chart(request: Request, pk: int) -> Response:
    """The newest stretch of its chart, or the one before a bar."""
    rows = PackPreview.objects.for_user(user_of(request)).select_related("pack")
    preview = get_object_or_404(rows, pk=pk)
    return Response(chart_of(preview, number(request, "before")))


def _find(request: Request, pk: int) -> PackPreview:
    rows = PackPreview.objects.for_user(user_of(request)).defer("chart")
    found: PackPreview = get_object_or_404(rows, pk=pk)
    return found
