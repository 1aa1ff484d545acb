"""`/drilldowns/`: what a strategy would be with one thing changed, asked, watched and read."""

import uuid

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from strategies.api.answers import refusals_as_answers, user_of
from strategies.api.drilldown_serializers import (
    DrilldownDetailSerializer,
    DrilldownRequestSerializer,
    DrilldownSerializer,
)
from strategies.drilldown import queue
from strategies.drilldown.asking import start_for_record
from strategies.drilldown.choices import Asked
from strategies.models import Drilldown
from strategies.record.unknown import refuse_unknown


@extend_schema(
    operation_id="drilldowns_create",
    request=DrilldownRequestSerializer,
    responses={202: DrilldownSerializer},
)
@api_view(["POST"])
def drilldown_list(request: Request) -> Response:
    """Ask what each choice of a tab would make of a record."""
    asked = DrilldownRequestSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    said = asked.validated_data
    question = Asked(Drilldown.Tab(said["tab"]), said["depth"], said.get("timeframe", ""))
    with refusals_as_answers():
        refuse_unknown(said["config"])
        row = start_for_record(user_of(request), question, said["config"])
    return Response(DrilldownSerializer(row).data, status=status.HTTP_202_ACCEPTED)


@extend_schema(operation_id="drilldowns_retrieve", responses=DrilldownDetailSerializer)
@api_view(["GET"])
def drilldown_detail(request: Request, code: uuid.UUID) -> Response:
    """Its cards, those that are known so far while it is being computed."""
    row = get_object_or_404(Drilldown.objects.for_user(user_of(request)), code=code)
    return Response(DrilldownDetailSerializer(row).data)


@extend_schema(request=None, responses=DrilldownSerializer)
@api_view(["POST"])
def drilldown_cancel(request: Request, code: uuid.UUID) -> Response:
    """Stop it; the cards that are known stay."""
    row = get_object_or_404(Drilldown.objects.for_user(user_of(request)), code=code)
    return Response(DrilldownSerializer(queue.life.cancel(row)).data)
