"""`/packs/`: the caller's packs and the templates they are made of."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from strategies.api.answers import both_ways, chosen, ordering, refusals_as_answers, user_of
from strategies.api.pack_serializers import (
    EDIT_EXAMPLES,
    IMPACT_EXAMPLES,
    PACK_EXAMPLES,
    ImpactRequestSerializer,
    ImpactSerializer,
    PackTemplateSerializer,
)
from strategies.api.serializers import (
    ChangedPackSerializer,
    PackEditSerializer,
    PackRequestSerializer,
    PackSerializer,
)
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack
from strategies.packs import library
from strategies.saving import pack_changes
from trader.api.pagination import Pages, in_pages

FAMILIES = ("tf", "general", "risk", "time")
FLAGS = ("true", "false")
ORDERINGS = ("pack_id", "base_template", "created_at")


def find(request: Request, pk: int) -> Pack:
    pack: Pack = get_object_or_404(Pack.objects.for_user(user_of(request)), pk=pk)
    return pack


@in_pages
@extend_schema(
    methods=["GET"],
    operation_id="packs_list",
    parameters=[
        OpenApiParameter("family", str, enum=FAMILIES),
        OpenApiParameter("enabled", str, enum=FLAGS),
        OpenApiParameter("ordering", str, enum=both_ways(ORDERINGS)),
        OpenApiParameter("page", int),
        OpenApiParameter("page_size", int),
    ],
    responses=PackSerializer(many=True),
)
@extend_schema(
    methods=["POST"],
    request=PackRequestSerializer,
    responses={201: PackSerializer},
    examples=PACK_EXAMPLES,
)
@api_view(["GET", "POST"])
def pack_list(request: Request) -> Response:
    """Your packs; POST makes one from a template."""
    if request.method == "POST":
        asked = PackRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        with refusals_as_answers():
            pack = library.create_pack(user_of(request), values.pop("base_template"), values)
        return Response(PackSerializer(pack).data, status=status.HTTP_201_CREATED)
    rows = Pack.objects.for_user(user_of(request))
    if chosen(request, "family", FAMILIES):
        rows = rows.filter(family=request.query_params["family"])
    if chosen(request, "enabled", FLAGS):
        rows = rows.filter(enabled=request.query_params["enabled"] == "true")
    pages = Pages()
    page = pages.paginate_queryset(rows.order_by(*ordering(request, ORDERINGS, "pack_id")), request)
    return pages.get_paginated_response(PackSerializer(page, many=True).data)


@extend_schema(methods=["GET"], responses=PackSerializer)
@extend_schema(
    methods=["PATCH"],
    request=PackEditSerializer,
    responses=ChangedPackSerializer,
    examples=EDIT_EXAMPLES,
)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "PATCH", "DELETE"])
def pack_detail(request: Request, pk: int) -> Response:
    """One pack. A PATCH that resets strategies asks first; a default pack can't be deleted."""
    pack = find(request, pk)
    if request.method == "DELETE":
        with refusals_as_answers():
            pack_changes.delete_pack(pack)
        return Response(status=status.HTTP_204_NO_CONTENT)
    if request.method == "PATCH":
        asked = PackEditSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        with refusals_as_answers():
            change = pack_changes.edit_pack(
                pack,
                values,
                revision=values.pop("revision"),
                confirmed=values.pop("confirmed", False),
            )
        shown = dict(PackSerializer(change.pack).data)
        return Response({**shown, "reset_strategies": [one.pk for one in change.reset]})
    return Response(PackSerializer(pack).data)


@extend_schema(request=None, responses={201: PackSerializer})
@api_view(["POST"])
def pack_duplicate(request: Request, pk: int) -> Response:
    """A pack of your own that begins as a copy of this one."""
    copy = library.duplicate_pack(find(request, pk))
    return Response(PackSerializer(copy).data, status=status.HTTP_201_CREATED)


@extend_schema(methods=["GET"], operation_id="packs_impact", responses=ImpactSerializer)
@extend_schema(
    methods=["POST"],
    operation_id="packs_impact_of",
    request=ImpactRequestSerializer,
    responses=ImpactSerializer,
    examples=IMPACT_EXAMPLES,
)
@api_view(["GET", "POST"])
def pack_impact(request: Request, pk: int) -> Response:
    """What other parameters would touch; POST asks of some whether they are others at all."""
    pack, is_change = find(request, pk), True
    if request.method == "POST":
        asked = ImpactRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with refusals_as_answers():
            is_change = pack_changes.would_change(pack, asked.validated_data.get("parameters", {}))
    impact = pack_changes.impact_of(pack) if is_change else pack_changes.Impact([])
    answer = {
        "is_change": is_change,
        "text": impact.text,
        "strategies": [
            {
                "id": one.pk,
                "name": one.name,
                "has_forward_test": one in impact.forward_tests,
                "is_monitored": one.alert_tracking_enabled,
            }
            for one in impact.strategies
        ],
        "reason_to_keep": pack_changes.reason_to_keep(pack),
    }
    return Response(answer)


@extend_schema(
    operation_id="packs_templates",
    parameters=[OpenApiParameter("family", str, enum=FAMILIES)],
    responses=PackTemplateSerializer(many=True),
)
@api_view(["GET"])
def pack_templates(request: Request) -> Response:
    """What packs are made of, in the order in which they are offered."""
    family = chosen(request, "family", FAMILIES)
    shown = [one for one in TEMPLATES.values() if not family or one.family == family]
    return Response(PackTemplateSerializer(shown, many=True).data)
