"""The test alert over HTTP."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from alerts.sample_alert import FIRST, TESTED, send_test_alert, trials
from alerts.serializers import AlertSerializer
from trader.api.errors import Conflict
from trader.api.strict import Strict
from webhooks.previews import Trial
from webhooks.sample_serializers import TrialSerializer


class TestAlertQuerySerializer(serializers.Serializer[None]):
    __test__ = False

    event = serializers.ChoiceField(choices=list(TESTED), default=FIRST)


class TestAlertSerializer(Strict[None], TestAlertQuerySerializer):
    endpoints = serializers.ListField(
        child=serializers.UUIDField(),
        default=list,
        max_length=50,
        help_text="Ids of the endpoints it goes to; to none when there are none.",
    )
    confirm = serializers.BooleanField(
        default=False, help_text="Send it although a receiver could take it for an order."
    )


@extend_schema(
    methods=["GET"], parameters=[TestAlertQuerySerializer], responses=TrialSerializer(many=True)
)
@extend_schema(methods=["POST"], request=TestAlertSerializer, responses={201: AlertSerializer})
@api_view(["GET", "POST"])
def alert_test(request: Request) -> Response:
    """GET: what each of your endpoints would get. POST: store a test alert and send it to those
    you name, once, marked as a test; 409 where a bot may act on it, until `confirm`."""
    assert isinstance(request.user, User)
    if request.method == "GET":
        query = TestAlertQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = trials(request.user, query.validated_data["event"])
        return Response([TrialSerializer(row).data for row in rows])
    asked = TestAlertSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    wanted = asked.validated_data
    chosen = _chosen(trials(request.user, wanted["event"]), wanted["endpoints"])
    trading = [row.endpoint.name for row in chosen if row.needs_name]
    if trading and not wanted["confirm"]:
        raise Conflict(
            f"A bot may act on what {', '.join(trading)} gets, a test too. Look at the bodies by "
            "GET, then send it with confirm: true."
        )
    alert = send_test_alert(request.user, wanted["event"], [row.endpoint for row in chosen])
    return Response(AlertSerializer(alert).data, status=201)


def _chosen(rows: list[Trial], codes: list[UUID]) -> list[Trial]:
    known = {row.endpoint.code: row for row in rows}
    missing = [code for code in codes if code not in known]
    if missing:
        raise ValidationError({"endpoints": [f"You have no endpoint {missing[0]}."]})
    chosen = [known[code] for code in dict.fromkeys(codes)]
    deaf = [row.endpoint.name for row in chosen if not row.is_taken]
    if deaf:
        raise ValidationError(
            {"endpoints": [f"{deaf[0]} gets no such event: tick it there first."]}
        )
    return chosen
